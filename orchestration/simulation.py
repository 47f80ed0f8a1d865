"""A simulated group on its way: its deliveries as files, or through the same import that real files take."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.errors import UsageError
from ingestion.settings import Settings

if TYPE_CHECKING:
    from ingestion.producer import Producer
    from ingestion.simulator import Delivery, World

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Sent:
    """What went: deliveries (files of a vendor or an export), the days they span, records sent and rejected."""

    deliveries: int
    days: int
    records: int
    rejected: int

    def __add__(self, other: Sent) -> Sent:
        return Sent(
            self.deliveries + other.deliveries,
            self.days + other.days,
            self.records + other.records,
            self.rejected + other.rejected,
        )


def world(*, stores: int, days: int, seed: int, start: date | None = None, consultants: int = 10) -> World:
    """The simulated group; the default period lies in the past, so that no event is in the future.

    Raises:
        UsageError: it would begin outside 2001 to 2999; nothing lands that happened before 2000.
    """
    from ingestion.simulator import simulate

    if start is not None and not 2001 <= start.year <= 2999:
        raise UsageError(f"no group is simulated from {start} on", "give a day of 2001 to 2999")
    return simulate(stores=stores, days=days, seed=seed, start=start, consultants_per_store=consultants)


def write(world: World, out: Path, progress: Progress) -> Sent:
    """The files and the truth under `out`."""
    progress(str(out), 0, 0)
    world.write(out)
    deliveries = list(world.deliveries())
    return Sent(len(deliveries), len({one.day for one in deliveries}), 0, 0)


def send(
    settings: Settings,
    world: World,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> Sent:
    """Import every delivery in its order.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    from ingestion.producer import Producer

    deliveries = list(world.deliveries())
    with nullcontext() if dry_run else Producer(settings) as producer:
        return send_deliveries(settings, deliveries, producer, dry_run=dry_run, progress=progress)


def send_deliveries(
    settings: Settings,
    deliveries: Iterable[Delivery],
    producer: Producer | None,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> Sent:
    """Import these deliveries, each as the file it would be; `producer` is used for all and not closed."""
    from ingestion.imports import import_files

    held = list(deliveries)
    records = rejected = 0
    with tempfile.TemporaryDirectory(prefix="uplog-") as folder:
        for number, delivery in enumerate(held, start=1):
            path = Path(folder) / Path(delivery.filename).name
            path.write_bytes(delivery.content)
            report = import_files(
                settings,
                delivery.source,
                [path],
                account=delivery.account,
                pulled_at=datetime.fromtimestamp(delivery.pulled_at, UTC),
                dry_run=dry_run,
                producer=producer,
            )
            path.unlink()
            records += report.sent
            rejected += report.rejected_count
            progress(f"{delivery.day} {delivery.source}", number, len(held))
    return Sent(len(held), len({one.day for one in held}), records, rejected)
