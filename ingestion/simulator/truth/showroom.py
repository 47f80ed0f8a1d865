"""Submissions, appointments, visits, orders and touches as they truly were; columns are named like the facts'.

A lead is named by when it was received and by the platform's id of what opened it: its own name is the warehouse's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingestion.simulator.care_objects import Touch
from ingestion.simulator.instants import day_of, moment
from ingestion.simulator.objects import Appointment, Call, Submission
from ingestion.simulator.people import BRANDS, PORTALS, SERIES
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.leads import Lead, is_over
from ingestion.simulator.world import Group

Row = dict[str, Any]


def showroom_tables(group: Group, leads: list[Lead], as_of: int) -> dict[str, list[Row]]:
    """Facts of the showroom and of contact; `as_of` (epoch seconds) decides which appointments are due."""
    return {
        "submissions": [row for lead in leads for row in _submissions(lead)],
        "appointments": [_appointment(lead, one, as_of) for lead in leads for one in lead.appointments],
        "visits": [row for lead in leads for row in _visits(lead)],
        "orders": list(_orders(group, leads)),
        "touches": list(_touches(group, leads)),
    }


def instant(at: int | None) -> str | None:
    """An instant as the tables hold it."""
    return None if at is None else moment(at).isoformat()


def credited(person: Person | None, at: int) -> Row:
    """Whom something counts for, and in which employment of theirs; nobody's is `unassigned`."""
    if person is None:
        return {"employee_id": "unassigned", "consultant_key": "unassigned"}
    employment = person.employment(day_of(at))
    key = "unmatched" if employment is None else f"{person.employee_id}:{employment.valid_from.isoformat()}"
    return {"employee_id": person.employee_id, "consultant_key": key}


def _of(lead: Lead | None) -> Row:
    opener = lead.opener if lead is not None else None
    return {
        "lead_received_at": None if lead is None else instant(lead.received_at),
        "lead_opened_by": opener.platform_lead_id if isinstance(opener, Submission) else None,
    }


def _day(at: int | None) -> str | None:
    return None if at is None else day_of(at).isoformat()


def _submissions(lead: Lead) -> Iterator[Row]:
    for one in lead.submissions:
        yield {
            "platform": one.platform,
            "platform_lead_id": one.platform_lead_id,
            **_of(lead),
            "store_id": one.store_id,
            "is_test": one.customer.is_test,
            "is_repeat": one is not lead.opener,
            "submitted_at": instant(one.submitted_at),
            "dispatched_at": instant(one.dispatched_at) if one.via in PORTALS else None,
            "submitted_day": _day(one.submitted_at),
        }


def _appointment(lead: Lead, one: Appointment, as_of: int) -> Row:
    kept = lead.keeping(one)
    is_past = one.for_at <= as_of
    is_missed = is_over(one, as_of)
    status = "cancelled" if one.is_cancelled else "kept" if kept is not None else "missed" if is_missed else "set"
    return {
        "appointment_id": one.appointment_id,
        **_of(lead),
        "store_id": one.store_id,
        **credited(one.person, one.set_at),
        "visit_id": kept.visit_id if kept is not None else None,
        "status": status,
        "is_due": is_past and not one.is_cancelled,
        "set_at": instant(one.set_at),
        "for_at": instant(one.for_at),
        "kept_at": instant(kept.arrived_at) if kept is not None else None,
        "set_day": _day(one.set_at),
        "for_day": _day(one.for_at),
        "kept_day": _day(kept.arrived_at) if kept is not None else None,
    }


def _visits(lead: Lead) -> Iterator[Row]:
    for number, visit in enumerate(lead.visits, start=1):
        kept_first = min(lead.kept_by(visit), key=lambda one: one.for_at, default=None)
        yield {
            "visit_id": visit.visit_id,
            **_of(lead),
            "store_id": visit.store_id,
            **credited(visit.person, visit.arrived_at),
            "appointment_id": kept_first.appointment_id if kept_first is not None else None,
            "visit_no": number,
            "is_walk_in": kept_first is None,
            "arrived_at": instant(visit.arrived_at),
            "left_at": instant(visit.left_at),
            "visit_day": _day(visit.arrived_at),
            "test_drive_at": instant(visit.drive[0]) if visit.drive is not None else None,
            "test_drive_ended_at": instant(visit.drive[1]) if visit.drive is not None else None,
        }


def _orders(group: Group, leads: list[Lead]) -> Iterator[Row]:
    """The car is handed over when it is; a store without a record of it has the clerk's word alone."""
    recorded = {one.order.order_id for one in group.journal.hand_overs}
    brands = {brand: series for (brand, *_), series in zip(BRANDS, SERIES, strict=True)}
    series_of = {store.store_id: brands[store.brand] for store in group.stores}
    for lead in leads:
        for order in lead.orders:
            yield {
                "order_id": order.order_id,
                **_of(lead),
                "store_id": order.store_id,
                **credited(order.person, order.ordered_at),
                "series_id": series_of[order.store_id][order.series][0],
                "amount": f"{order.amount}.00",
                "ordered_at": instant(order.ordered_at),
                "cancelled_at": instant(order.cancelled_at),
                "invoiced_at": instant(order.invoiced_at),
                "delivered_at": instant(order.delivered_at),
                "delivered_source": "crm.delivery" if order.order_id in recorded else "crm.order",
                "is_inferred": False,
                "ordered_day": _day(order.ordered_at),
                "cancelled_day": _day(order.cancelled_at),
                "delivered_day": _day(order.delivered_at),
            }


def _touches(group: Group, leads: list[Lead]) -> Iterator[Row]:
    of_call = {call.call_id: lead for lead in leads for call in lead.calls}
    of_touch = {touch.touch_id: lead for lead in leads for touch in lead.touches}
    for call in group.journal.calls:
        yield _call(call) | _of(of_call.get(call.call_id))
    for touch in group.journal.touches:
        yield _care(touch) | _of(of_touch.get(touch.touch_id))


def _call(call: Call) -> Row:
    """A portal that puts a call through does not say when it rang: it has rung since it began."""
    is_portals = call.portal_id is not None and call.line is not None
    rang = call.began if is_portals else call.rang
    answered_or_over = call.answered if call.answered is not None else call.ended
    return {
        "touch_id": call.portal_id if is_portals else f"{call.call_id}^1" if call.system == "aliyun" else call.call_id,
        "tool": call.line if is_portals else call.system,
        "store_id": call.store_id,
        **credited(call.person, call.began),
        "channel": "call",
        "direction": "outbound" if call.line is None else "inbound",
        "intent": call.intent or None if call.system != "aliyun" else None,
        "talk_seconds": float(call.talk),
        "ring_seconds": float(answered_or_over - rang),
        "is_automatic": call.robot,
        "is_attempt": call.is_attempt,
        "connected": call.is_connected,
        "started_at": instant(call.began),
        "answered_at": instant(call.answered),
        "ended_at": instant(call.ended),
        "touch_day": _day(call.began),
    }


def _care(touch: Touch) -> Row:
    return {
        "touch_id": touch.touch_id,
        "tool": "care",
        "store_id": touch.store_id,
        **credited(touch.person, touch.began),
        "channel": touch.channel,
        "direction": "inbound" if touch.inbound else "outbound",
        "intent": None,
        "talk_seconds": float(touch.talk),
        "ring_seconds": 0.0,
        "is_automatic": touch.person is None,
        "is_attempt": touch.is_attempt,
        "connected": touch.is_connected,
        "started_at": instant(touch.began),
        "answered_at": instant(touch.answered),
        "ended_at": instant(touch.began + touch.talk),
        "touch_day": _day(touch.began),
    }
