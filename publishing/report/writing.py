"""From marts.duckdb to a page: read, drawn, scanned for personal data, then readable.

The pages lie in `published/report/`, beside the builds and not in them: a page is of a period, and a later build that
knows more of it writes it anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ingestion.settings import Settings
from publishing import pages
from publishing.pages import LANGS, Lang
from publishing.periods import Period, Unit
from publishing.personal import require_clean_page
from publishing.published import opened, published_file
from publishing.report import figures, pictures
from publishing.report.figures import Figure, Findings

MODE = 0o640


@dataclass(frozen=True)
class Report:
    """A page that was written (or would be): where, of what, and its headline figures."""

    path: Path
    period: str
    lang: Lang
    first: date
    last: date
    is_over: bool
    as_of_day: date | None
    build_id: str
    figures: tuple[Figure, ...]


def write_report(
    settings: Settings,
    period: Period | None = None,
    *,
    lang: Lang = "zh",
    out: Path | None = None,
    dry_run: bool = False,
) -> Report:
    """Write the page of `period` (the last week that is over without), mode 0640, whole or not at all.

    Raises:
        UsageError: `out` is a folder.
        UplogError: nothing is published, or nothing of that period; names the first and the last there is.
        GateFailed: the page holds personal data; nothing is written.
    """
    return _write(settings, _read(settings, period), lang, out, dry_run=dry_run)


def write_over(settings: Settings, units: Sequence[Unit] = ("week", "month")) -> list[Report]:
    """Write the pages of the last week and the last month that are over, in both languages; none where none is.

    Raises:
        UplogError: nothing is published.
        GateFailed: a page holds personal data; it and those after it are not written.
    """
    with opened(published_file(settings, "marts")) as connection:
        periods = [period for unit in units if (period := figures.over(connection, unit))]
        found = [figures.read(connection, period) for period in periods]
    return [_write(settings, one, lang, None, dry_run=False) for one in found for lang in LANGS]


def _read(settings: Settings, period: Period | None) -> Findings:
    with opened(published_file(settings, "marts")) as connection:
        return figures.read(connection, figures.chosen(connection, period))


def _write(settings: Settings, found: Findings, lang: Lang, out: Path | None, *, dry_run: bool) -> Report:
    path = pages.place(out, settings.published_path / "report" / f"{found.period.name}.{lang}.html")
    text = rendered(found, lang)
    require_clean_page(settings, path.name, text)
    if not dry_run:
        pages.write(path, text, mode=MODE, folder_mode=0o755)
    return Report(
        path=path,
        period=found.period.name,
        lang=lang,
        first=found.period.first,
        last=found.period.last,
        is_over=found.is_over,
        as_of_day=found.as_of_day,
        build_id=found.build_id,
        figures=tuple(found.figures),
    )


def rendered(found: Findings, lang: Lang) -> str:
    """The page as text."""
    from markupsafe import Markup

    stores, weeks = found.sections["hour_stores"], found.sections["hour_weeks"]
    drawn = {  # vl-convert escapes what stands in a picture
        "stores": Markup(pictures.by_store(stores)) if stores else None,
        "weeks": Markup(pictures.by_week(weeks)) if len(weeks) > 1 else None,
        "calls": Markup(pictures.by_hour(found.calls, lang)) if any(not one.few for one in found.calls) else None,
    }
    hours = found.one("hours")
    return pages.rendered(
        "report/report.html.j2",
        lang,
        found=found,
        of=found.sections,
        one=found.one,
        period=found.period,
        hours=hours,
        split=pages.shares({name: hours[name] or 0.0 for name in pages.SPLIT}) if hours else [],
        pictures=drawn,
        few_leads=figures.FEW_LEADS,
        few_for_a_platform=figures.FEW_FOR_A_PLATFORM,
        wide=figures.WIDE,
    )
