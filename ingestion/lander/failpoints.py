"""Named places where a test may kill the process: `UPLOG_FAILPOINT=after_commit`; `after_commit:3`: the third time."""

from __future__ import annotations

import os
import signal
from collections import Counter

POINTS = (
    "before_vault",
    "after_vault",
    "in_transaction",
    "before_commit",
    "after_commit",
    "after_index",
    "after_kafka",
)
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Kills this process here when the environment says so."""
    wanted = os.environ.get("UPLOG_FAILPOINT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point == name:
        _passed[name] += 1
        if _passed[name] >= int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
