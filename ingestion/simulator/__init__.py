"""A dealer group with a known truth: vendor files by day of arrival, and what truly happened.

    world = simulate(stores=6, days=28, seed=7)
    for delivery in world.deliveries(): ...
    world.truth()["funnel"]

Deterministic by seed, on every machine and in every process.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

from ingestion.simulator.deliveries import deliveries
from ingestion.simulator.files import Delivery
from ingestion.simulator.instants import moment
from ingestion.simulator.truth import Table, truth
from ingestion.simulator.world import Group, make_group

__all__ = ["Delivery", "World", "simulate"]


class World:
    """A simulated group, its files and its truth."""

    def __init__(self, group: Group) -> None:
        self.group = group

    def deliveries(self) -> Iterator[Delivery]:
        """Vendor files in order of arrival."""
        return deliveries(self.group)

    @cached_property
    def known_at(self) -> datetime:
        """When the last file has arrived, and everything can be known."""
        last = max(delivery.delivered_at for delivery in self.deliveries())
        return moment(last)

    def truth(self, as_of: datetime | None = None) -> dict[str, Table]:
        """What truly happened, by table; instants are RFC 3339 text in UTC.

        `as_of` (default `known_at`) decides what is due, overdue and old enough to be judged.

        Raises:
            ValueError: `as_of` lies before the last file's arrival, when not everything was known.
        """
        instant = self.known_at if as_of is None else as_of.astimezone(UTC)
        if instant < self.known_at:
            raise ValueError(f"the truth is known from {self.known_at.isoformat()} on")
        return truth(self.group, int(instant.timestamp()))

    def write(self, directory: Path, as_of: datetime | None = None) -> int:
        """Write the files as `<day of arrival>/<source>/<number>-<name>` and `truth/<table>.json`; their number."""
        tables = self.truth(as_of)
        (directory / "truth").mkdir(parents=True, exist_ok=True)
        for name, rows in tables.items():
            content = json.dumps(rows, ensure_ascii=False, indent=1)
            (directory / "truth" / f"{name}.json").write_text(content + "\n", encoding="utf-8")
        count = 0
        for delivery in self.deliveries():
            folder = directory / delivery.day.isoformat() / delivery.source
            folder.mkdir(parents=True, exist_ok=True)
            count += 1
            (folder / f"{count:06d}-{delivery.filename}").write_bytes(delivery.content)
        return count


def simulate(
    stores: int = 6,
    days: int = 28,
    seed: int = 7,
    start: date | None = None,
    consultants_per_store: int = 10,
) -> World:
    """Live through `days` business days from `start` on: without it 28 days from 2026-09-28, and more begin earlier, as
    what lies ahead of Kafka's clock is not landed.
    """
    start = start or min(date(2026, 9, 28), date(2026, 10, 25) - timedelta(days=days - 1))
    return World(make_group(stores, days, seed, start, consultants_per_store))
