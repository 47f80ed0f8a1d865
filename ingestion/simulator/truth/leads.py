"""Which records are one lead, and what became of it: the definitions of docs/definitions.md over the world's objects.

The world knows who is who, so nothing is matched here; only opening, joining, closing and re-opening are worked out.
Decided where the definitions leave room: a visit or an order on no open lead always opens a walk-in (the rule of
30 x 24 h is for submissions); a lead stays a walk-in when a submission joins it; a re-opened lead is not defeated
until it is again; a lead without any usable number is `empty_number` even unmarked, unless it began as a walk-in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Literal

from ingestion.simulator.care_objects import LevelSet, Touch
from ingestion.simulator.instants import DAY
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import Appointment, Call, CrmLead, CrmVersion, FollowUp, Order, Submission, Visit

REOPEN_WITHIN = 30 * DAY
_INVALID = {
    "空号": "empty_number",
    "号码错误": "wrong_number",
    "非购车客户": "not_a_buyer",
    "超出区域": "out_of_area",
    "同行": "peer",
    "员工": "staff",
    "空错号": "empty_number",
    "无意向购买": "not_a_buyer",
}
_REASONS = {1: "price", 2: "competitor", 3: "no_longer_buying", 4: "no_system_reminder", 9: "other", 0: "unknown"}


@dataclass(slots=True, eq=False)
class Lead:
    """One customer's opportunity at one store, with all that belongs to it; `turns`: when it opened and closed;
    `of_customer`: all that this customer has had there, in order."""

    store_id: str
    platform: str
    received_at: int
    opener: Submission | Visit | Order
    submissions: list[Submission] = field(default_factory=list)
    crm: list[CrmLead] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    defeats: list[CrmVersion] = field(default_factory=list)
    defeat: CrmVersion | None = None
    closed_at: int | None = None
    touches: list[Touch] = field(default_factory=list)
    levels: list[LevelSet] = field(default_factory=list)
    follows: list[FollowUp] = field(default_factory=list)
    turns: list[tuple[int, Literal["open", "close"]]] = field(default_factory=list)
    of_customer: list[Lead] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.turns.append((self.received_at, "open"))

    def close(self, moment: int) -> None:
        if self.closed_at is None:
            self.turns.append((moment, "close"))
        self.closed_at = moment

    def reopen(self, moment: int) -> None:
        self.turns.append((moment, "open"))
        self.defeat, self.closed_at = None, None

    @property
    def is_test(self) -> bool:
        return self.opener.customer.is_test

    @property
    def contacts(self) -> list[Call | Touch]:
        """Calls and messages in order; a call-back asks about a delivery and is no contact of the lead."""
        talked: list[Call | Touch] = [*self.calls, *(touch for touch in self.touches if touch.channel != "callback")]
        return sorted(talked, key=lambda contact: contact.began)

    @property
    def attempts(self) -> list[Call | Touch]:
        return [contact for contact in self.contacts if contact.is_attempt]

    @property
    def connected(self) -> list[Call | Touch]:
        return [contact for contact in self.contacts if contact.is_connected]

    @property
    def invalid_reason(self) -> str | None:
        for submission in self.submissions:
            if submission.marked_at is not None and submission.mark_reason in _INVALID:
                return _INVALID[submission.mark_reason]
        if isinstance(self.opener, Submission) and self.opener.customer.kind in ("blank", "service"):
            return "empty_number"
        return None

    @property
    def is_valid(self) -> bool:
        return not self.is_test and (self.invalid_reason is None or not self.attempts)

    @property
    def answered_hotline(self) -> bool:
        call = self.opener.call if isinstance(self.opener, Submission) else None
        return call is not None and call.answered is not None

    @property
    def has_clock(self) -> bool:
        return self.is_valid and self.platform != "walk_in" and not self.answered_hotline

    @property
    def clock_start(self) -> int:
        """The customer's action; of a missed hotline call its hang-up."""
        call = self.opener.call if isinstance(self.opener, Submission) else None
        return call.ended if call is not None else self.received_at

    @property
    def response(self) -> int | None:
        """Seconds to the first attempt."""
        if self.platform == "walk_in" or self.answered_hotline or not self.attempts:
            return None
        return max(0, self.attempts[0].began - self.clock_start)

    @property
    def defeat_reason(self) -> str:
        code = self.defeat.lose_type if self.defeat is not None else None
        return "none" if code is None else _REASONS[code]

    @property
    def has_reason(self) -> bool:
        coded = self.defeat_reason not in ("none", "other", "unknown")
        return self.defeat is not None and (coded or len(self.defeat.lose_remark) >= 4)

    @property
    def owner(self) -> str:
        """Whom the newest CRM version that names anybody names, else `unassigned`."""
        named = [version for crm in self.crm for version in crm.versions if version.sales is not None]
        newest = max(named, key=attrgetter("at"), default=None)
        return newest.sales.employee_id if newest is not None and newest.sales is not None else "unassigned"

    def keeping(self, appointment: Appointment) -> Visit | None:
        """The visit that keeps an appointment: the customer's first since it was set, on its day or a day beside it."""
        if appointment.is_cancelled:
            return None
        day = business_day(appointment.for_at)
        came = (visit for lead in self.of_customer for visit in lead.visits if visit.arrived_at >= appointment.set_at)
        return next((visit for visit in came if abs(business_day(visit.arrived_at) - day) <= 1), None)

    def kept_by(self, visit: Visit) -> list[Appointment]:
        """The customer's appointments that a visit keeps."""
        return [one for lead in self.of_customer for one in lead.appointments if lead.keeping(one) is visit]


