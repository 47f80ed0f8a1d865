"""One person's own week as one page that needs no network: their hours, check-ins, meetings, notices, leads.

Read from people.duckdb and nothing else, for the person it is about. The page is mode 0600 like the file it comes from.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

from ingestion.clock import SHANGHAI
from ingestion.errors import UplogError
from ingestion.settings import Settings
from publishing import pages
from publishing.pages import CATEGORIES, COLOURS, Lang, Row
from publishing.periods import Period, holding
from publishing.published import opened, published_file

_DAY = timedelta(days=1)
_UNFIT = re.compile(r"[^\w.\-]")
"""What a staff number may hold and the name of a file should not."""
_QUERIES = {
    "days": """
        select c.*, s.steps from mart_consultant_day c left join fct_steps s using (employee_id, date_day)
        where employee_id = $employee and date_day between $first and $last order by date_day
    """,
    "shifts": """
        select shift_start_at as started_at, shift_end_at as ended_at from fct_shifts
        where employee_id = $employee and shift_start_at < $until and shift_end_at > $since order by shift_start_at
    """,
    "intervals": """
        select category, started_at, ended_at, is_estimated from fct_activity_intervals
        where employee_id = $employee and started_at < $until and ended_at > $since order by started_at
    """,
    "checkins": """
        select coalesce(k.name_zh, c.kind) as zh, coalesce(k.name_en, c.kind) as en, count(*) as times,
          sum(estimated_minutes) as minutes
        from fct_checkins c left join {kinds} k on k.domain = 'checkin' and k.code = c.kind
        where employee_id = $employee and checkin_day between $first and $last group by all order by times desc, zh
    """,
    "meetings": """
        select coalesce(k.name_zh, m.kind) as zh, coalesce(k.name_en, m.kind) as en, organiser_level,
          count(distinct a.meeting_id) as times, sum(attended_hours) as hours,
          sum(after_hours_hours + rest_day_hours) as off_hours
        from fct_meeting_attendance a join fct_meetings m using (meeting_id)
        left join {kinds} k on k.domain = 'meeting' and k.code = m.kind
        where a.employee_id = $employee and a.joined_at >= $since and a.joined_at < $until
        group by all order by hours desc, zh
    """,
    "notices": """
        select count(*) as posted, count(*) filter (where not in_shift) as off_shift,
          median(ack_minutes) as median_minutes
        from fct_notices where employee_id = $employee and posted_at >= $since and posted_at < $until
    """,
    "leads": """
        select stage, count(*) as leads from fct_leads
        where owner_employee_id = $employee and received_at < $until
          and stage not in ('delivered', 'defeated', 'invalid')
        group by stage order by leads desc, stage
    """,
    "followups": """
        select status, count(*) as times from fct_followups
        where employee_id = $employee and due_at >= $since and due_at < $until group by status order by times desc
    """,
}
_OPTIONAL = {"notices": ("fct_notices",), "followups": ("fct_followups",)}
"""Sections whose sources a group may not have; the rest is in every people.duckdb."""


@dataclass(frozen=True)
class Page:
    """Where a page was written, and how many days of the week it shows."""

    path: Path
    employee_id: str
    week: str
    days: int


@dataclass(frozen=True)
class Bar:
    """One interval of a day's picture; `left` and `width` in percent of the day."""

    left: float
    width: float
    colour: str
    says: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Day:
    """One day: its row, what of shifts lies in it and the bars by category."""

    row: Row
    shifts: Sequence[Bar]
    lanes: Mapping[str, Sequence[Bar]] = field(default_factory=dict)


