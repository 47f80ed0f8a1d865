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
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise UsageError(f"UPLOG_NOW is {text!r}", "give an instant with its offset, like 2026-10-01T23:00:00+08:00")
    return instant.astimezone(UTC)
