"""A dealer group with a known truth: vendor files by day of arrival, and what truly happened.

    world = simulate(stores=6, days=28, seed=7)
    for delivery in world.deliveries(): ...
    world.truth()["funnel"]

Deterministic by seed, on every machine and in every process.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from ingestion.simulator.deliveries import deliveries
from ingestion.simulator.files import Delivery
from ingestion.simulator.world import Group, make_group

__all__ = ["Delivery", "World", "simulate"]


class World:
    """A simulated group, its files and its truth."""

    def __init__(self, group: Group) -> None:
        self.group = group

    def deliveries(self) -> Iterator[Delivery]:
        """Vendor files in order of arrival."""
        return deliveries(self.group)

    def write(self, directory: Path) -> int:
        """Write every file as `<day of arrival>/<source>/<nnn>-<filename>`; the number of files."""
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
    start: date = date(2026, 9, 28),
    consultants_per_store: int = 10,
) -> World:
    """Live through `days` business days from `start` on."""
    return World(make_group(stores, days, seed, start, consultants_per_store))
