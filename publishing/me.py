"""One person's own week as one page that needs no network: their hours, check-ins, meetings, notices, leads.

Read from people.duckdb and nothing else, for the person it is about. The page is mode 0600 like the file it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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

_FIRST_HOUR, _LAST_HOUR = 7, 24
_QUERIES = {
    "days": """
        select c.*, s.shift_start_at, s.shift_end_at
        from mart_consultant_day c left join fct_shifts s using (employee_id, date_day)
        where employee_id = $employee and date_day between $first and $last order by date_day
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
    """One interval of a day's picture; `left` and `width` in percent of the hours shown."""

    left: float
    width: float
    colour: str
    says: str
    is_estimated: bool = False


@dataclass(frozen=True)
class Day:
    """One day: its row, the shift and the bars by category."""

    row: Row
    shift: Bar | None
    lanes: Mapping[str, Sequence[Bar]] = field(default_factory=dict)


def write_page(
    settings: Settings, employee_id: str, *, week: date | None = None, lang: Lang = "zh", out: Path | None = None
) -> Page:
    """Write the page of `employee_id` for the week that `week` lies in (the last one published without).

    Raises:
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
    path = out or settings.home / "me" / f"{employee_id}-{name}.html"
    pages.write(path, _rendered(employee_id, name, first, found, lang), mode=0o600, folder_mode=0o700)
    return Page(path, employee_id, name, len(found["days"]))


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
    days = [_day(row, found["intervals"]) for row in found["days"]]
    rows = [day.row for day in days]
    return pages.rendered(
        "me.html.j2",
        lang,
        employee_id=employee_id,
        week=week,
        first=first,
        last=first + timedelta(days=6),
        days=days,
        hours=[hour for hour in range(_FIRST_HOUR, _LAST_HOUR + 1) if hour % 2],
        span=_LAST_HOUR - _FIRST_HOUR,
        first_hour=_FIRST_HOUR,
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


def _day(row: Row, intervals: Sequence[Row]) -> Day:
    midnight = datetime(row["date_day"].year, row["date_day"].month, row["date_day"].day, tzinfo=SHANGHAI)
    begin, end = midnight + timedelta(hours=_FIRST_HOUR), midnight + timedelta(hours=_LAST_HOUR)
    shift = None
    if row["shift_start_at"] is not None and row["shift_end_at"] is not None:
        shift = _bar(row["shift_start_at"], row["shift_end_at"], begin, end, "#e8edf3")
    lanes: dict[str, list[Bar]] = {}
    for one in intervals:
        bar = _bar(one["started_at"], one["ended_at"], begin, end, COLOURS.get(one["category"], "#8a8f98"))
        if bar is not None:
            lanes.setdefault(one["category"], []).append(
                Bar(bar.left, bar.width, bar.colour, bar.says, bool(one["is_estimated"]))
            )
    return Day(row, shift, {category: lanes[category] for category in CATEGORIES if category in lanes})


def _bar(start: datetime, stop: datetime, begin: datetime, end: datetime, colour: str) -> Bar | None:
    left, right = max(start, begin), min(stop, end)
    if left >= right:
        return None
    whole = (end - begin).total_seconds()
    says = f"{start.astimezone(SHANGHAI):%H:%M}–{stop.astimezone(SHANGHAI):%H:%M}"
    return Bar(
        round(100 * (left - begin).total_seconds() / whole, 3),
        round(max(100 * (right - left).total_seconds() / whole, 0.25), 3),
        colour,
        says,
    )
