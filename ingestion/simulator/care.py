"""What a store does about its customers beside calling them: messages, levels, surveys, and files merged by mistake.

Lived after the leads themselves and with its own chance, so that it changes none of them. Rates are plausible.
"""

from __future__ import annotations

from random import Random

from ingestion.simulator.care_objects import Block, FileMerge, KeyStay, LevelSet, Survey, Touch, TouchChannel
from ingestion.simulator.instants import DAY, HOUR, MINUTE, day_of, midnight
from ingestion.simulator.objects import CrmLead, Customer, Order, Visit
from ingestion.simulator.scene import Scene
from ingestion.simulator.staff import Person


class StoreCare:
    """The care of one store's customers."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.journal, self.store = scene, scene.journal, scene.store
        self.rng = Random(f"{seed}:{scene.store.store_id}:care")

    def run(self) -> None:
        """Fill the journal for the scene's whole period."""
        for crm in list(self.journal.crm_leads):
            if crm.customer.identifies and not crm.customer.is_test:
                self._messages(crm)
                self._levels(crm)
        for order in self.journal.orders:
            if order.delivered_at is not None:
                self._after_delivery(order, order.delivered_at)
        self._second_files()
        self._mistaken_merges()

    def _messages(self, crm: CrmLead) -> None:
        """A greeting by a robot, a few messages with or without an answer; one in fifteen is sent far too many."""
        rng, start = self.rng, crm.created_at
        if rng.random() < 0.2:
            self._touch(crm, start + 5, "message", automatic=True)
        if rng.random() < 0.35:
            moment = start + rng.randrange(2 * MINUTE, 20 * HOUR)
            for _ in range(rng.choice((1, 1, 2, 3))):
                self._touch(crm, moment, rng.choice(("message", "message", "message", "sms")))
                if rng.random() < 0.45:
                    self._touch(crm, moment + rng.randrange(40, 4 * HOUR), "message", inbound=True)
                moment += rng.randrange(3 * HOUR, 3 * DAY)
        if rng.random() < 0.2:
            self._touch(crm, start + rng.randrange(HOUR, 4 * DAY), rng.choice(("like", "comment")))
        if rng.random() < 0.07:
            self._too_many(crm, start + rng.randrange(HOUR, 3 * DAY))

    def _too_many(self, crm: CrmLead, moment: int) -> None:
        """Four to six messages in three days; the fourth sometimes exactly 72 hours after the first."""
        rng = self.rng
        steps = [0, *sorted(rng.randrange(MINUTE, 70 * HOUR) for _ in range(2)), rng.choice((71 * HOUR, 72 * HOUR))]
        for step in [*steps, *([73 * HOUR] if rng.random() < 0.4 else [])]:
            self._touch(crm, moment + step, rng.choice(("message", "sms")))
        if rng.random() < 0.5 and (person := self._owner(crm, moment + 74 * HOUR)) is not None:
            blocked = moment + 74 * HOUR
            back = blocked + rng.randrange(DAY, 3 * DAY) if rng.random() < 0.3 else None
            back = back if back is not None and back < self.scene.end else None
            if blocked < self.scene.end:
                self.journal.blocks.append(
                    Block(self._id("BL"), self.store.store_id, crm.customer, person, blocked, back)
                )

    def _touch(
        self, crm: CrmLead, moment: int, channel: TouchChannel, *, inbound: bool = False, automatic: bool = False
    ) -> None:
        person = self._owner(crm, moment)
        if moment >= self.scene.end or (person is None and not automatic):
            return
        named = crm.lead_id if self.rng.random() < 0.8 else None
        self.journal.touches.append(
            Touch(
                self._id("T"), self.store.store_id, crm.customer, None if automatic else person, channel, moment,
                inbound, named,
            )
        )  # fmt: skip

    def _owner(self, crm: CrmLead, moment: int) -> Person | None:
        """Whom the CRM names at a moment, while they still work at the store."""
        named = [version.sales for version in crm.versions if version.at <= moment and version.sales is not None]
        person = named[-1] if named else None
        if person is None or person.store_on(day_of(moment)) != self.store.store_id:
            return None
        return person

    def _levels(self, crm: CrmLead) -> None:
        """A level set by hand, judged anew later; the system's own after a defeat; a stay among key customers."""
        rng = self.rng
        if rng.random() < 0.3:
            moment = crm.created_at + rng.randrange(HOUR, 2 * DAY)
            for _ in range(rng.choice((1, 1, 2))):
                person = self._owner(crm, moment)
                if person is not None and moment < self.scene.end:
                    reminder = moment + rng.randrange(6 * HOUR, 3 * DAY) if rng.random() < 0.4 else None
                    suggested = rng.choice("HABC") if rng.random() < 0.5 else None
                    self._level(crm, moment, rng.choice("HAABBBC"), person, suggested=suggested, next_at=reminder)
                moment += rng.randrange(DAY, 6 * DAY)
        lost = [version.lost_at for version in crm.versions if version.lost_at is not None]
        if lost and rng.random() < 0.5 and lost[0] + 120 < self.scene.end:
            self._level(crm, lost[0] + 120, "T", None)
        if rng.random() < 0.06:
            flagged = crm.created_at + rng.randrange(HOUR, 3 * DAY)
            lifted = flagged + rng.randrange(2 * DAY, 9 * DAY) if rng.random() < 0.4 else None
            if flagged < self.scene.end:
                self.journal.key_stays.append(
                    KeyStay(
                        self._id("K"), self.store.store_id, crm.customer, self._owner(crm, flagged), flagged,
                        lifted if lifted is not None and lifted < self.scene.end else None,
                    )
                )  # fmt: skip

    def _level(
        self, crm: CrmLead, moment: int, level: str, person: Person | None, *, suggested: str | None = None,
        next_at: int | None = None,
    ) -> None:  # fmt: skip
        named = crm.lead_id if self.rng.random() < 0.7 else None
        self.journal.levels.append(
            LevelSet(
                self._id("LV"), self.store.store_id, crm.customer, named, person, level, moment,
                "system" if person is None else "employee", suggested, next_at,
            )
        )  # fmt: skip

    def _after_delivery(self, order: Order, delivered: int) -> None:
        """Call-backs before the manufacturer asks, and its survey, answered or not."""
        rng = self.rng
        asked = delivered + rng.randrange(6 * HOUR, 2 * DAY)
        for _ in range(rng.choice((0, 1, 1, 2, 3))):
            moment = delivered + rng.randrange(HOUR, 2 * DAY)
            talk = rng.choice((0, 0, 35, 90))
            if moment < self.scene.end and order.person.store_on(day_of(moment)) == self.store.store_id:
                self.journal.touches.append(
                    Touch(self._id("T"), self.store.store_id, order.customer, order.person, "callback", moment,
                          talk=talk)
                )  # fmt: skip
        if rng.random() < 0.3:
            self._survey(order, "store", delivered + rng.randrange(HOUR, DAY), 10)
        if rng.random() < 0.9:
            self._survey(order, "oem", asked, 100 if self.store.attendance == "wecom" else 10)

    def _survey(self, order: Order, by: str, asked: int, best: int) -> None:
        rng = self.rng
        if asked >= self.scene.end:
            return
        answered = asked + rng.randrange(10 * MINUTE, 2 * DAY) if rng.random() < 0.75 else None
        answered = answered if answered is not None and answered < self.scene.end else None
        score = rng.randrange(best // 2, best + 1) if answered is not None else None
        self.journal.surveys.append(
            Survey(self._id("SV"), order, "oem" if by == "oem" else "store", asked, answered, score, best,
                   rng.random() < 0.7)
        )  # fmt: skip

    def _second_files(self) -> None:
        """Visits filed under a second number without a phone; found out and merged days later, some in a circle."""
        rng = self.rng
        for number, visit in enumerate(self._anonymous_visits()):
            if rng.random() > 0.5 or visit.left_at + DAY >= self.scene.end:
                continue
            visit.second_file = f"{visit.customer.crm_id}-2"
            merged_at = min(visit.left_at + rng.randrange(HOUR, 6 * DAY), self.scene.end - HOUR)
            kept, merged = visit.customer.crm_id, visit.second_file
            if number % 3 == 0:
                between = f"{visit.customer.crm_id}-3"
                self._merge(between, merged, merged_at)
                self._merge(kept, between, merged_at + 60)
                self._merge(merged, kept, merged_at + 120)
            else:
                self._merge(kept, merged, merged_at)

    def _anonymous_visits(self) -> list[Visit]:
        """Visits that name no lead, of customers whom another record of the CRM names by number and phone."""
        numbered = {order.customer.number for order in self.journal.orders}
        numbered |= {appointment.customer.number for appointment in self.journal.appointments}
        return [
            visit
            for visit in self.journal.visits
            if visit.lead_id is None and visit.customer.identifies and visit.customer.number in numbered
        ]

    def _mistaken_merges(self) -> None:
        """Two people's files merged, and taken apart again days later."""
        rng, known = self.rng, self._numbered()
        for _ in range(2):
            if len(known) < 2:
                return
            kept, merged = rng.sample(known, 2)
            at = midnight(self.scene.staffing.start) + rng.randrange(DAY, 4 * DAY)
            if at + 2 * DAY < self.scene.end:
                back = at + rng.randrange(HOUR, 2 * DAY)
                self._merge(kept.crm_id, merged.crm_id, at, taken_back_at=back)

    def _numbered(self) -> list[Customer]:
        seen = {appointment.customer.number: appointment.customer for appointment in self.journal.appointments}
        return [customer for customer in seen.values() if customer.identifies]

    def _merge(self, kept: str, merged: str, moment: int, *, taken_back_at: int | None = None) -> None:
        self.journal.merges.append(FileMerge(self._id("M"), self.store.store_id, kept, merged, moment, taken_back_at))

    def _id(self, prefix: str) -> str:
        return f"{prefix}{self.journal.number():010d}"
