"""The weeks and months a page is about, in business days of Asia/Shanghai."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ingestion.errors import UsageError

Unit = Literal["week", "month"]
_YEAR = r"(?:19[7-9]|2\d\d)\d"


@dataclass(frozen=True, order=True)
class Period:
    """A week (from its Monday) or a month, by its first day."""

    first: date
    unit: Unit = "week"

    @property
    def name(self) -> str:
        """As one asks for it: 2026-W43, 2026-10."""
        if self.unit == "month":
            return f"{self.first:%Y-%m}"
        iso = self.first.isocalendar()
        return f"{iso.year}-W{iso.week:02d}"

    @property
    def last(self) -> date:
        return self.after().first - timedelta(days=1)

    def before(self, number: int = 1) -> Period:
        """The period `number` ones earlier."""
        if self.unit == "week":
            return Period(self.first - timedelta(weeks=number), "week")
        months = self.first.year * 12 + self.first.month - 1 - number
        return Period(date(months // 12, months % 12 + 1, 1), "month")

    def after(self) -> Period:
        return self.before(-1)


def holding(day: date, unit: Unit) -> Period:
    """The week or month that a day lies in."""
    return Period(day - timedelta(days=day.weekday()) if unit == "week" else day.replace(day=1), unit)


def week(text: str) -> Period:
    """The week written like 2026-W43.

    Raises:
        UsageError: it is none, as week 53 of most years, or not of 1970 to 2999.
    """
    found = re.fullmatch(rf"({_YEAR})-W(\d\d?)", text, re.ASCII)
    try:
        if found is None:
            raise ValueError(text)
        return Period(date.fromisocalendar(int(found[1]), int(found[2]), 1))
    except ValueError:
        raise UsageError(f"{text!r} is no week", "give one like 2026-W41") from None


def month(text: str) -> Period:
    """The month written like 2026-10.

    Raises:
        UsageError: it is none, or not of 1970 to 2999.
    """
    try:
        if not re.fullmatch(rf"{_YEAR}-\d\d", text, re.ASCII):
            raise ValueError(text)
        return Period(date.fromisoformat(f"{text}-01"), "month")
    except ValueError:
        raise UsageError(f"{text!r} is no month", "give one like 2026-10") from None
