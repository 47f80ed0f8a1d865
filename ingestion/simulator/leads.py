"""A store's leads of a period: who submits what and when, and how each opportunity ends.

Every trap of repeats, re-openings, invalid marks and test traffic is here; rates are plausible, not measured.
"""

from __future__ import annotations

from datetime import timedelta

from ingestion.simulator.fates import REMARKS, Fates
from ingestion.simulator.instants import DAY, HOUR, at, days_between, midnight
from ingestion.simulator.lead_life import LeadLife
from ingestion.simulator.objects import Customer, LiveSession, Submission
from ingestion.simulator.people import full_name
from ingestion.simulator.scene import Scene
from ingestion.simulator.submissions import HOTLINES, Mark, draw_customer, mark_invalid, ring_in, submit

_PER_DAY = {"autohome": 3.6, "dongchedi": 2.8, "yiche": 2.0, "douyin": 1.2, "other": 0.2}
_CHANNELS = {
    "autohome": "汽车之家",
    "dongchedi": "懂车帝",
    "yiche": "易车",
    "douyin": "抖音",
    "other": "今日头条",
    "tencent_ads": "腾讯广告",
    "channels": "视频号",
    "oem": "主机厂",
    "walk_in": "自然到店",
}
REOPEN_WITHIN = 30 * DAY


