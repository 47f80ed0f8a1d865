"""`uplog me`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json


def register(app: App) -> None:
    app.command(me)


def me(
    *,
    employee: str,
    week: str | None = None,
    lang: Literal["zh", "en"] = "zh",
    out: Path | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """One person's own week as a page that only its owner can read.

    Parameters
    ----------
    employee
        The staff number, as in hr.employee.
    week
        Like 2026-W41; the last one published without.
    lang
        The page's language.
    out
        Where to write it; $UPLOG_HOME/me/ without.
    """
    from ingestion.settings import settings
    from publishing.me import write_page
    from publishing.periods import week as week_of

    day = None if week is None else week_of(week).first
    page = write_page(settings(), employee, week=day, lang=lang, out=out, dry_run=dry_run)
    if json:
        say_json(page)
    else:
        verb = "would be written to " if dry_run else ""
        say(f"{page.employee_id}, week {page.week}, {page.days} days: {verb}{page.path}")
    return 0
