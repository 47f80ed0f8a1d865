"""Visits as a producer sends them, and what a log must say of them: a plain Python account, told only what happened."""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field

Pair = tuple[str, str]


@dataclass(frozen=True)
class Sent:
    """One message: its value, and what a decoder that knows visits makes of it (None: refused for ever)."""

    value: bytes
    pair: Pair | None = None
    data: str = ""
    visit: str = ""
    version: int = 0
    employee: str = ""


def sent(visit: int, version: int = 0, *, other: bool = False) -> Sent:
    """A visit's version; `other` carries the same id with other data. Every fourth visit was months ago."""
    day = "2026-05-03" if visit % 4 == 3 else f"2026-10-{1 + visit % 20:02d}"
    employee = f"S{1 + visit % 3}E{version % 7}"
    data = {
        "visit_id": f"V{visit}",
        "store_id": f"S{1 + visit % 3}",
        "brand": "AB"[visit % 2],
        "employee_id": employee,
        "kind": "usual",
        "arrived_at": f"{day} 10:00:00",
        "updated_at": f"{day} 11:{version:02d}:00",
        **({"left_at": "other"} if other else {}),
    }
    event = {
        "specversion": "1.0",
        "id": f"V{visit}~{version}",
        "source": "/crm/S",
        "type": "crm.visit.v1",
        "time": f"{day}T02:00:00Z",
        "subject": f"V{visit}",
        "data": data,
    }
    return Sent(
        json.dumps(event).encode(), ("/crm/S", f"V{visit}~{version}"), json.dumps(data), f"V{visit}", version, employee
    )


BROKEN = Sent(b"nope")


@dataclass
class VisitModel:
    """What stands in Kafka (one partition) and what each offset has become in the log."""

    kafka: list[Sent] = field(default_factory=list)
    landed: int = 0
    events: dict[Pair, int] = field(default_factory=dict)
    duplicates: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)
    resolved: set[int] = field(default_factory=set)

    def land(self, until: int, *, knows: bool) -> None:
        """The log has taken offsets up to `until`, with a version that knows visits or does not."""
        for offset in range(self.landed, until):
            one = self.kafka[offset]
            if one.pair is None:
                self.refused[offset] = "not_json"
            elif not knows:
                self.refused[offset] = "type_unknown"
            else:
                self._settle(offset, "id_collision")
        self.landed = until

    def replay(self, resolved: set[int]) -> None:
        """A version that knows visits has replayed these offsets."""
        for offset in sorted(resolved - self.resolved):
            reason = self.refused.pop(offset)
            self._settle(offset, reason)
            assert offset not in self.refused, f"{offset} collides and was replayed"
            self.resolved.add(offset)

    def mendable(self) -> tuple[int, int]:
        """How many events and duplicates a replay would make."""
        tried = deepcopy(self)
        before = len(self.events), len(self.duplicates)
        for offset, reason in sorted(self.refused.items()):
            if self.kafka[offset].pair is not None:
                del tried.refused[offset]
                tried._settle(offset, reason)
        return len(tried.events) - before[0], len(tried.duplicates) - before[1]

    def visits(self) -> dict[str, str]:
        """Who received each visit, by its newest version in the log."""
        newest: dict[str, Sent] = {}
        for offset in self.events.values():
            one = self.kafka[offset]
            if one.visit not in newest or one.version > newest[one.visit].version:
                newest[one.visit] = one
        return {visit: one.employee for visit, one in newest.items()}

    def _settle(self, offset: int, reason: str) -> None:
        one = self.kafka[offset]
        assert one.pair is not None
        first = self.events.get(one.pair)
        if first is None:
            self.events[one.pair] = offset
        elif self.kafka[first].data == one.data:
            self.duplicates.add(offset)
        else:
            self.refused[offset] = reason
