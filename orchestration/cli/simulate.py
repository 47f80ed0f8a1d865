"""`uplog simulate`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from cyclopts import App

from orchestration.cli.output import Count, DryRun, Json, say, say_json, steps


def register(app: App) -> None:
    app.command(simulate)


def simulate(
    *,
    stores: Count = 6,
    days: Count = 28,
    seed: int = 7,
    start: date | None = None,
    consultants: Count = 10,
    out: Path | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """A dealer group with a known truth, as vendors' files: into Kafka, or with --out into a folder.

    Parameters
    ----------
    stores
        How many stores.
    days
        How many days.
    seed
        The same seed gives the same files.
    start
        The first day; without it 2026-09-28, or so early that the last is 2026-10-25.
    consultants
        Consultants a store.
    out
        Write the files and the truth here instead of sending them.
    """
    from ingestion.settings import settings
    from orchestration import simulation

    world = simulation.world(stores=stores, days=days, seed=seed, start=start, consultants=consultants)
    with steps("simulate", quiet=json) as progress:
        if out is not None and not dry_run:
            report = simulation.write(world, out, progress)
        else:
            report = simulation.send(settings(), world, dry_run=dry_run, progress=progress)
    if json:
        say_json(report)
    else:
        place = f"written to {out}" if out is not None and not dry_run else "would be sent" if dry_run else "sent"
        say(f"{report.deliveries} deliveries over {report.days} days {place}: {report.records} records, "
            f"{report.rejected} rejected")  # fmt: skip
    return 0
