"""Vendor clocks to instants: seconds, milliseconds, local text; all answers in UTC.

Naive text is Asia/Shanghai (docs/domain.md, Traps).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, Literal

from ingestion.clock import SHANGHAI

Unit = Literal["s", "ms", "local", "iso", "loose", "day"]
"""epoch seconds · epoch milliseconds · `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai or the zone it names · RFC 3339 ·
ISO 8601 as people's systems write it (`2008-06-25T8:47`, `2000-03-30T15:30:20-08:0`), local without an offset · a
business day."""

_PLAIN_HOUR = re.compile(r"20\d\d-[01]\d-[0-3]\d [0-2]\d", re.ASCII)
IN_HOUR = frozenset(f":{minute:02}:{second:02}" for minute in range(60) for second in range(60))
"""What may follow `YYYY-MM-DD HH` in local text: to look it up costs less than to match it."""
_LOCAL = re.compile(
    r"\d{4}[-/]\d\d[-/]\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?)?)?",
    re.ASCII,
)
"""What `local_text_to_utc` of the models reads; ISO 8601 has more (`20261001T10`, `2026-W40-4`)."""
_LOOSE = re.compile(
    r"(\d{4})-(\d{1,2})-(\d{1,2})[T ](\d{1,2}):(\d{1,2})(?::(\d{1,2})(?:\.\d+)?)?"
    r"\s*(?P<zone>Z|([+-])(\d\d?)(?::?(\d\d?))?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def instant(value: Any, unit: Unit) -> datetime:
    """`value` as an instant in UTC. Epochs may be numbers or numeric text.

    Raises:
        ValueError: it is not a time in that unit.
    """
    try:
        if unit == "s":
            return _EPOCH + timedelta(seconds=int(value))
        if unit == "ms":
            return _EPOCH + timedelta(milliseconds=int(value))
        if unit == "day":
            day = date.fromisoformat(str(value))
            return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI).astimezone(UTC)
        text = str(value).strip()
        if unit == "local" and not _LOCAL.fullmatch(text):
            raise ValueError
        found = _loosely(text) if unit == "loose" else datetime.fromisoformat(text.replace("/", "-"))
        if found.tzinfo is None and unit != "iso":
            found = found.replace(tzinfo=SHANGHAI)
        if found.tzinfo is not None:
            return found.astimezone(UTC)
    except (OverflowError, TypeError, ValueError):
        raise ValueError(f"not a time in unit {unit}") from None
    raise ValueError("a time without its offset")


def _loosely(text: str) -> datetime:
    match = _LOOSE.fullmatch(text)
    if match is None:
        raise ValueError
    *parts, _, sign, zone_hours, zone_minutes = match.groups()
    year, month, day, hour, minute, second = (int(part or 0) for part in parts)
    found = datetime(year, month, day, hour, minute, second)
    if match["zone"] is None:
        return found
    hours, minutes = (int(part or 0) for part in (zone_hours, zone_minutes))
    offset = timedelta(hours=hours, minutes=minutes)
    return found.replace(tzinfo=timezone(-offset if sign == "-" else offset))


def utc_text(value: Any, unit: Unit) -> str:
    """`value` as RFC 3339 in UTC, `2026-10-01T02:03:04Z`, with a fraction where it has one.

    Raises:
        ValueError: it is not a time in that unit.
    """
    if unit == "local" and isinstance(value, str) and value[13:] in IN_HOUR and (hour := _utc_hour(value[:13])):
        return f"{hour}{value[13:]}Z"
    return rfc3339(instant(value, unit))


def rfc3339(value: datetime) -> str:
    """An instant as `2026-10-01T02:03:04Z`, with a fraction where it has one."""
    return value.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


@lru_cache(maxsize=8192)
def _utc_hour(local_hour: str) -> str | None:
    """Shanghai has been whole hours from UTC since 1901, so records of one hour share this part; None for no hour."""
    if not _PLAIN_HOUR.fullmatch(local_hour):
        return None
    return instant(f"{local_hour}:00:00", "local").strftime("%Y-%m-%dT%H")


def local_text(value: datetime) -> str:
    """An instant as `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
