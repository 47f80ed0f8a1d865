"""Weeks and months as one asks for them, over the turn of a year."""

from __future__ import annotations

from datetime import date

import pytest

from ingestion.errors import UsageError
from publishing import periods
from publishing.periods import Period


def test_week_of_a_long_year_and_the_one_after_it() -> None:
    last = periods.week("2026-W53")
    assert (last.first, last.last) == (date(2026, 12, 28), date(2027, 1, 3))
    assert (last.name, last.after().name, last.before(52).name) == ("2026-W53", "2027-W01", "2026-W01")
    assert periods.holding(date(2027, 1, 3), "week") == last


def test_month_before_january_is_december() -> None:
    january = periods.month("2027-01")
    assert (january.last, january.before().name, january.before(13).name) == (date(2027, 1, 31), "2026-12", "2025-12")
    assert january.before(11) == Period(date(2026, 2, 1), "month")
    assert periods.holding(date(2027, 1, 31), "month") == january


@pytest.mark.parametrize(
    "text", ["2026-W54", "2025-W53", "0999-W10", "9999-W01", "2026-W", "2026-10", "W43", "", "2026-W4x"]
)
def test_text_that_is_no_week_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no week"):
        periods.week(text)


@pytest.mark.parametrize("text", ["2026-13", "0001-01", "9999-12", "2026-W10", "2026-1", "2026-10-01", ""])
def test_text_that_is_no_month_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="is no month"):
        periods.month(text)
