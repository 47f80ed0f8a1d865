"""`uplog report`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json


def register(app: App) -> None:
    app.command(report)


def report(
    *,
    week: str | None = None,
    month: str | None = None,
    lang: Literal["zh", "en"] = "zh",
    out: Path | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """The group's week or month as a page for its managers: leads, hours, and what stands behind the numbers.

    Parameters
    ----------
    week
        Like 2026-W43; the last one that is over without.
    month
        Like 2026-10, instead of a week.
    lang
        The page's language.
    out
        Where to write it; $UPLOG_HOME/published/report/ without.
    """
    from ingestion.errors import UsageError
    from ingestion.settings import settings
    from publishing import periods
    from publishing.report import write_report

    if week is not None and month is not None:
        raise UsageError("a report is of a week or of a month", "give one of --week and --month")
    period = None if week is None else periods.week(week)
    if month is not None:
        period = periods.month(month)
    page = write_report(settings(), period, lang=lang, out=out, dry_run=dry_run)
    if json:
        say_json(page)
    else:
        verb = "would be written to " if dry_run else ""
        running = "" if page.is_over else f", still running (as of {page.as_of_day})"
        say(f"{page.period}, {page.first} to {page.last}{running}, build {page.build_id}: {verb}{page.path}")
    return 0
