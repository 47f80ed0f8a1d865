"""Vendor clocks to instants: seconds, milliseconds, local text; all answers in UTC.

Naive text is Asia/Shanghai (docs/domain.md, Traps).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from ingestion.clock import SHANGHAI

Unit = Literal["s", "ms", "local", "iso", "day"]
"""epoch seconds · epoch milliseconds · `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai · RFC 3339 · a business day."""

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
        found = datetime.fromisoformat(str(value).strip().replace("/", "-"))
    except (OverflowError, TypeError, ValueError):
        raise ValueError(f"not a time in unit {unit}") from None
    if found.tzinfo is None:
        if unit == "iso":
            raise ValueError("a time without its offset")
        found = found.replace(tzinfo=SHANGHAI)
    return found.astimezone(UTC)


def local_text(value: datetime) -> str:
    """An instant as `YYYY-MM-DD HH:MM:SS` in Asia/Shanghai."""
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