def is_over(appointment: Appointment, as_of: int) -> bool:
    """Whether nobody can keep it any more: the day after it has ended."""
    return business_day(appointment.for_at) + 1 < business_day(as_of)


def business_day(instant: int) -> int:
    """The number of an instant's business day (east of Greenwich by eight hours)."""
    return (instant + 28_800) // DAY


Kind = Literal["submission", "visit", "order", "invalid", "defeat", "reopened", "delivered"]
Happening = tuple[int, int, Kind, object]
_ORDER: dict[Kind, int] = {
    "submission": 0,
    "visit": 1,
    "order": 2,
    "reopened": 3,
    "invalid": 4,
    "defeat": 5,
    "delivered": 6,
}


def _happenings(journal: Journal) -> Iterator[tuple[tuple[str, int], Kind, int, object]]:
    for submission in journal.submissions:
        key = (submission.store_id, submission.customer.number)
        yield key, "submission", submission.submitted_at, submission
        if submission.marked_at is not None and submission.mark_reason in _INVALID:
            yield key, "invalid", submission.marked_at, submission
    for visit in journal.visits:
        yield (visit.store_id, visit.customer.number), "visit", visit.arrived_at, visit
    for order in journal.orders:
        key = (order.store_id, order.customer.number)
        yield key, "order", order.ordered_at, order
        if order.delivered_at is not None:
            yield key, "delivered", order.delivered_at, order
    for crm in journal.crm_leads:
        key = (crm.store_id, crm.customer.number)
        was_lost = False
        for version in crm.versions:
            if version.lost_at is not None:
                yield key, "defeat", version.lost_at, version
            elif was_lost:
                yield key, "reopened", version.at, version
            was_lost = version.lost_at is not None


def all_leads(journal: Journal) -> list[Lead]:
    """Every lead of the world, in order of store, customer and time."""
    lines: dict[tuple[str, int], list[Happening]] = defaultdict(list)
    for key, kind, moment, thing in _happenings(journal):
        lines[key].append((moment, _ORDER[kind], kind, thing))
    leads: dict[tuple[str, int], list[Lead]] = {}
    for key in sorted(lines):
        leads[key] = _segments(sorted(lines[key], key=lambda happening: happening[:2]))
    for own in leads.values():
        for lead in own:
            lead.of_customer = own
    _attach(journal, leads)
    return [lead for own in leads.values() for lead in own]


def _segments(line: list[Happening]) -> list[Lead]:
    leads: list[Lead] = []
    for moment, _, kind, thing in line:
        lead = leads[-1] if leads else None
        if isinstance(thing, CrmVersion):
            if lead is None:
                raise AssertionError("a CRM lead without anything before it")
            if kind == "defeat":
                lead.defeats.append(thing)
                lead.close(moment)
                lead.defeat = thing
            elif lead.defeat is not None:
                lead.reopen(moment)
        elif kind in ("invalid", "delivered"):
            if lead is not None:
                lead.close(moment)
        elif isinstance(thing, Submission):
            if lead is None or (lead.closed_at is not None and moment - lead.closed_at >= REOPEN_WITHIN):
                lead = Lead(thing.store_id, thing.platform, moment, thing)
                leads.append(lead)
            elif lead.defeat is not None:
                lead.reopen(moment)
            lead.submissions.append(thing)
        elif isinstance(thing, Visit | Order):
            if lead is None or lead.closed_at is not None:
                lead = Lead(thing.store_id, "walk_in", moment, thing)
                leads.append(lead)
            if isinstance(thing, Visit):
                lead.visits.append(thing)
            else:
                lead.orders.append(thing)
    return leads


def _attach(journal: Journal, leads: dict[tuple[str, int], list[Lead]]) -> None:
    """CRM leads by the platform's id they name, calls by the CRM's id they name, all else by customer and time."""
    by_submission = {
        submission.platform_lead_id: lead for own in leads.values() for lead in own for submission in lead.submissions
    }
    by_crm: dict[str, Lead] = {}
    for crm in journal.crm_leads:
        own = leads.get((crm.store_id, crm.customer.number), [])
        lead = by_submission.get(crm.outer_id) if crm.outer_id else _latest(own, crm.created_at)
        if lead is not None:
            lead.crm.append(crm)
            by_crm[crm.lead_id] = lead
    for call in sorted(journal.calls, key=lambda call: (call.began, call.call_id)):
        own = leads.get((call.store_id, call.customer.number), [])
        lead = by_crm.get(call.lead_id) if call.lead_id else _latest(own, call.began)
        if lead is not None:
            lead.calls.append(call)
    for touch in sorted(journal.touches, key=lambda touch: (touch.began, touch.touch_id)):
        own = leads.get((touch.store_id, touch.customer.number), [])
        lead = by_crm.get(touch.lead_id) if touch.lead_id else _latest(own, touch.began)
        if lead is not None:
            lead.touches.append(touch)
    for setting in journal.levels:
        own = leads.get((setting.store_id, setting.customer.number), [])
        lead = by_crm.get(setting.lead_id) if setting.lead_id else _latest(own, setting.at)
        if lead is not None:
            lead.levels.append(setting)
    for follow in journal.follows:
        lead = by_crm.get(follow.crm.lead_id)
        if lead is not None:
            lead.follows.append(follow)
    for appointment in sorted(journal.appointments, key=lambda appointment: appointment.set_at):
        own = leads.get((appointment.store_id, appointment.customer.number), [])
        lead = _latest(own, appointment.set_at)
        if lead is not None:
            lead.appointments.append(appointment)


def _latest(leads: list[Lead], moment: int) -> Lead | None:
    """The last of a customer's leads received by `moment`."""
    before = [lead for lead in leads if lead.received_at <= moment]
    return before[-1] if before else None
