"""A store's working days apart from its leads: check-ins, outings, live sessions, calls to old customers."""

from __future__ import annotations

from datetime import date

from ingestion.simulator.instants import DAY, MINUTE, at, days_between
from ingestion.simulator.lead_life import LeadLife
from ingestion.simulator.objects import Checkin, Customer, LiveSession, Minute
from ingestion.simulator.people import full_name
from ingestion.simulator.scene import Scene
from ingestion.simulator.staff import Person


class StoreDays:
    """The days of one store."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.rng, self.store, self.journal = scene.rng, scene.store, scene.journal

    def run(self) -> list[LiveSession]:
        """Fill the journal; the live sessions, so that leads can come from them."""
        staffing = self.scene.staffing
        old = [self.journal.customer(full_name(self.rng)) for _ in range(40)]
        for day in days_between(staffing.start, staffing.days):
            for person in staffing.staff(self.store.store_id, day):
                self._attendance(person, day)
            for person in staffing.crew(self.store.store_id, day):
                self._care(person, day, old)
            if day.weekday() in (1, 4, 5):
                self._live(day)
        return self.journal.sessions

    def _attendance(self, person: Person, day: date) -> None:
        rng = self.rng
        shift = self.scene.staffing.shift(person, day)
        if shift is None:
            return
        chance = rng.random()
        arrives = shift[0] - rng.randrange(0, 900)
        if chance < 0.06:
            arrives = shift[0] + rng.randrange(60, 2400)
        self._checkin(person, day, "on", shift[0], None if chance > 0.97 else arrives, late=chance < 0.06)
        leaves = shift[1] + (rng.randrange(0, 900) if rng.random() < 0.7 else rng.randrange(900, 5400))
        self._checkin(person, day, "off", shift[1], None if rng.random() > 0.97 else leaves, late=False)
        if self.store.attendance == "wecom" and rng.random() < 0.04:
            moment = shift[0] + rng.randrange(2, 7) * 3600 + rng.randrange(3600)
            self._checkin(person, day, "outing", moment, moment, late=False)

    def _checkin(self, person: Person, day: date, kind: str, planned: int, moment: int | None, *, late: bool) -> None:
        rng = self.rng
        if moment is not None and moment >= self.scene.end:
            moment = None
        excused = None
        if self.store.attendance == "dingtalk" and (late or moment is None) and rng.random() < 0.4:
            excused = planned + rng.randrange(6 * 3600, 2 * DAY)
            excused = excused if excused < self.scene.end else None
        uploaded = None
        if moment is not None and rng.random() < 0.02:
            uploaded = min(moment + rng.randrange(DAY, 4 * DAY), self.scene.end + DAY)
        self.journal.checkins.append(
            Checkin(
                checkin_id=self.journal.number(),
                person=person,
                store_id=self.store.store_id,
                kind="on" if kind == "on" else "off" if kind == "off" else "outing",
                day=day,
                planned=planned,
                at=moment,
                device=f"dev-{person.employee_id}" if rng.random() > 0.01 else f"dev-{self.store.store_id}-shared",
                excused_at=excused,
                uploaded_at=uploaded,
            )
        )

    def _care(self, person: Person, day: date, old: list[Customer]) -> None:
        """Routine calls to customers who are no lead of the period."""
        rng = self.rng
        shift = self.scene.staffing.shift(person, day)
        if shift is None:
            return
        for _ in range(rng.randrange(0, 6)):
            life = LeadLife(self.scene, rng.choice(old), 0)
            life.owner = person
            moment = rng.randrange(shift[0] + 600, max(shift[0] + 601, min(shift[1], at(day, 1430)) - 2400))
            life.attempt(moment, rng.choice(("connected", "connected", "unanswered", "zero")))

    def _live(self, day: date) -> None:
        rng = self.rng
        crew = self.scene.staffing.crew(self.store.store_id, day)
        hosts = [p for p in crew if (e := p.employment(day)) is not None and e.role == "live_host"] or crew
        if not hosts:
            return
        late = day.weekday() == 4
        starts = at(
            day, (22 * 60 + 40 if late and rng.random() < 0.3 else 20 * 60) if late else rng.choice((840, 1170))
        )
        starts += rng.randrange(0, 300)
        ends = starts + rng.randrange(70, 150) * MINUTE + rng.randrange(60)
        if ends + 2 * 3600 >= self.scene.end:
            return
        host = hosts[0] if rng.random() < 0.8 else rng.choice(crew)
        self.scene.staffing.book(host, starts, ends)
        kind = ("reset", "dip", "plain", "plain", "bare")[len(self.journal.sessions) % 5]
        self.journal.sessions.append(self._session(host, starts, ends, kind))

    def _session(self, host: Person, starts: int, ends: int, kind: str) -> LiveSession:
        """Counters minute by minute: a restarted stream, a single low sample, or totals alone."""
        rng = self.rng
        count = (ends - starts) // MINUTE
        first = starts - starts % MINUTE + MINUTE
        stops = {count // 2} if kind == "reset" else set()
        minutes: list[Minute] = []
        shown = [0] * 5
        totals = [0] * 5
        online = 20
        for n in range(count):
            if n in stops:
                totals = [total + value for total, value in zip(totals, shown, strict=True)]
                shown, online = [0] * 5, 3
            online = max(2, online + rng.randrange(-8, 10))
            steps = (
                rng.randrange(2, 14),
                rng.random() < 0.2,
                rng.randrange(0, 4),
                rng.randrange(0, 9),
                rng.random() < 0.04,
            )
            if 0 <= n - count // 2 < 4 and kind == "reset":
                steps = (1, False, n % 2, 1, False)
            shown = [value + int(step) for value, step in zip(shown, steps, strict=True)]
            seen = tuple(shown)
            if kind == "dip" and n == count // 3:
                seen = tuple(value // 3 for value in shown)
            minutes.append(Minute(first + n * MINUTE, online, seen, tuple(totals)))
        totals = [total + value for total, value in zip(totals, shown, strict=True)]
        return LiveSession(
            room_id=self.journal.long_id(),
            store_id=self.store.store_id,
            host=host,
            starts=starts,
            ends=ends,
            peak=max(minute.online for minute in minutes) if kind != "bare" else minutes[-1].online,
            totals=tuple(totals),
            shown=tuple(shown),
            minutes=[] if kind == "bare" else minutes,
            cost=rng.randrange(0, 90_000),
        )
