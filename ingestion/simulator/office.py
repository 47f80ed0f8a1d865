"""The working day beside customers: check-in tasks, reports, notices, sign-ins, online courses, screen time.

Each kind of thing has its own chance, so that a new one changes nothing that was there.
"""

from __future__ import annotations

from datetime import date
from random import Random

from ingestion.simulator.instants import DAY, HOUR, MINUTE, at, days_between
from ingestion.simulator.office_objects import (
    ChatDay,
    Exam,
    Notice,
    Office,
    Report,
    ScreenDay,
    Signin,
    Sitting,
    StepDay,
    Task,
)
from ingestion.simulator.pay import pay
from ingestion.simulator.staff import Person, Store
from ingestion.simulator.staffing import Span, Staffing

_CHANCES = {
    "showroom_duty": 0.25,
    "moments_repost": 0.6,
    "douyin_like": 0.4,
    "group_relay": 0.3,
    "oem_training": 0.1,
    "lead_system": 0.7,
    "attendance": 0.15,
}
_SURFACES = ("phone", "phone", "mini_program", "web", "pc")
_COURSES = (
    ("C01", "启行M6产品知识", "厂家"),
    ("C02", "新媒体运营", "汽车之家"),
    ("C03", "门店礼仪", "集团"),
    ("C04", "自学资料", ""),
)
_APPS = (("微信", "work"), ("懂车帝", "work"), ("抖音", "leisure"), ("王者荣耀", "leisure"))


def office_of(staffing: Staffing, seed: int, end: int) -> Office:
    """Live through all working days of all stores."""
    found = Office()
    rng = Random(f"{seed}:office")
    for day in days_between(staffing.start, staffing.days):
        for store in staffing.stores.values():
            _Day(rng, staffing, store, day, end, found).run()
    numbered: list[Task | Report | Notice | Sitting | Exam] = []
    for things in (found.tasks, found.reports, found.notices, found.sittings, found.exams):
        numbered.extend(things)
    for number, thing in enumerate(numbered):
        thing.number = 10_000 + number
    pay(Random(f"{seed}:pay"), staffing, end, found)
    return found


