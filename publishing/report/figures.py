"""The report's numbers: read from marts.duckdb, and each headline beside the period before and the median of eight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import Any, Literal

import duckdb

from ingestion.errors import UplogError
from publishing import pages
from publishing.groups import OTHER
from publishing.pages import Row
from publishing.periods import Period, Unit, holding
from publishing.report.questions import EXTENT, QUESTIONS, STATE

EARLIER = 8
"""Periods before, whose median stands beside a headline figure."""
FEW_LEADS = 20
"""Under so many leads a rate is shown pale, and no sentence rests on it."""
FEW_FOR_A_PLATFORM = 50
"""Leads that a platform needs to be named in a sentence."""
WIDE = 0.3
"""A connect rate whose 95% interval is wider is not shown: too few calls."""
_HOURS_OF_CALLS = range(8, 22, 2)

Kind = Literal["count", "percent", "hours"]


@dataclass(frozen=True)
class Figure:
    """A headline: its value, that of the period before, the median of the `earlier` whole ones before it."""

    name: str
    kind: Kind
    value: float | None
    before: float | None
    median: float | None
    earlier: int


@dataclass(frozen=True)
class Call:
    """Calls of two hours of a weekday (1 Monday): the share that connected with its interval; `few`: too wide."""

    weekday: int
    hour: int
    attempts: int
    rate: float | None
    low: float
    high: float

    @property
    def few(self) -> bool:
        return self.rate is None or self.high - self.low > WIDE


@dataclass(frozen=True)
class Findings:
    """All that the page says of a period. `sections` are the answers to `QUESTIONS`."""

    period: Period
    as_of_day: date | None
    build_id: str
    sections: Mapping[str, Sequence[Row]]
    figures: Sequence[Figure]
    calls: Sequence[Call]

    @property
    def is_over(self) -> bool:
        """Whether the period's last day is past at `as_of`."""
        return self.as_of_day is None or self.as_of_day > self.period.last

    def one(self, section: str) -> Row | None:
        """The only row of a section, if it has one."""
        return next(iter(self.sections[section]), None)

    @property
    def ripe_on(self) -> date:
        """The day when the last of the period's leads is 14 days old."""
        return self.period.last + timedelta(days=15)

    @property
    def ripe_since(self) -> date:
        """Where the leads begin that are looked at for how they ended."""
        return _ripe(self.period)

    @property
    def stores(self) -> int:
        """How many stores the period has leads or hours of."""
        known = {row["store_id"] for name in ("lead_stores", "hour_stores") for row in self.sections[name]}
        return len({one for one in known if one != "unknown" and not one.startswith(OTHER)})

    @property
    def connect_rate(self) -> float | None:
        """Of all calls of the quarter that were attempts, the share that connected."""
        tries = sum(row["attempts"] for row in self.sections["timing"])
        return sum(row["connected"] for row in self.sections["timing"]) / tries if tries else None

    def standing_out(self) -> list[Call]:
        """The hours whose whole interval lies above the rate of all calls, best first; five at most."""
        base = self.connect_rate
        best = [one for one in self.calls if base is not None and not one.few and one.low > base]
        return sorted(best, key=lambda one: -(one.rate or 0))[:5]

    def sources(self) -> tuple[Row, Row] | None:
        """The platforms whose leads came to the store within 14 days most and least often, of those with enough."""
        known = [
            row
            for row in self.sections["mature"]
            if (row["old_14d"] or 0) >= FEW_FOR_A_PLATFORM and row["platform"] not in ("other", "unknown")
        ]
        ordered = sorted(known, key=lambda row: row["show_14d_rate"])
        return (ordered[-1], ordered[0]) if len(ordered) > 1 else None


def chosen(connection: duckdb.DuckDBPyConnection, asked: Period | None, unit: Unit = "week") -> Period:
    """The period asked for, or the last one that is over and of which there is something (else the last there is).

    Raises:
        UplogError: the file holds nothing, or nothing of that period; names the first and the last it has.
    """
    (extent,) = pages.rows(connection.execute(EXTENT))
    if extent["first"] is None:
        raise UplogError("the marts hold no lead and no hour yet", "land, build and publish first")
    unit = asked.unit if asked else unit
    first, last = holding(extent["first"], unit), holding(extent["last"], unit)
    if asked is None:
        as_of_day = _state(connection)["as_of_day"]
        return last if first == last or as_of_day is None or as_of_day > last.last else last.before()
    if not first <= asked <= last:
        raise UplogError(
            f"nothing is published of {asked.name}", f"the first {unit} there is is {first.name}, the last {last.name}"
        )
    return asked


