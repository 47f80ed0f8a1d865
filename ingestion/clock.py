"""The one clock of lander, gate and receipts; `UPLOG_NOW` sets it, so that the past can be landed day by day.

Models never read it: they know `as_of`, the last `landed_at` they may see.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ingestion.errors import UsageError

SHANGHAI = ZoneInfo("Asia/Shanghai")
"""Business days and naive vendor times; without daylight saving since 1991."""


def now() -> datetime:
    """The present instant in UTC, or `UPLOG_NOW` (RFC 3339 with an offset).

    Raises:
        UsageError: `UPLOG_NOW` is not such an instant.
    """
    text = os.environ.get("UPLOG_NOW")
    if not text:
        return datetime.now(UTC)
    found = instant(text)
    if found is None:
        raise UsageError(f"UPLOG_NOW is {text!r}", "give an instant with its offset, like 2026-10-01T23:00:00+08:00")
    return found


def instant(text: str) -> datetime | None:
    """An instant as typed, RFC 3339 with its offset, in UTC; None where it is none or beyond the calendar."""
    try:
        found = datetime.fromisoformat(text)
        return None if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