def write_page(
    settings: Settings,
    employee_id: str,
    *,
    week: date | None = None,
    lang: Lang = "zh",
    out: Path | None = None,
    dry_run: bool = False,
) -> Page:
    """Write the page of `employee_id` for the week that `week` lies in (the last one published without).

    Its file's name is their number, signs that a path may not hold written as `%2F`.

    Raises:
        UsageError: `out` is a folder.
        UplogError: nothing is published, or nobody has that number in that week.
    """
    with opened(published_file(settings, "people")) as connection:
        first = _monday(connection, employee_id, week)
        found = _read(connection, employee_id, first)
    if not found["days"]:
        raise UplogError(
            f"there is nothing of {employee_id} in the week of {first}", "give a staff number of hr.employee, or --week"
        )
    name = Period(first).name
    path = pages.place(out, settings.home / "me" / f"{_UNFIT.sub(_written_out, employee_id)}-{name}.html")
    page = _rendered(employee_id, name, first, found, lang)
    if not dry_run:
        pages.write(path, page, mode=0o600, folder_mode=0o700)
    return Page(path, employee_id, name, len(found["days"]))


def _written_out(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _monday(connection: duckdb.DuckDBPyConnection, employee_id: str, week: date | None) -> date:
    if week is None:
        (row,) = connection.execute(
            "select max(date_day) from mart_consultant_day where employee_id = ?", [employee_id]
        ).fetchall()
        if row[0] is None:
            raise UplogError(f"nobody has the staff number {employee_id}", "it is `employee_id` of hr.employee")
        week = row[0]
    assert week is not None
    return holding(week, "week").first


def _read(connection: duckdb.DuckDBPyConnection, employee_id: str, first: date) -> dict[str, list[Row]]:
    since = datetime(first.year, first.month, first.day, tzinfo=SHANGHAI)
    values = {
        "employee": employee_id,
        "first": first,
        "last": first + timedelta(days=6),
        "since": since,
        "until": since + timedelta(days=7),
    }
    tables = {name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()}
    found: dict[str, list[Row]] = {}
    for section, sql in _QUERIES.items():
        if not tables.issuperset(_OPTIONAL.get(section, ())):
            found[section] = []
            continue
        sql = sql.replace("{kinds}", pages.KINDS)
        asked = connection.execute(sql, {name: value for name, value in values.items() if f"${name}" in sql})
        found[section] = pages.rows(asked)
    return found


def _rendered(employee_id: str, week: str, first: date, found: Mapping[str, list[Row]], lang: Lang) -> str:
    days = [_day(row, found["shifts"], found["intervals"]) for row in found["days"]]
    rows = [day.row for day in days]
    return pages.rendered(
        "me.html.j2",
        lang,
        employee_id=employee_id,
        week=week,
        first=first,
        last=first + timedelta(days=6),
        days=days,
        categories=CATEGORIES,
        split=pages.shares(
            {
                name: sum(row[f"{category}_net_hours"] or 0 for row in rows for category in categories)
                for name, categories in pages.SPLIT.items()
            }
        ),
        total=lambda column: sum(row[column] or 0 for row in rows),
        found=found,
    )


def _day(row: Row, shifts: Sequence[Row], intervals: Sequence[Row]) -> Day:
    day = row["date_day"]
    midnight = datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)
    lanes: dict[str, list[Bar]] = {}
    for one in intervals:
        colour = COLOURS.get(one["category"], "#8a8f98")
        lanes.setdefault(one["category"], []).extend(_bars(one, midnight, colour, bool(one["is_estimated"])))
    return Day(
        row,
        [bar for one in shifts for bar in _bars(one, midnight, "#e8edf3")],
        {category: lanes[category] for category in CATEGORIES if lanes.get(category)},
    )


def _bars(one: Row, midnight: datetime, colour: str, is_estimated: bool = False) -> Iterator[Bar]:
    """What of an interval lies in the day that begins at `midnight`, if anything does."""
    start, stop = one["started_at"].astimezone(SHANGHAI), one["ended_at"].astimezone(SHANGHAI)
    left, right = max(start - midnight, timedelta()), min(stop - midnight, _DAY)
    if left < right:
        says = f"{start:%H:%M}–{stop:%H:%M}"
        yield Bar(
            round(100 * (left / _DAY), 3),
            round(max(100 * ((right - left) / _DAY), 0.25), 3),
            colour,
            says,
            is_estimated,
        )