class _Day:
    """One store's day."""

    def __init__(self, rng: Random, staffing: Staffing, store: Store, day: date, end: int, office: Office) -> None:
        self.rng, self.staffing, self.store, self.day, self.end, self.office = rng, staffing, store, day, end, office

    def run(self) -> None:
        staff = self.staffing.staff(self.store.store_id, self.day)
        shifts = {p.employee_id: self.staffing.shift(p, self.day) for p in staff}
        for person in staff:
            shift = shifts[person.employee_id]
            if shift is not None:
                self._tasks(person, shift)
                self._reports(person, shift)
                self._courses(person, shift)
            elif self.rng.random() < 0.3:
                self._task(person, "moments_repost", at(self.day, 12 * 60), at(self.day, 11 * 60 + 7))
            self._self_reported(person, works=shift is not None)
        if self.store.attendance == "dingtalk":
            for person in staff:
                if shifts[person.employee_id] is not None and self.rng.random() < 0.05:
                    self._signin(person)
        self._notices(staff)

    def _tasks(self, person: Person, shift: Span) -> None:
        rng = self.rng
        for kind, due in (("morning_roll_call", shift[0] + 15 * MINUTE), ("evening_roll_call", shift[1])):
            if rng.random() < 0.85:
                self._task(person, kind, due, due + rng.randrange(-10 * MINUTE, 12 * MINUTE))
        for kind, chance in _CHANCES.items():
            if rng.random() < chance:
                due = rng.randrange(shift[0] + HOUR, shift[1] - HOUR)
                self._task(person, kind, due, due - rng.randrange(0, 40 * MINUTE))

    def _task(self, person: Person, kind: str, due: int, moment: int) -> None:
        rng = self.rng
        done = moment if rng.random() < 0.93 and moment < self.end else None
        excused = due + rng.randrange(3 * HOUR, 3 * DAY) if rng.random() < 0.06 else None
        self.office.tasks.append(
            Task(
                0,
                person,
                kind,
                due,
                done,
                device=f"dev-{person.employee_id}" if rng.random() > 0.04 else f"dev-{self.store.store_id}-shared",
                surface=rng.choice(_SURFACES),
                excused_at=excused if excused is not None and excused < self.end else None,
            )
        )

    def _reports(self, person: Person, shift: Span) -> None:
        rng = self.rng
        wanted = (
            [("daily", 0.6)] + [("weekly", 0.9)] * (self.day.weekday() == 6) + [("monthly", 0.9)] * (self.day.day == 1)
        )
        for period, chance in wanted:
            moment = shift[1] + rng.randrange(-30 * MINUTE, 3 * HOUR)
            if rng.random() < chance and moment < self.end:
                self.office.reports.append(Report(0, person, moment, period, rng.randrange(80, 900)))

    def _notices(self, staff: list[Person]) -> None:
        rng = self.rng
        managers = [person for person in staff if person.office] or staff[:1]
        for _ in range(rng.randrange(1, 5)):
            posted = at(self.day, rng.randrange(7 * 60, 23 * 60)) + rng.randrange(60)
            if posted + DAY >= self.end or len(staff) < 2:
                continue
            recipients = [person for person in staff if person is not managers[0]]
            found = Notice(0, self.store.attendance, posted, managers[0], recipients)
            for person in recipients:
                if rng.random() < 0.8:
                    answered = posted + rng.randrange(20, 5 * HOUR if rng.random() < 0.2 else 30 * MINUTE)
                    found.answers.append((person, answered))
                    if rng.random() < 0.04:
                        found.answers.append((person, answered + 300))
            self.office.notices.append(found)

    def _signin(self, person: Person) -> None:
        moment = at(self.day, self.rng.randrange(11 * 60, 16 * 60)) + self.rng.randrange(60)
        place = (30.0003 + self.rng.randrange(1000) / 1000, 120.0003 + self.rng.randrange(1000) / 1000)
        self.office.signins.append(Signin(person, moment, *place))

    def _courses(self, person: Person, shift: Span) -> None:
        rng = self.rng
        if rng.random() > 0.1:
            return
        course_id, name, organiser = rng.choice(_COURSES)
        starts = rng.choice((shift[0] + 3 * HOUR, shift[1] - 20 * MINUTE, shift[1] + 2 * HOUR)) + rng.randrange(900)
        minutes = rng.randrange(15, 70)
        if starts + 3 * HOUR >= self.end:
            return
        halfway = starts + minutes * 30 if minutes % 2 == 0 else None
        self.office.sittings.append(Sitting(0, person, course_id, name, organiser, starts, minutes, halfway))
        if rng.random() < 0.5:
            begins = starts + minutes * 60 + 120
            score = rng.randrange(40, 101)
            ends = begins + rng.randrange(8, 30) * MINUTE
            self.office.exams.append(Exam(0, person, course_id, organiser, begins, ends, score, score >= 60))

    def _self_reported(self, person: Person, *, works: bool) -> None:
        """Steps, WeCom statistics and screen time of those who have them."""
        rng, number = self.rng, int(person.employee_id[1:])
        if number % 2:
            self.office.steps.append(StepDay(person, self.day, rng.randrange(900, 16_000)))
        if not person.office:
            some = rng.randrange(1, 40) if works else rng.randrange(0, 3)
            self.office.chats.append(
                ChatDay(person, self.day, some, some * rng.randrange(1, 6), rng.randrange(1, 90), some // 20, some // 9)
            )
        if number % 3 == 0:
            for app, category in _APPS[: rng.randrange(0, 5)]:
                corrected = rng.randrange(5, 90) if rng.random() < 0.05 else None
                self.office.screens.append(ScreenDay(person, self.day, app, category, rng.randrange(1, 180), corrected))
