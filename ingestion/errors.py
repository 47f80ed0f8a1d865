"""Errors a person can meet: each is one line that says what happened and what to do.

    UplogError              exit 1
    ├── PassingFault        exit 1   a retry may mend it (broker away, disk full)
    │   └── BrokerUnavailable
    ├── UsageError          exit 2
    ├── GateFailed          exit 3
    ├── InUse               exit 4   names the holder's pid
    └── Damaged             exit 5   a file that does not open or does not add up

A record that cannot be read is not an error of this tree: it becomes a dead letter (`ingestion.lander.reasons`).
"""

from __future__ import annotations


class UplogError(Exception):
    """What went wrong and, in `fix`, what to do. Neither holds a personal value."""

    exit_code = 1

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.what}: {self.fix}" if self.fix else self.what


class PassingFault(UplogError):
    """Something outside failed and may come back; never a reason for a dead letter."""


class BrokerUnavailable(PassingFault):
    """No Kafka broker answered."""

    def __init__(self, bootstrap: str) -> None:
        super().__init__(
            f"no Kafka broker answers at {bootstrap}",
            "start one with `uplog broker --detach` or set UPLOG_KAFKA_BOOTSTRAP",
        )


class UsageError(UplogError):
    exit_code = 2


class GateFailed(UplogError):
    exit_code = 3


class InUse(UplogError):
    exit_code = 4


class Damaged(UplogError):
    """A file is not what was written; `fix` defaults to the command that mends ours."""

    exit_code = 5

    def __init__(self, what: str, fix: str = "") -> None:
        super().__init__(what, fix or "`uplog recover` mends it")
