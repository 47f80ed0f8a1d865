"""The report's pictures as SVG: drawn at the width of a phone, so that their text is as large there as beside a table.

Text stays text in the reader's own fonts. Coordinates are cut to a tenth: finer ones are noise, and a row of digits is
what the privacy scan looks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from publishing.pages import COLOURS, SPLIT, Lang, Row

if TYPE_CHECKING:
    from publishing.report.figures import Call

WIDTH = 350
_FONT = "system-ui, PingFang SC, Noto Sans CJK SC, sans-serif"
_INK, _LINE = "#1c2430", "#e6eaf0"
_GREENS = ["#eef5f1", "#2a7f62"]
_RATES = [0.2, 0.9]
"""The same colours whatever the period: little differences look little."""
_FINE = re.compile(r"(\d+\.\d)\d+")
_WEEKDAYS: Mapping[Lang, Sequence[str]] = {
    "zh": ("周一", "周二", "周三", "周四", "周五", "周六", "周日"),
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
}


def by_store(stores: Sequence[Row]) -> str:
    """Hours with a record of a selling day, split, a bar for each store in the order given."""
    import altair

    chart = _split(stores, "store").encode(
        y=altair.Y("label:N", sort=None, title=None, axis=altair.Axis(labelLimit=125, ticks=False, domain=False)),
        x=altair.X("hours:Q", title=None, axis=altair.Axis(tickCount=5, grid=True, domain=False)),
    )
    return _svg(chart.properties(width=WIDTH - 145, height=altair.Step(26)))


def by_week(weeks: Sequence[Row]) -> str:
    """The same over the last weeks, by the Monday each begins with."""
    import altair

    said = [{**row, "label": f"{row['week_start_date']:%m-%d}"} for row in weeks]
    chart = _split(said, "label").encode(
        x=altair.X("label:N", sort=None, title=None, axis=altair.Axis(labelAngle=0, ticks=False, labelFontSize=10)),
        y=altair.Y("hours:Q", title=None, axis=altair.Axis(tickCount=5, grid=True, domain=False)),
    )
    return _svg(chart.properties(width=WIDTH - 55, height=170))


def by_hour(calls: Sequence[Call], lang: Lang) -> str:
    """When customers pick up: weekday by two hours; a pale empty cell where there are too few calls to say."""
    import altair

    cells = [
        {
            "weekday": _WEEKDAYS[lang][one.weekday - 1],
            "hour": f"{one.hour}–{one.hour + 2}",
            "rate": None if one.few else one.rate,
            "says": "" if one.few or one.rate is None else f"{100 * one.rate:.0f}",
        }
        for one in calls
    ]
    dark = f"datum.rate > {sum(_RATES) / 2}"
    base = altair.Chart(altair.InlineData(values=cells)).encode(
        x=altair.X("hour:N", sort=None, title=None, axis=altair.Axis(labelAngle=0, ticks=False, domain=False)),
        y=altair.Y("weekday:N", sort=None, title=None, axis=altair.Axis(ticks=False, domain=False)),
    )
    colour = altair.Color("rate:Q", scale=altair.Scale(domain=_RATES, range=_GREENS, clamp=True), legend=None)
    ground = base.mark_rect(stroke="white", strokeWidth=2, color="#eceff3")
    boxes = base.mark_rect(stroke="white", strokeWidth=2).encode(color=colour)
    text = base.mark_text(fontSize=11).encode(
        text="says:N", color=altair.condition(dark, altair.value("white"), altair.value(_INK))
    )
    return _svg((ground + boxes + text).properties(width=WIDTH - 45, height=altair.Step(26)))


def _split(rows: Sequence[Row], label: str) -> Any:
    import altair

    values = [
        {"label": row[label], "part": part, "order": order, "hours": round(row[part] or 0.0, 4)}
        for row in rows
        for order, part in enumerate(SPLIT)
    ]
    colours = [COLOURS[categories[0]] for categories in SPLIT.values()]
    return (
        altair.Chart(altair.InlineData(values=values))
        .mark_bar(size=16)
        .encode(
            color=altair.Color("part:N", scale=altair.Scale(domain=list(SPLIT), range=colours), legend=None),
            order=altair.Order("order:Q"),
        )
    )


def _svg(chart: Any) -> str:
    import vl_convert

    styled = (
        chart.configure(font=_FONT, background="transparent", aria=False)
        .configure_view(stroke=None)
        .configure_axis(
            labelColor=_INK,
            gridColor=_LINE,
            labelFontSize=11,
        )
    )
    drawn = vl_convert.vegalite_to_svg(styled.to_dict(), allowed_base_urls=[])
    return _FINE.sub(r"\1", drawn)
