"""`uplog demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from cyclopts import App

from orchestration.cli.output import Count, DryRun, Json, line, say, say_json, steps

if TYPE_CHECKING:
    from expectations.engine import Finding


def register(app: App) -> None:
    app.command(demo)


def demo(
    *,
    home: Path | None = None,
    stores: Count = 6,
    days: Count = 28,
    seed: int = 7,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """The whole way on a simulated dealer group; prints the funnel and the workload, and where to look next.

    Parameters
    ----------
    home
        The demo's own folder, made anew each time; $UPLOG_HOME/demo without it.
    stores
        How many stores.
    days
        How many days.
    seed
        The same seed gives the same group.
    """
    from ingestion.settings import settings

    where = home or settings().home / "demo"
    if dry_run:
        text = f"would simulate {stores} stores over {days} days in {where}, land, build, judge and publish"
        if json:
            say_json({"home": where, "would": text})
        else:
            say(text)
        return 0
    from orchestration.demo import demo as run

    with steps("demo", quiet=json) as progress:
        done = run(settings(), where, stores=stores, days=days, seed=seed, said=progress.say, progress=progress)
    if json:
        say_json(
            {
                "home": done.home,
                "records": done.records,
                "events": done.events,
                "duplicates": done.duplicates,
                "dead": done.dead,
                "build_id": done.build_id,
                "gate": done.gate,
                "seconds": round(done.seconds, 1),
                "funnel": [dict(zip(done.funnel.columns, row, strict=True)) for row in done.funnel.rows],
                "pages": done.pages,
                "workload": [dict(zip(done.workload.columns, row, strict=True)) for row in done.workload.rows],
            }
        )
        return 0
    from publishing.tables import print_table

    for warning in done.warnings:
        line(f"warning {warning.rule} on {warning.table}: {warning.says}; {_why(warning)}")
    say("")
    print_table(
        done.funnel.columns,
        done.funnel.rows,
        title="Conversion funnel: what became of the leads, by platform they came from",
    )
    say("")
    print_table(done.workload.columns, done.workload.rows, title="Workload: hours of a consultant's day, mean by week")
    say("")
    say(
        f"{done.records} records in {done.days} days: {done.events} events + {done.duplicates} duplicates + "
        f"{done.dead} dead letters; {done.built.models} models, {done.built.tests} tests, gate {done.gate}; "
        f"{done.seconds:.0f} s"
    )
    for text in _next(done.home, done.pages).split("\n"):
        say(text)
    return 0


def _why(warning: Finding) -> str:
    """The first row that shows it; and of the one warning that every simulated group ends with, what it means."""
    row = ", ".join(f"{key}={value}" for key, value in next(iter(warning.sample), {}).items())
    if warning.rule == "volume_is_usual":
        return f"{row}: the simulated period has ended and only late records still come, as if the sources had stopped"
    return row


def _next(home: Path, pages: tuple[Path, ...]) -> str:
    read = "".join(f"\n  {one}" for one in pages)
    return f"""
The last whole week on a page, for managers:{read or " `uplog report`, once a week is over"}
Next, with `export UPLOG_HOME={home}`:
  make ui                            the map of the house, on http://localhost:3000
  uplog report --month 2026-10 --lang en
  uplog query "from mart_response_sla limit 5"
  uplog query --file people "from mart_consultant_day limit 5"
  uplog status; uplog doctor         how things stand
Your own files, into a home of their own (`export UPLOG_HOME=./var`):
  uplog broker --detach
  uplog import --source autohome.lead examples/autohome.lead.csv      (`uplog sources` lists the others)
  uplog land && uplog build && uplog publish"""
