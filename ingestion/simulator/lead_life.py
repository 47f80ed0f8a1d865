"""One opportunity, lived from the first submission to delivery, defeat or silence.

`LeadLife` holds what a consultant and the CRM do about one customer at one store; `fates.py` draws how it goes,
`leads.py` who submits what. Rates are plausible, not measured.
"""

from __future__ import annotations

from ingestion.simulator.call_platforms import call_system, recognise
from ingestion.simulator.instants import HOUR, at, day_of
from ingestion.simulator.objects import (
    Appointment,
    Call,
    CrmLead,
    CrmVersion,
    Customer,
    FollowUp,
    Order,
    Submission,
    Visit,
)
from ingestion.simulator.scene import Scene
from ingestion.simulator.staff import Person
from ingestion.simulator.submissions import WAV_CODED

_TEXTS = (
    "客户考虑中，周末再联系",
    "未接通，稍后再打",
    "已报价，客户对比竞品",
    "已发资料，待回复",
    "约到店看车",
    "客户在开会，下午回电",
)
LOSE_TYPES = {
    1: "价格因素",
    2: "竞品",
    3: "暂不购车",
    4: "系统未提醒",
    9: "其他",
    0: "未知",
}


class LeadLife:
    """The CRM's and the consultants' side of one opportunity; every step returns None past the world's end."""

    def __init__(self, scene: Scene, customer: Customer, series: int) -> None:
        self.scene, self.customer, self.series = scene, customer, series
        self.rng, self.store, self.journal = scene.rng, scene.store, scene.journal
        self.crm: CrmLead | None = None
        self.owner: Person | None = None
        self.closed_at: int | None = None
        self.last_at = 0
        self.expected_at = 0

    def open_crm(self, created: int, channel: str, outer_id: str | None, source_type: int = 2) -> None:
        """The CRM's lead, assigned at once or some minutes later."""
        if created >= self.scene.end:
            return
        self._lead(created, channel, outer_id, source_type)
        if self.rng.random() < 0.3:
            self.version(created, 101)
            created += self.rng.randrange(30, 900)
        crew = self.scene.staffing.crew(self.store.store_id, day_of(created))
        self.owner = self.rng.choice(crew) if crew else None
        self.version(created, 301)

    def open_own(self, created: int, channel: str) -> None:
        """A CRM lead that a consultant files: a walk-in's."""
        if created >= self.scene.end:
            return
        self._lead(created, channel, None, 3)
        self.version(created, 301)

    def twin(self, created: int, channel: str, outer_id: str) -> None:
        """A second CRM lead of the same customer, never worked on: its repeat was not merged."""
        if created < self.scene.end:
            self._lead(created, channel, outer_id, 2)
            self.version(created, 301)

    def _lead(self, created: int, channel: str, outer_id: str | None, source_type: int) -> None:
        lead_id, store_id = self.journal.long_id(), self.store.store_id
        self.crm = CrmLead(lead_id, store_id, self.customer, created, channel, source_type, outer_id, self.series)
        self.journal.crm_leads.append(self.crm)

    def version(self, moment: int, status: int, **changes: object) -> CrmVersion | None:
        """A new version of the CRM lead, later than the one before."""
        if self.crm is None:
            return None
        last = self.crm.versions[-1] if self.crm.versions else None
        moment = max(moment, last.at + 1 if last else moment)
        if moment >= self.scene.end:
            return None
        phone = self.owner.number(day_of(moment)) if self.owner and status != 101 else None
        found = CrmVersion(self.crm.lead_id, moment, status, self.owner if phone else None, phone)
        if last is not None:
            found.level, found.arrived_at = last.level, last.arrived_at
            found.test_drive_at, found.invoiced_at = last.test_drive_at, last.invoiced_at
        for name, value in changes.items():
            setattr(found, name, value)
        self.crm.versions.append(found)
        return found

    def mark_invalid(self, submission: Submission, moment: int) -> None:
        """The store marks the CRM's lead invalid, with one of WAV's two codes."""
        reason = WAV_CODED[submission.customer.number % 2]
        if self.crm and self.crm.versions:
            found = self.version(moment, self.crm.versions[-1].status, mark_reason=reason)
            if found is not None:
                found.marked_at = submission.marked_at = found.at
                submission.mark_reason = reason

    def keeper(self, moment: int) -> Person | None:
        """The owner at `moment`, after a transfer if the former one has left the store."""
        day = day_of(moment)
        owner = self.owner
        if owner is not None and owner.store_on(day) == self.store.store_id and owner.number(day):
            return owner
        crew = self.scene.staffing.crew(self.store.store_id, day)
        if not crew:
            return None
        heirs = [person for person in crew if owner is not None and person.number(day) == owner.phones[-1].number]
        if self.crm is not None and owner is not None:
            self.version(moment - 120, 1101)
        self.owner = heirs[0] if heirs else self.rng.choice(crew)
        self.version(moment - 60, 501)
        return self.owner

    def robot(self, moment: int) -> None:
        talk = self.rng.choice((0, 0, 18, 35))
        self._call(None, moment, ring=12, talk=talk, robot=True, intent="C" if talk else "")

    def attempt(self, moment: int, outcome: str) -> Call | None:
        """A human call. `outcome`: connected, unanswered, short (rang under 10 s), zero (talk of 0 to 3 s)."""
        rng = self.rng
        ring, talk = {
            "connected": (rng.randrange(4, 25), min(1500, 15 + int(rng.expovariate(1 / 140)))),
            "unanswered": (rng.randrange(20, 46), 0),
            "short": (rng.randrange(3, 10), 0),
            "zero": (rng.randrange(2, 9), rng.randrange(0, 4)),
        }[outcome]
        if rng.random() < 0.03:
            return self._call(None, moment, ring, talk)
        person = self.keeper(moment)
        if person is None:
            return None
        found = self.scene.staffing.slot(person, self.store.store_id, moment, ring + talk + 8)
        if found is not None and found - moment > 4 * HOUR and rng.random() < 0.5:
            other = self.scene.staffing.free_consultant(rng, self.store.store_id, moment, ring + talk + 8)
            if other is not None:
                person, found = other
        if found is None or found >= self.scene.end:
            return None
        return self._call(person, found, ring, talk)

    def _call(
        self, person: Person | None, moment: int, ring: int, talk: int, *, robot: bool = False, intent: str = ""
    ) -> Call | None:
        if moment + ring + talk + 10 >= self.scene.end:
            return None
        customer, crm = self.customer, self.crm
        number = (person.number(day_of(moment)) if person else None) or self.store.desk
        masked = customer.kind == "masked" and not customer.crm_phone
        callee = f"170{customer.number % 100_000_000:08d}" if masked else customer.phone
        if customer.kind in ("landline", "service"):
            callee = str(customer.shown)
        named = crm is not None and (customer.kind != "mobile" or self.rng.random() < 0.7 or robot)
        rang = moment + self.rng.randrange(1, 5)
        answered = rang + ring if talk else None
        number_of_call = self.journal.number()
        system = call_system(self.store, number_of_call, robot=robot)
        found = Call(
            call_id=f"{number_of_call:010d}-c",
            store_id=self.store.store_id,
            customer=customer,
            caller=number,
            callee=callee,
            began=moment,
            rang=rang,
            answered=answered,
            ended=rang + ring + talk,
            person=person,
            robot=robot,
            lead_id=crm.lead_id if named and crm is not None else None,
            intent=intent,
            system=system,
        )
        if system == "callke" and talk >= 10:
            recognise(found, number_of_call)
        self.journal.calls.append(found)
        self.last_at = max(self.last_at, found.ended)
        return found

    def follow(self, moment: int, way: int, next_at: int | None = None) -> None:
        """A follow-up typed by the owner, sometimes edited later."""
        if self.crm is None or self.owner is None or moment >= self.scene.end:
            return
        phone = self.owner.number(day_of(moment))
        if phone is None or self.owner.store_on(day_of(moment)) != self.store.store_id:
            return
        edited = moment + self.rng.randrange(600, 9000) if self.rng.random() < 0.04 else None
        found = FollowUp(
            self.journal.long_id(), self.crm, moment, way, self.owner, phone, next_at, self.rng.choice(_TEXTS), edited
        )
        self.journal.follows.append(found)

    def appoint(self, moment: int, for_at: int) -> Appointment | None:
        person = self.keeper(moment)
        if person is None or moment >= self.scene.end:
            return None
        lead_id = self.crm.lead_id if self.crm else None
        found = Appointment(
            f"A{self.journal.number():010d}",
            self.store.store_id,
            self.customer,
            lead_id,
            person,
            moment,
            [(moment, for_at, "set")],
        )
        self.journal.appointments.append(found)
        self.expected_at = for_at
        self.version(moment + 5, 401)
        return found

    def visit(self, moment: int, drive: float = 0.6) -> Visit | None:
        """A reception by whoever is free, the owner if possible."""
        seconds = self.rng.randrange(35, 140) * 60
        staffing, store_id = self.scene.staffing, self.store.store_id
        closing = at(day_of(moment), self.store.closes)
        moment = min(moment, closing - seconds - 600)
        if moment >= self.scene.end - 3 * HOUR:
            return None
        owner = self.owner
        found: tuple[Person, int] | None = None
        if owner is not None and owner.store_on(day_of(moment)) == store_id:
            begins = staffing.slot(owner, store_id, moment, seconds, days=1)
            found = (owner, begins) if begins is not None else None
        found = found or staffing.free_consultant(self.rng, store_id, moment, seconds)
        if found is None or found[1] <= self.last_at:
            return None
        person, begins = found
        left = begins + seconds
        trip = None
        if self.rng.random() < drive and seconds > 3000:
            trip = (begins + 1200, begins + 1200 + self.rng.randrange(900, 1700))
        lead_id = self.crm.lead_id if self.crm and (not self.customer.identifies or self.rng.random() < 0.8) else None
        visit = Visit(
            f"V{self.journal.number():010d}", store_id, self.customer, lead_id, person, begins, left, trip, left + 300
        )
        self.journal.visits.append(visit)
        last = self.crm.versions[-1] if self.crm and self.crm.versions else None
        if last is not None:
            self.version(left + 240, 501, arrived_at=begins, test_drive_at=trip[1] if trip else last.test_drive_at)
        self.last_at = left + 250
        return visit

    def order(self, visit: Visit) -> Order | None:
        moment = visit.left_at - 120
        lead_id = self.crm.lead_id if self.crm and (not self.customer.identifies or self.rng.random() < 0.8) else None
        amount = self.rng.randrange(980, 4200) * 100
        found = Order(
            f"O{self.journal.number():010d}",
            self.store.store_id,
            self.customer,
            lead_id,
            visit.person,
            self.series,
            amount,
            moment,
        )
        self.journal.orders.append(found)
        self.version(visit.left_at + 400, 601)
        return found

    def defeat(self, moment: int, lose_type: int, remark: str, *, refused: bool = False) -> int | None:
        """Asked by the owner, approved or refused by a manager within a day; the instant it was granted."""
        asked = self.version(moment, 801, lose_type=lose_type, lose_remark=remark)
        if asked is None:
            return None
        answer = asked.at + self.rng.randrange(1800, 20 * HOUR)
        if refused:
            self.version(answer, 501)
            return None
        granted = self.version(answer, 901, lose_type=lose_type, lose_remark=remark)
        if granted is None:
            return None
        granted.lost_at = granted.at
        self.closed_at = granted.at
        return granted.at

    def defeat_at(self, moment: int, lose_type: int, remark: str) -> int | None:
        """Granted at that very moment."""
        if self.crm is None or self.crm.versions[-1].at >= moment:
            return None
        granted = self.version(moment, 901, lose_type=lose_type, lose_remark=remark)
        if granted is None:
            return None
        granted.lost_at = self.closed_at = granted.at
        return granted.at
