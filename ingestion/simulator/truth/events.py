"""The true milestones of leads, counted by day: each as the system says it that comes first for its kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from ingestion.simulator.instants import day_of
from ingestion.simulator.objects import Submission
from ingestion.simulator.submissions import CODED, WAV_CODED
from ingestion.simulator.truth.clocks import dispatched
from ingestion.simulator.truth.leads import Lead, is_over
from ingestion.simulator.truth.pipeline import owners

Row = dict[str, Any]
Milestone = tuple[str, int | None, bool]


def lead_events(leads: list[Lead], as_of: int) -> list[Row]:
    """By day, store and milestone, those inferred from something else apart."""
    cells: Counter[tuple[str, str, str, bool]] = Counter()
    for lead in leads:
        for name, instant, inferred in {*_milestones(lead, as_of)}:
            if instant is not None:
                cells[day_of(instant).isoformat(), lead.store_id, name, inferred] += 1
    names = ("date_day", "store_id", "milestone", "is_inferred")
    return [{**dict(zip(names, cell, strict=True)), "events": n} for cell, n in sorted(cells.items())]


def _milestones(lead: Lead, as_of: int) -> Iterator[Milestone]:
    yield "received", lead.received_at, not isinstance(lead.opener, Submission)
    yield "dispatched", dispatched(lead), False
    yield "attempted", next((one.began for one in lead.attempts), None), False
    yield "connected", min((one.answered for one in lead.connected if one.answered is not None), default=None), False
    for appointment in lead.appointments:
        yield "appointment_set", appointment.set_at, False
        kept = lead.keeping(appointment)
        if kept is not None:
            yield "appointment_kept", kept.arrived_at, True
        elif not appointment.is_cancelled and is_over(appointment, as_of):
            yield "appointment_missed", appointment.for_at, True
    for visit in lead.visits:
        yield "visited", visit.arrived_at, False
        yield "test_driven", visit.drive[0] if visit.drive else None, False
    for order in lead.orders:
        yield "ordered", order.ordered_at, False
        yield "cancelled", order.cancelled_at, False
        yield "delivered", order.delivered_at, False
    for crm in lead.crm:
        for before, version in pairwise([None, *crm.versions]):
            if version is not None and version.status == 801 and (before is None or before.status != 801):
                yield "defeat_asked", version.at, False
    for version in lead.defeats:
        yield "defeated", version.lost_at, False
    submitted = {submission.submitted_at for submission in lead.submissions}
    for instant, kind in lead.turns[1:]:
        if kind == "open":
            yield "reopened", instant, instant in submitted
    for submission in lead.submissions:
        if submission.marked_at is not None and submission.mark_reason in CODED + WAV_CODED:
            yield "invalidated", submission.marked_at, False
    for _, (instant, _) in pairwise(owners(lead)):
        yield "transferred", instant, False