class StoreLeads(Fates):
    """The leads of one store."""

    def __init__(self, scene: Scene, strangers: list[Customer]) -> None:
        super().__init__(scene)
        self.strangers, self.leaving = strangers, list[Customer]()

    def run(self, sessions: list[LiveSession]) -> None:
        """Fill the journal for the scene's whole period."""
        self.history()
        staffing = self.scene.staffing
        for day in days_between(staffing.start, staffing.days):
            factor = 1.35 if day.weekday() >= 5 or ((day.month, day.day) <= (10, 7) and day.month == 10) else 0.9
            for platform, rate in _PER_DAY.items():
                for _ in range(self._count(rate * factor)):
                    self.portal_lead(platform, self._moment(midnight(day)))
            for _ in range(self._count(1.6 * factor)):
                self.hotline_lead(at(day, self.rng.randrange(self.store.opens - 40, self.store.closes + 60)))
            for _ in range(self._count(1.5 * factor)):
                self.walk_in(at(day, self.rng.randrange(self.store.opens + 10, self.store.closes - 160)))
            for _ in range(self._count(0.25)):
                self.test_lead(self._moment(midnight(day)))
        for session in sessions:
            for _ in range(self._count(2.5)):
                self.live_lead(session)

    def run_ads(self, sessions: list[LiveSession]) -> None:
        """Leads of Tencent's ads, and of sessions on Channels, which no lead names."""
        staffing = self.scene.staffing
        for day in days_between(staffing.start, staffing.days):
            for _ in range(self._count(0.5)):
                self.portal_lead("tencent_ads", self._moment(midnight(day)))
        for session in sessions:
            for _ in range(self._count(1.4)):
                moment = self.rng.randrange(session.starts, session.ends)
                customer = draw_customer(self.rng, self.journal, "channels")
                self.answer(submit(self.rng, self.journal, self.store, "channels", customer, moment))

    def run_oem(self) -> None:
        """Leads of the manufacturer's website."""
        staffing = self.scene.staffing
        for day in days_between(staffing.start, staffing.days):
            for _ in range(self._count(0.6)):
                self.portal_lead("oem", self._moment(midnight(day)))

    def _count(self, rate: float) -> int:
        whole = int(rate)
        rolls = sum(self.rng.random() < 0.5 for _ in range(2 * whole))
        return rolls + (self.rng.random() < rate - whole)

    def _moment(self, midnight_of: int) -> int:
        """A moment of the day: few at night, most at noon and in the evening."""
        hour = self.rng.choices(range(24), (2, 1, 1, 0, 0, 1, 1, 2, 4, 6, 7, 7, 8, 7, 6, 6, 6, 6, 7, 9, 10, 9, 6, 3))[0]
        return midnight_of + hour * HOUR + self.rng.randrange(HOUR)

    def portal_lead(self, platform: str, moment: int) -> None:
        """A form on a portal or in an app; one in twelve by a customer of another store."""
        if moment >= self.scene.end:
            return
        if self.strangers and self.rng.random() < 0.08:
            customer = self.strangers.pop()
        else:
            customer = draw_customer(self.rng, self.journal, platform)
        first = submit(self.rng, self.journal, self.store, platform, customer, moment)
        self.answer(first)

    def live_lead(self, session: LiveSession) -> None:
        """A lead of a live session: named by room, within it without a name, or named and a little late."""
        late = self.rng.random() < 0.15
        moment = (
            session.ends + self.rng.randrange(60, 1500) if late else self.rng.randrange(session.starts, session.ends)
        )
        if moment >= self.scene.end:
            return
        customer = draw_customer(self.rng, self.journal, "douyin")
        room = session.room_id if late or self.rng.random() < 0.75 else None
        self.answer(submit(self.rng, self.journal, self.store, "douyin", customer, moment, room=room))

    def test_lead(self, moment: int) -> None:
        customer = self.journal.customer("测试")
        customer.is_test = True
        platform = self.rng.choice(("autohome", "dongchedi", "yiche", "douyin"))
        submit(self.rng, self.journal, self.store, platform, customer, min(moment, self.scene.end - 60))

    def answer(self, first: Submission) -> None:
        """What becomes of a portal's lead, repeats included."""
        rng, customer = self.rng, first.customer
        life = LeadLife(self.scene, customer, first.series)
        chance = rng.random()
        if chance < 0.07 and customer.kind in ("mobile", "landline"):
            self._invalid(life, first)
            return
        if customer.kind not in ("mobile", "blank") or rng.random() < 0.95:
            life.open_crm(
                first.dispatched_at + rng.randrange(0, 240), _CHANNELS[first.platform], first.platform_lead_id
            )
        if customer.kind == "blank" or (life.crm is None and not customer.identifies):
            return
        if chance < 0.12 and customer.kind == "mobile":
            self._mark(first, "uncoded", first.submitted_at + rng.randrange(2 * HOUR, 2 * DAY))
        self.work(life, first.dispatched_at)
        if customer.kind == "mobile":
            self._repeats(life, first)

    def _invalid(self, life: LeadLife, first: Submission) -> None:
        """Marked invalid with a code, after attempts or without any."""
        rng = self.rng
        life.open_crm(first.dispatched_at + rng.randrange(0, 240), _CHANNELS[first.platform], first.platform_lead_id)
        if life.crm is None:
            return
        moment = life.crm.created_at
        if rng.random() < 0.6:
            for _ in range(rng.choice((1, 2))):
                start = self.scene.staffing.next_open(self.store, moment + rng.randrange(120, 3 * HOUR))
                call = life.attempt(start, rng.choice(("unanswered", "short", "zero", "connected")))
                moment = call.ended if call else moment
        moment = max(moment, life.last_at) + rng.randrange(300, DAY)
        if first.via == "adf":
            life.mark_invalid(first, moment)
        else:
            self._mark(first, "coded", moment)

    def _mark(self, submission: Submission, mark: Mark, moment: int) -> None:
        if moment < self.scene.end:
            mark_invalid(self.rng, submission, mark, moment)

    def _repeats(self, life: LeadLife, first: Submission) -> None:
        """Details left again: on other platforms while the lead is open, or after a defeat, which re-opens it."""
        rng, chance = self.rng, self.rng.random()
        until = min(life.closed_at or self.scene.end, self.scene.end) - 120
        span = until - first.submitted_at
        if chance < 0.2 and span > 600:
            for platform in rng.sample(("autohome", "dongchedi", "yiche", "douyin"), rng.choice((1, 1, 2))):
                moment = first.submitted_at + min(rng.randrange(60, span), int(rng.expovariate(1 / (2 * DAY))) + 60)
                again = submit(rng, self.journal, self.store, platform, first.customer, moment)
                lost = life.crm is not None and any(version.lost_at for version in life.crm.versions)
                if rng.random() < 0.25 and not lost and life.closed_at is None:
                    life_again = LeadLife(self.scene, first.customer, again.series)
                    life_again.owner = life.owner
                    life_again.twin(again.dispatched_at + 60, _CHANNELS[platform], again.platform_lead_id)
        elif chance < 0.24 and span > DAY:
            moment = first.submitted_at + rng.randrange(3600, span)
            moment = self.scene.staffing.next_open(self.store, moment)
            if moment < until:
                line = rng.choice(HOTLINES)
                ring_in(rng, self.journal, self.store, line, first.customer, moment, answered=rng.random() < 0.7)
        elif life.closed_at is not None and life.crm is not None and life.crm.versions[-1].status == 901:
            if chance < 0.45:
                self.reopen(life, life.closed_at + rng.randrange(2 * HOUR, 9 * DAY))
        elif chance > 0.97:
            self.leaving.append(first.customer)

    def hotline_lead(self, moment: int) -> None:
        """A call on a portal's line, answered or missed, or on the desk's own, which is no submission."""
        rng = self.rng
        if moment + 1200 >= self.scene.end:
            return
        customer = self.journal.customer(full_name(rng))
        opened = self.scene.staffing.next_open(self.store, moment) == moment
        if rng.random() < 0.2:
            ring_in(rng, self.journal, self.store, "other", customer, moment, answered=opened and rng.random() < 0.8)
            return
        line = rng.choice(HOTLINES)
        call = ring_in(rng, self.journal, self.store, line, customer, moment, answered=opened and rng.random() < 0.7)
        life = LeadLife(self.scene, customer, rng.randrange(3))
        if call.answered is not None or rng.random() < 0.6:
            life.open_crm(call.ended + rng.randrange(30, 400), _CHANNELS[line], None, source_type=1)
        life.last_at = call.ended
        if call.answered is None and rng.random() < 0.3:
            ring_in(rng, self.journal, self.store, line, customer, call.ended + rng.randrange(40, 500), answered=opened)
        self.work(life, call.ended + rng.randrange(60, 600))

    def walk_in(self, moment: int) -> None:
        """Somebody comes in unannounced; some leave no number, some leave details on a portal afterwards."""
        rng = self.rng
        customer = self.journal.customer(full_name(rng), "blank" if rng.random() < 0.08 else "mobile")
        life = LeadLife(self.scene, customer, rng.randrange(3))
        visit = life.visit(moment, drive=0.45)
        if visit is None:
            return
        if customer.kind == "blank":
            return
        if rng.random() < 0.85:
            life.owner = visit.person
            life.open_own(visit.left_at + rng.randrange(300, 3000), _CHANNELS["walk_in"])
        if rng.random() < 0.05 and visit.left_at + 2 * HOUR < self.scene.end:
            submit(rng, self.journal, self.store, "autohome", customer, visit.left_at + rng.randrange(600, 2 * HOUR))
        if rng.random() < 0.5:
            self._reach(life, visit.left_at + DAY, 2, hope=True)
        self.sell(life, visit)

    def history(self) -> None:
        """Leads of the weeks before: still open, defeated long ago, and two at the very edge of 30 x 24 h."""
        rng, start = self.rng, self.scene.staffing.start
        for n in range(10):
            moment = self._moment(midnight(start - timedelta(days=rng.randrange(45, 75))))
            customer = self.journal.customer(full_name(rng))
            first = submit(rng, self.journal, self.store, rng.choice(("autohome", "yiche")), customer, moment)
            life = LeadLife(self.scene, customer, first.series)
            life.open_crm(first.dispatched_at, _CHANNELS[first.platform], first.platform_lead_id)
            life.attempt(self.scene.staffing.next_open(self.store, first.dispatched_at + 900), "connected")
            if n < 3:
                back = at(start + timedelta(days=n + 1), 12 * 60 + rng.randrange(300))
                submit(rng, self.journal, self.store, "dongchedi", customer, back)
                continue
            back = at(start + timedelta(days=rng.randrange(2, 12)), 11 * 60 + rng.randrange(400))
            gap = {3: REOPEN_WITHIN - 60, 4: REOPEN_WITHIN + 60, 5: 3 * DAY}.get(n, REOPEN_WITHIN + 5 * DAY)
            granted = life.defeat_at(back - gap, rng.choice((1, 2, 4)), rng.choice(REMARKS))
            if granted is None or back + DAY >= self.scene.end:
                continue
            if gap < REOPEN_WITHIN:
                self.reopen(life, back)
            elif n < 9:
                self.answer_again(customer, back)

    def answer_again(self, customer: Customer, moment: int) -> None:
        """A new opportunity of a customer whose last one closed too long ago."""
        platform = self.rng.choice(("autohome", "dongchedi", "yiche"))
        again = submit(self.rng, self.journal, self.store, platform, customer, moment)
        life = LeadLife(self.scene, customer, again.series)
        life.open_crm(again.dispatched_at + 30, _CHANNELS[platform], again.platform_lead_id)
        self.work(life, again.dispatched_at)