def over(connection: duckdb.DuckDBPyConnection, unit: Unit) -> Period | None:
    """The last week or month that is over and of which there is something."""
    (extent,) = pages.rows(connection.execute(EXTENT))
    as_of_day = _state(connection)["as_of_day"]
    if extent["first"] is None or as_of_day is None:
        return None
    last = min(holding(extent["last"], unit), holding(as_of_day, unit).before())
    return last if last >= holding(extent["first"], unit) else None


def read(connection: duckdb.DuckDBPyConnection, period: Period) -> Findings:
    """Everything the page says of `period`."""
    state = _state(connection)
    last = period.last
    values = {
        "unit": period.unit,
        "first": period.first,
        "last": last,
        "since": period.before(EARLIER).first,
        "weeks_since": holding(last, "week").before(EARLIER).first,
        "ripe": _ripe(period),
        "month": last.replace(day=1),
        "quarter": date(last.year, (last.month - 1) // 3 * 3 + 1, 1),
    }
    sections = {
        name: pages.rows(connection.execute(sql, {key: value for key, value in values.items() if f"${key}" in sql}))
        for name, sql in QUESTIONS.items()
    }
    as_of_day = state["as_of_day"]
    return Findings(
        period=period,
        as_of_day=as_of_day,
        build_id=state["build_id"] or "–",
        sections=sections,
        figures=_figures(sections, period, is_over=as_of_day is None or as_of_day > last),
        calls=_calls(sections["timing"]),
    )


def _ripe(period: Period) -> date:
    return period.last - timedelta(days=7 * EARLIER - 1)


def _state(connection: duckdb.DuckDBPyConnection) -> Row:
    (state,) = pages.rows(connection.execute(STATE))
    return state


def _figures(sections: Mapping[str, Sequence[Row]], period: Period, *, is_over: bool) -> list[Figure]:
    headlines: Sequence[tuple[str, Kind, str]] = (
        ("valid_leads", "count", "leads_by_period"),
        ("within_30m_rate", "percent", "response_by_period"),
        ("first_visits", "count", "events_by_period"),
        ("net_orders", "count", "events_by_period"),
        ("customer_facing_ratio", "percent", "hours_by_period"),
        ("inward", "hours", "hours_by_period"),
    )
    return [_figure(name, kind, sections[section], period, is_over) for name, kind, section in headlines]


def _figure(name: str, kind: Kind, rows: Sequence[Row], period: Period, is_over: bool) -> Figure:
    found: dict[date, Any] = {row["period"]: row[name] for row in rows}
    said = {first: float(value) for first, value in found.items() if value is not None}
    since = min(
        (first for first, value in said.items() if value), default=period.first
    )  # what came before is no record
    earlier = [
        said[one] for back in range(1, EARLIER + 1) if (one := period.before(back).first) in said and one >= since
    ]
    value = said.get(period.first)
    before = said.get(period.before().first) if period.before().first >= since else None
    if not is_over and kind == "count":  # a part of a week is not to be held against whole ones
        return Figure(name, kind, value, None, None, 0)
    return Figure(name, kind, value, before, median(earlier) if len(earlier) > 1 else None, len(earlier))


def _calls(timing: Sequence[Row]) -> list[Call]:
    found = {(row["weekday"], row["hour"]): row for row in timing}
    return [_call(day, hour, found.get((day, hour))) for day in range(1, 8) for hour in _HOURS_OF_CALLS]


def _call(weekday: int, hour: int, row: Row | None) -> Call:
    if row is None or not row["attempts"]:
        return Call(weekday, hour, 0, None, 0.0, 1.0)
    low, high = wilson(row["connected"], row["attempts"])
    return Call(weekday, hour, row["attempts"], row["connect_rate"], low, high)


def wilson(hits: int, tries: int) -> tuple[float, float]:
    """The 95% Wilson interval; the macro of this name has it for the mart's cells, which are summed here."""
    from scipy.stats import binomtest

    found = binomtest(hits, tries).proportion_ci(method="wilson")
    return float(found.low), float(found.high)
