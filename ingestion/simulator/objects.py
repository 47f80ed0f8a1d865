"""What exists and happens in the simulated group: plain objects, instants as epoch seconds.

Nothing here knows a vendor's format; `emit_*` writes what each system saw of it, `truth_*` what was true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from ingestion.simulator.staff import Person

PhoneKind = Literal["mobile", "landline", "service", "blank", "masked"]


@dataclass(slots=True)
class Customer:
    """Someone who buys or does not. `shown` is the number as typed on a portal, `phone` the true one.

    Only a mobile identifies: `kind` says what portals see. `crm_phone`: the CRM knows the full number.
    """

    number: int
    name: str
    phone: str
    shown: str | None
    kind: PhoneKind = "mobile"
    crm_phone: bool = True
    is_test: bool = False

    @property
    def crm_id(self) -> str:
        return f"C{self.number:09d}"

    @property
    def identifies(self) -> bool:
        """Whether the number the CRM knows joins this customer's records."""
        return self.kind == "mobile" or (self.kind == "masked" and self.crm_phone)


@dataclass(slots=True)
class Submission:
    """One platform record. `marked_at`: it was marked invalid then, for `mark_reason`, in the portal's row and words;
    what came as ADF in WAV's.

    `clue_source` and `app_name` are Feiyu's; `also_feiyu`: Feiyu delivers the same record too.
    """

    platform: str
    platform_lead_id: str
    store_id: str
    customer: Customer
    submitted_at: int
    via: Literal["autohome", "yiche", "dongchedi", "feiyu", "local_push", "tencent_ads", "adf", "call"]
    dispatched_at: int
    series: int
    name: str
    status: tuple[int, str] | None = None
    marked_at: int | None = None
    mark_reason: str = ""
    remark: str = ""
    room_id: str | None = None
    clue_source: int = 1
    app_name: str = ""
    also_feiyu: bool = False
    call: Call | None = None


@dataclass(slots=True)
class CrmVersion:
    """One version of a CRM lead, in force from `at` on."""

    lead_id: str
    at: int
    status: int
    sales: Person | None
    sales_phone: str | None
    level: str = ""
    lose_type: int | None = None
    lose_remark: str = ""
    lost_at: int | None = None
    marked_at: int | None = None
    mark_reason: str = ""
    arrived_at: int | None = None
    test_drive_at: int | None = None
    invoiced_at: int | None = None


@dataclass(slots=True)
class CrmLead:
    """A lead of the CRM; `outer_id` is the platform's own id where it came from a platform."""

    lead_id: str
    store_id: str
    customer: Customer
    created_at: int
    channel: str
    source_type: int
    outer_id: str | None
    series: int
    versions: list[CrmVersion] = field(default_factory=list)


@dataclass(slots=True)
class Call:
    """A call. `person` is the caller of staff, None for robots, the desk and inbound; `line` an inbound call's.

    `system` is the call platform that recorded it, `portal_id` its id in the portal's own export; at least one has it.
    `suggested_level` and `remind_at` are what speech recognition proposed.
    """

    call_id: str
    store_id: str
    customer: Customer
    caller: str
    callee: str
    began: int
    rang: int
    answered: int | None
    ended: int
    person: Person | None = None
    robot: bool = False
    line: str | None = None
    lead_id: str | None = None
    intent: str = ""
    system: Literal["volcengine", "aliyun", "callke"] | None = "volcengine"
    portal_id: str | None = None
    suggested_level: str = ""
    remind_at: int | None = None

    @property
    def talk(self) -> int:
        return self.ended - self.answered if self.answered is not None else 0

    @property
    def ring(self) -> int:
        return (self.answered if self.answered is not None else self.ended) - self.rang

    @property
    def is_attempt(self) -> bool:
        return not self.robot and self.line is None and (self.ring >= 10 or self.talk >= 10)

    @property
    def is_connected(self) -> bool:
        return not self.robot and self.talk >= 10


