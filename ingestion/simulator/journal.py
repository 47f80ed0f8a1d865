"""Everything that happens, collected by kind, and the ids that vendors give to it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ingestion.simulator.care_objects import Block, FileMerge, HandOver, KeyStay, LevelSet, Survey, Touch
from ingestion.simulator.objects import (
    Appointment,
    Call,
    Checkin,
    CrmLead,
    Customer,
    FollowUp,
    LiveSession,
    Meeting,
    Order,
    PhoneKind,
    Submission,
    Visit,
)
from ingestion.simulator.portal_objects import Article, PortalDay

_SPREAD = 387_420_489
"""Coprime with ten: running numbers become phones that look unrelated and stay distinct (3 to the 18th)."""
_KINDS = (
    "customers",
    "submissions",
    "crm_leads",
    "calls",
    "follows",
    "appointments",
    "visits",
    "orders",
    "hand_overs",
    "checkins",
    "meetings",
    "sessions",
    "portal_days",
    "articles",
    "touches",
    "blocks",
    "surveys",
    "levels",
    "key_stays",
    "merges",
)


@dataclass
class Journal:
    """One store's happenings; a world joins the journals of its stores."""

    place: int
    customers: list[Customer] = field(default_factory=list)
    submissions: list[Submission] = field(default_factory=list)
    crm_leads: list[CrmLead] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    follows: list[FollowUp] = field(default_factory=list)
    appointments: list[Appointment] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    hand_overs: list[HandOver] = field(default_factory=list)
    checkins: list[Checkin] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    sessions: list[LiveSession] = field(default_factory=list)
    portal_days: list[PortalDay] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    touches: list[Touch] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    levels: list[LevelSet] = field(default_factory=list)
    key_stays: list[KeyStay] = field(default_factory=list)
    merges: list[FileMerge] = field(default_factory=list)
    _issued: int = 0

    def number(self) -> int:
        """The store's next running number, unique over the group."""
        self._issued += 1
        return self.place * 4_000_000 + self._issued

    def long_id(self) -> str:
        """An id of 19 digits, more than a double holds."""
        return str(7_300_000_000_000_000_000 + self.number() * 97)

    def customer(self, name: str, kind: PhoneKind = "mobile", *, crm_phone: bool = True) -> Customer:
        """A new customer; `shown` is what a portal gets to see of the number."""
        number = self.number()
        spread = number * _SPREAD % 1_000_000_000
        phone = f"1{'38'[number % 2]}{spread:09d}"
        shown = {
            "mobile": phone,
            "landline": f"0571-{86_000_000 + spread % 1_000_000}",
            "service": f"4006{spread % 1_000_000:06d}",
            "blank": None,
            "masked": f"{phone[:3]}****{phone[-4:]}",
        }[kind]
        found = Customer(number, name, phone, shown, kind, crm_phone)
        self.customers.append(found)
        return found

    def extend(self, other: Journal) -> None:
        """Take over everything another journal holds."""
        for name in _KINDS:
            getattr(self, name).extend(getattr(other, name))
