"""How an opportunity goes: answered or ignored, invited, visited, ordered, delivered, lost, found again."""

from __future__ import annotations

from ingestion.simulator.instants import DAY, HOUR, MINUTE
from ingestion.simulator.lead_life import LeadLife
from ingestion.simulator.objects import Visit
from ingestion.simulator.scene import Scene, later_day
from ingestion.simulator.submissions import submit

REMARKS = ("", "太贵", "买了别家的车", "系统没有提醒，没有跟进", "系统有提醒，客户不接", "家人不同意，年后再说")


class Fates:
    """What a store's chance makes of its opportunities."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rng, self.store, self.journal = scene.rng, scene.store, scene.journal

    def work(self, life: LeadLife, start: int) -> None:
        """From the first attempt on."""
        rng = self.rng
        fate = rng.random()
        if life.crm is not None:
            start = max(start, life.crm.created_at)
            if rng.random() < 0.12:
                life.robot(start + 60)
        if fate < 0.06:
            return
        reached = self._reach(
            life, start, tries=rng.randrange(2, 6) if fate > 0.2 else rng.randrange(1, 3), hope=fate > 0.2
        )
        visit = None
        if reached is not None:
            if rng.random() < 0.5:
                visit = self._invite(life, reached)
            elif rng.random() < 0.12:
                visit = life.visit(later_day(rng, self.store, reached, 1, 6))
        if visit is not None:
            self.sell(life, visit)
        elif rng.random() < 0.4:
            self._lose(life)

    def _reach(self, life: LeadLife, start: int, tries: int, *, hope: bool) -> int | None:
        """Attempts until somebody talks; the end of that talk."""
        rng = self.rng
        moment = self.scene.staffing.next_open(self.store, start)
        moment += min(int(rng.lognormvariate(5.1, 1.7)), 3 * DAY)
        if rng.random() < 0.08:
            life.follow(moment - 60, 2)
        for turn in range(tries):
            outcome = (
                "connected"
                if hope and rng.random() < 0.45
                else rng.choice(("unanswered", "unanswered", "short", "zero"))
            )
            call = life.attempt(self.scene.staffing.next_open(self.store, moment), outcome)
            if call is None:
                return None
            if rng.random() < 0.75:
                life.follow(call.ended + rng.randrange(30, 900), 1, call.ended + rng.randrange(1, 5) * DAY)
            if outcome == "connected":
                life.version(call.ended + 20, 501, level=rng.choice("HAABBBC"))
                return call.ended
            moment = call.ended + rng.randrange(HOUR, (turn + 1) * DAY)
        return None

    def _invite(self, life: LeadLife, reached: int) -> Visit | None:
        """An appointment: kept, moved and then kept, missed, or cancelled, now and then too late."""
        rng = self.rng
        for_at = later_day(rng, self.store, max(reached, life.expected_at + DAY), 2, 5)
        appointment = life.appoint(reached + 30, for_at)
        if appointment is None:
            return None
        if rng.random() < 0.25:
            call = life.attempt(for_at - rng.randrange(2 * HOUR, 8 * HOUR), "connected")
            if call is not None and call.ended < for_at:
                for_at = later_day(rng, self.store, for_at, 2, 4)
                appointment.versions.append((call.ended + 60, for_at, "set"))
                life.expected_at = for_at
        fate = rng.random()
        if fate < 0.1:
            moment = max(appointment.versions[-1][0] + 600, for_at - rng.randrange(3 * HOUR, 20 * HOUR))
            if moment < self.scene.end:
                appointment.versions.append((moment, for_at, "cancelled"))
            return None
        if fate < 0.38:
            entered = for_at + 2 * HOUR
            if fate < 0.14 and entered < self.scene.end:  # called off when the time had passed: a no-show all the same
                appointment.versions.append((entered, for_at, "cancelled"))
            return None
        shift = rng.choice((0, 0, 0, 0, 0, -DAY, DAY, 4 * DAY)) if fate > 0.5 else 0
        return life.visit(max(for_at + shift + rng.randrange(-30, 40) * MINUTE, life.last_at + HOUR))

    def sell(self, life: LeadLife, visit: Visit) -> None:
        """From a visit to an order, a second visit, a delivery, a cancellation or a defeat."""
        rng = self.rng
        order = life.order(visit) if rng.random() < 0.3 else None
        if order is None and rng.random() < 0.3:
            again = life.visit(later_day(rng, self.store, visit.left_at, 3, 8), drive=0.3)
            order = life.order(again) if again is not None and rng.random() < 0.5 else None
        if order is None:
            if rng.random() < 0.45:
                self._lose(life)
            return
        if rng.random() < 0.12:
            moment = order.ordered_at + rng.randrange(DAY, 4 * DAY)
            if moment < self.scene.end:
                order.cancelled_at = moment
                life.last_at = max(life.last_at, moment)
                life.version(moment + 30, 501)
            return
        delivered = later_day(rng, self.store, max(order.ordered_at, life.last_at), 4, 18)
        if delivered < self.scene.end:
            order.invoiced_at = delivered - rng.randrange(5 * HOUR, 40 * HOUR)
            order.delivered_at = delivered
            life.closed_at = delivered
            life.version(delivered + 60, 1201, invoiced_at=order.invoiced_at)

    def _lose(self, life: LeadLife) -> None:
        """Defeat asked: refused, granted, or granted and later corrected by a manager."""
        rng = self.rng
        if life.crm is None or life.owner is None:
            return
        moment = max(life.last_at, life.crm.versions[-1].at) + rng.randrange(6 * HOUR, 4 * DAY)
        life.keeper(moment)
        lose_type = rng.choice((1, 1, 2, 2, 3, 4, 4, 9, 0))
        remark = rng.choice(REMARKS)
        granted = life.defeat(moment, lose_type, remark, refused=rng.random() < 0.15)
        if granted is not None and rng.random() < 0.05:
            back = granted + rng.randrange(HOUR, DAY)
            if life.version(back, 501) is not None:
                life.closed_at = None
                life.last_at = back

    def reopen(self, life: LeadLife, moment: int) -> None:
        """A submission after a defeat, within 30 x 24 h: the same lead again."""
        if moment + 600 >= self.scene.end:
            return
        platform = self.rng.choice(("autohome", "dongchedi", "yiche"))
        again = submit(self.rng, self.journal, self.store, platform, life.customer, moment)
        life.closed_at = None
        life.version(again.submitted_at + 180, 501)
        life.last_at = max(life.last_at, again.submitted_at + 200)
        reached = self._reach(life, again.dispatched_at + 200, 3, hope=True)
        if reached is not None and self.rng.random() < 0.4:
            visit = self._invite(life, reached)
            if visit is not None:
                self.sell(life, visit)
