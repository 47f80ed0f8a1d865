"""The true state of open leads at the end of each week: level, age, whose they are; and when customers pick up."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise
from math import ceil
from typing import Any

from ingestion.simulator.instants import DAY, HOUR, day_of, midnight, minutes_of, week_of
from ingestion.simulator.objects import Call
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.followups import can_be_called, stretches
from ingestion.simulator.truth.leads import Lead

Row = dict[str, Any]
_BANDS = ((2, "0-1"), (8, "2-7"), (31, "8-30"), (91, "31-90"))


def owners(lead: Lead) -> list[tuple[int, Person]]:
    """From when on whom the CRM names, each change once; a first version counts from the lead's creation.

    Of two CRM leads of one lead, what one repeats takes nothing back from the other.
    """
    named: list[tuple[int, str, Person]] = []
    for crm in lead.crm:
        before = None
        for number, version in enumerate(crm.versions):
            if version.sales is not None and version.sales is not before:
                before = version.sales
                named.append((crm.created_at if number == 0 else version.at, crm.lead_id, before))
    found: list[tuple[int, Person]] = []
    for at, _, person in sorted(named, key=lambda change: change[:2]):
        if not found or found[-1][1] is not person:
            found.append((at, person))
    return found


def pipeline(leads: list[Lead], as_of: int) -> list[Row]:
    """By week, store, level, age and the owner's state: leads open at the week's end, at `as_of` in the running one."""
    cells: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    waits: dict[tuple[str, ...], list[float]] = defaultdict(list)
    for lead in leads:
        if lead.is_test:
            continue
        monday, lines = week_of(day_of(lead.received_at)), stretches(lead)
        while midnight(monday) <= as_of:
            ends = min(midnight(monday + timedelta(days=7)), as_of)
            now = [line for line in lines if line.begins < ends and (line.ends is None or line.ends >= ends)]
            if now:
                due = now[0].due(lead) if can_be_called(lead) else None
                state = _owner_state(lead, ends)
                cell = (monday.isoformat(), lead.store_id, now[0].level, _band(ends - lead.received_at), state)
                cells[cell]["open_leads"] += 1
                cells[cell]["overdue"] += due is not None and due[0] < ends
                cells[cell]["orphaned"] += state in ("left", "transferred")
                waited = _waited(lead, midnight(monday), midnight(monday + timedelta(days=7)))
                if waited is not None:
                    waits[cell].append(waited / HOUR)
            monday += timedelta(days=7)
    names = ("week_start_date", "store_id", "level", "age_band", "owner_state")
    return [
        {
            **dict(zip(names, cell, strict=True)),
            **{name: counts[name] for name in ("open_leads", "overdue", "orphaned")},
            "reassigned": len(waits[cell]),
            "median_hours_to_reassign": _median(waits[cell]),
        }
        for cell, counts in sorted(cells.items())
    ]


def _band(age: int) -> str:
    return next((name for limit, name in _BANDS if age < limit * DAY), "91+")


def _owner_state(lead: Lead, ends: int) -> str:
    named = [person for at, person in owners(lead) if at < ends]
    if not named:
        return "unassigned"
    store_id = named[-1].store_on(day_of(ends - 1))
    return "left" if store_id is None else "active" if store_id == lead.store_id else "transferred"


def _waited(lead: Lead, begins: int, ends: int) -> int | None:
    """Seconds a lead taken over in the week had been with somebody who had left the store."""
    found = []
    for (since, before), (at, _) in pairwise(owners(lead)):
        if not begins <= at < ends or before.store_on(day_of(at)) == lead.store_id:
            continue
        left = [
            midnight(one.valid_to)
            for one in before.employments
            if one.store_id == lead.store_id and one.valid_to is not None and midnight(one.valid_to) <= at
        ]
        if left:
            found.append(at - max(since, *left))
    return min(found) if found else None


def _median(values: list[float]) -> float | None:
    return sorted(values)[ceil(len(values) / 2) - 1] if len(values) >= 5 else None


def contact_timing(calls: list[Call], leads: list[Lead]) -> list[Row]:
    """By quarter, weekday, hour and level then: attempts by a person's call, and those that connected."""
    levels = {
        line.call.call_id: line.level for lead in leads for line in stretches(lead) if isinstance(line.call, Call)
    }
    tests = {call.call_id for lead in leads if lead.is_test for call in lead.calls}
    cells: dict[tuple[str, int, int, str], Counter[str]] = defaultdict(Counter)
    for call in calls:
        if call.is_attempt and call.call_id not in tests:
            day = day_of(call.began)
            quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
            level = levels.get(call.call_id, "N")
            cell = cells[quarter.isoformat(), day.isoweekday(), minutes_of(call.began) // 60, level]
            cell["attempts"] += 1
            cell["connected"] += call.is_connected
    return [
        {
            "quarter_start_date": quarter, "weekday": weekday, "hour": hour, "level": level,
            "attempts": counts["attempts"], "connected": counts["connected"],
            **wilson(counts["connected"], counts["attempts"]),
        }
        for (quarter, weekday, hour, level), counts in sorted(cells.items())
    ]  # fmt: skip


def wilson(hits: int, tries: int) -> dict[str, float]:
    """The 95% interval as the roots of (p - x)^2 = z^2 x (1 - x) / n."""
    z2 = 1.959963984540054**2
    a, b, c = 1 + z2 / tries, -(2 * hits / tries + z2 / tries), (hits / tries) ** 2
    root = max(0.0, b * b - 4 * a * c) ** 0.5
    return {"connect_rate": hits / tries, "low": (-b - root) / (2 * a), "high": (-b + root) / (2 * a)}