@dataclass(slots=True)
class FollowUp:
    """A follow-up as typed; `edited_at` a later version of the same record."""

    follow_id: str
    crm: CrmLead
    at: int
    way: int
    person: Person
    phone: str
    next_at: int | None
    record: str
    edited_at: int | None = None


@dataclass(slots=True)
class Appointment:
    """`versions` are (updated_at, for_at, status) in order."""

    appointment_id: str
    store_id: str
    customer: Customer
    lead_id: str | None
    person: Person
    set_at: int
    versions: list[tuple[int, int, Literal["set", "cancelled"]]]

    @property
    def for_at(self) -> int:
        return self.versions[-1][1]

    @property
    def is_cancelled(self) -> bool:
        """By its time: what was entered later hides no no-show."""
        entered, _, status = self.versions[-1]
        return status == "cancelled" and entered <= self.for_at


@dataclass(slots=True)
class Visit:
    """`second_file`: it was filed under another number of the CRM, without the customer's phone."""

    visit_id: str
    store_id: str
    customer: Customer
    lead_id: str | None
    person: Person
    arrived_at: int
    left_at: int
    drive: tuple[int, int] | None
    recorded_at: int
    second_file: str | None = None


@dataclass(slots=True)
class Order:
    """`delivered_at` is when the customer had the car, `noted_at` what the order's clerk wrote down, if anything."""

    order_id: str
    store_id: str
    customer: Customer
    lead_id: str | None
    person: Person
    series: int
    amount: int
    ordered_at: int
    cancelled_at: int | None = None
    invoiced_at: int | None = None
    delivered_at: int | None = None
    noted_at: int | None = None

    def stands_at(self, instant: int) -> bool:
        return self.ordered_at <= instant and (self.cancelled_at is None or self.cancelled_at > instant)


@dataclass(slots=True)
class Checkin:
    """An attendance action, or its absence. `at` None: not signed. `excused_at`: a manager took it back then."""

    checkin_id: int
    person: Person
    store_id: str
    kind: Literal["on", "off", "outing"]
    day: date
    planned: int
    at: int | None
    device: str
    excused_at: int | None = None
    uploaded_at: int | None = None


@dataclass(slots=True)
class Stay:
    """One device in a meeting; an outsider has no `person`; `left` None: no leave was ever sent."""

    person: Person | None
    device: int
    joined: int
    left: int | None


@dataclass(slots=True)
class Meeting:
    """A meeting as scheduled (`starts`, `ends`) and as held; `closed` None: no end event was sent."""

    meeting_id: str
    subject: str
    creator: Person | None
    starts: int
    ends: int
    opened: int
    closed: int | None
    is_training: bool
    medium: Literal["tencent_meeting", "zoom", "dingtalk", "wechat", "in_person"] = "tencent_meeting"
    stays: list[Stay] = field(default_factory=list)

    @property
    def organiser(self) -> Person | None:
        """Whom the records name: a calendar counts its organiser as present, so an absent one is left out of it."""
        is_named = self.medium != "in_person" or any(stay.person is self.creator for stay in self.stays)
        return self.creator if is_named else None


COUNTERS = ("watch", "follow", "comment", "like", "form")


@dataclass(slots=True)
class Minute:
    """What the platform showed at a minute: online viewers and the cumulative counters in `COUNTERS`' order.

    `earlier` is what they had reached in the session before the stream that then ran was started.
    """

    at: int
    online: int
    counters: tuple[int, ...]
    earlier: tuple[int, ...]


@dataclass(slots=True)
class LiveSession:
    """A live session; `totals` are the true totals, `shown` what the room's record says (less after a restart).

    Channels names no host, counts no forms and charges nothing: `host` and `cost` are None there.
    """

    room_id: str
    store_id: str
    host: Person | None
    starts: int
    ends: int
    peak: int
    totals: tuple[int, ...]
    shown: tuple[int, ...]
    minutes: list[Minute]
    cost: int | None
    platform: str = "douyin"
