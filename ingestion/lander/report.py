"""What a landing did."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Gap:
    """Offsets from `from_offset` to before `to_offset` that could not be read, and why."""

    topic: str
    generation: int
    partition: int
    from_offset: int
    to_offset: int
    cause: str

    @property
    def offsets(self) -> int:
        return self.to_offset - self.from_offset


@dataclass(frozen=True)
class LandingReport:
    """`received` = `events` + `duplicates` + `dead`, always; `notices` are lines a person should read."""

    received: int = 0
    events: int = 0
    duplicates: int = 0
    dead: int = 0
    batches: int = 0
    gaps: tuple[Gap, ...] = ()
    dead_by_reason: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()

    def __add__(self, other: LandingReport) -> LandingReport:
        reasons = {
            reason: self.dead_by_reason.get(reason, 0) + other.dead_by_reason.get(reason, 0)
            for reason in sorted({*self.dead_by_reason, *other.dead_by_reason})
        }
        return LandingReport(
            self.received + other.received,
            self.events + other.events,
            self.duplicates + other.duplicates,
            self.dead + other.dead,
            self.batches + other.batches,
            self.gaps + other.gaps,
            reasons,
            self.notices + other.notices,
        )
