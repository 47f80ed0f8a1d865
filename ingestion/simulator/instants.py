"""Whole epoch seconds and business days of Asia/Shanghai, which has had no daylight saving since 1991.

The simulator counts in integers: millions of instants are compared, and no offset ever changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

DAY = 86_400
HOUR = 3_600
MINUTE = 60
_OFFSET = 8 * HOUR
_EPOCH = date(1970, 1, 1)


def midnight(day: date) -> int:
    """The instant a business day starts."""
    return (day - _EPOCH).days * DAY - _OFFSET


def at(day: date, minutes: int) -> int:
    """The instant `minutes` after the midnight of a day; 1,440 and more reach into the next days."""
    return midnight(day) + minutes * MINUTE


@lru_cache(maxsize=4096)
def _day(number: int) -> date:
    return _EPOCH + timedelta(days=number)


def day_of(instant: int) -> date:
    """The business day of an instant."""
    return _day((instant + _OFFSET) // DAY)


def minutes_of(instant: int) -> int:
    """Minutes since the midnight of the instant's own day."""
    return (instant + _OFFSET) % DAY // MINUTE


def week_of(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def text(instant: int) -> str:
    """`YYYY-MM-DD HH:MM:SS`, local."""
    seconds = (instant + _OFFSET) % DAY
    return f"{day_of(instant).isoformat()} {seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def clock_text(minutes: int) -> str:
    """`HH:MM` of minutes after midnight; 1,500 is 01:00 of the next day."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def moment(instant: int) -> datetime:
    """The instant as a datetime in UTC."""
    return datetime.fromtimestamp(instant, UTC)


def days_between(first: date, count: int) -> list[date]:
    """`count` days from `first` on."""
    return [first + timedelta(days=n) for n in range(count)]
