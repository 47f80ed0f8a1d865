"""The true plan of the next contact with each open lead: when it is due, why it stands there, and when to call."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from ingestion.simulator.instants import day_of, minutes_of, moment
from ingestion.simulator.objects import Call, Submission
from ingestion.simulator.truth.followups import Stretch, can_be_called, stretches
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.truth.pipeline import wilson

Row = dict[str, Any]
Slot = tuple[int, int]
_SUREST_OF = 5
"""Calls a weekday and hour must have seen to be proposed."""


def contact_plan(leads: list[Lead], timing: list[Row], calls: list[Call], as_of: int) -> list[Row]:
    """One row for each lead open at `as_of` whose level has a rule; `timing` is the true contact timing."""
    last_talk: dict[int, Call] = {}
    tests = {call.call_id for lead in leads if lead.is_test for call in lead.calls}
    for call in sorted(calls, key=lambda one: one.began):
        if call.is_attempt and call.is_connected and call.call_id not in tests:
            last_talk[call.customer.number] = call
    best = _best_slots(timing)
    rows = []
    for lead in filter(can_be_called, leads):
        line = next((one for one in reversed(stretches(lead)) if one.ends is None), None)
        due = line.due(lead) if line is not None else None
        if line is None or due is None:
            continue
        basis, slot = _when(last_talk.get(lead.opener.customer.number), line, best)
        opener = lead.opener
        rows.append(
            {
                "received_at": moment(lead.received_at).isoformat(),
                "store_id": lead.store_id,
                "platform_lead_id": opener.platform_lead_id if isinstance(opener, Submission) else None,
                "owner_employee_id": lead.owner,
                "level": line.level,
                "due_at": moment(due[0]).isoformat(),
                "reason": _reason(lead, due, as_of),
                "timing_basis": basis,
                "best_weekday": slot[0],
                "best_hour": slot[1],
            }
        )
    return rows


def _reason(lead: Lead, due: tuple[int, str], as_of: int) -> str:
    if due[0] < as_of:
        return "overdue"
    if not lead.attempts:
        return "never_attempted"
    return "level_rule" if due[1] == "level" else "reminder"


def _when(talk: Call | None, line: Stretch, best: dict[str, Slot]) -> tuple[str, tuple[int | None, int | None]]:
    """The customer's own last hour, else the level's surest, else everybody's."""
    if talk is not None:
        return "customer", (day_of(talk.began).isoweekday(), minutes_of(talk.began) // 60)
    if line.level in best:
        return "level", best[line.level]
    return ("all", best["all"]) if "all" in best else ("none", (None, None))


def _best_slots(timing: list[Row]) -> dict[str, Slot]:
    """By level, and over all levels as `all`: the slot whose share of connections is surely highest."""
    counts: dict[str, dict[Slot, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
    for row in timing:
        for level in (row["level"], "all"):
            cell = counts[level][row["weekday"], row["hour"]]
            cell["attempts"] += row["attempts"]
            cell["connected"] += row["connected"]
    found = {}
    for level, slots in counts.items():
        sure = [
            (-wilson(cell["connected"], cell["attempts"])["low"], slot)
            for slot, cell in slots.items()
            if cell["attempts"] >= _SUREST_OF and cell["connected"]
        ]
        if sure:
            found[level] = min(sure)[1]
    return found
