"""Meetings of stores, group, manufacturers and platforms, with all that makes attendance hard to count."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from random import Random
from typing import Literal

from ingestion.simulator.instants import MINUTE, at, day_of, days_between
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import Meeting, Stay
from ingestion.simulator.staff import Person, Store
from ingestion.simulator.staffing import Staffing

Medium = Literal["tencent_meeting", "zoom", "dingtalk", "wechat", "in_person"]
_WRITTEN_DOWN_AFTERWARDS = ("dingtalk", "wechat")


def _medium(subject: str, creator: Person | None, staffing: Staffing, day: date) -> Medium:
    """Zoom for drills and some platforms, chat calls for the evening; mornings in person, or by DingTalk."""
    if subject in ("话术演练", "懂车帝平台培训"):
        return "zoom"
    if subject in ("夕会", "沟通"):
        return "wechat"
    store_id = creator.store_on(day) if creator is not None else None
    if store_id is not None and "早会" in subject:
        return "dingtalk" if staffing.stores[store_id].attendance == "dingtalk" else "in_person"
    return "tencent_meeting"


class Diary:
    """Holds the meetings of a group."""

    def __init__(self, rng: Random, staffing: Staffing, journal: Journal, end: int) -> None:
        self.rng, self.staffing, self.journal, self.end = rng, staffing, journal, end

    def run(self) -> None:
        """Fill the journal for the whole period."""
        for day in days_between(self.staffing.start, self.staffing.days):
            for store in self.staffing.stores.values():
                self._store_day(store, day)
            self._group_day(day)

    def _store_day(self, store: Store, day: date) -> None:
        rng, weekday = self.rng, day.weekday()
        staff = self.staffing.staff(store.store_id, day)
        working = [p for p in staff if self.staffing.shift(p, day) is not None]
        if not working:
            return
        manager = next((p for p in working if p.office), working[0])
        resting = [p for p in staff if p not in working]
        opens, closes = store.opens, store.closes
        if weekday == 0:
            called = working + [p for p in resting if rng.random() < 0.3]
            self._hold(f"{store.city}周例会", manager, at(day, opens - 20), 45, called)
        elif weekday in (1, 3, 5):
            self._hold(f"{store.name}早会", manager, at(day, opens - 15), 20, working)
        if weekday in (2, 4):
            self._hold("夕会", manager, at(day, closes + 10), 30, [p for p in working if rng.random() < 0.8])
        if weekday == 1 and day.day % 2 == 0:
            self._hold("新车产品培训", manager, at(day, 14 * 60), 90, [p for p in working if rng.random() < 0.7])
        if weekday == 3:
            self._hold("话术演练", manager, at(day, 13 * 60), 40, working[:5])
        if weekday == 6 and rng.random() < 0.5:
            self._hold("沟通", working[-1], at(day, 16 * 60), 15, working[-3:])
        if weekday == 4 and (day.day <= 7 or 22 <= day.day <= 28):
            self._hold(f"{day.month}月月度总结会", manager, at(day, 22 * 60 + 30), 100, working[:6])

    def _group_day(self, day: date) -> None:
        rng, weekday = self.rng, day.weekday()
        staff = [p for p in self.staffing.people if p.store_on(day) is not None]
        managers = [p for p in staff if (e := p.employment(day)) is not None and e.team == "管理"]
        if weekday == 3:
            self._hold("集团运营会", None, at(day, 19 * 60), 90, managers, outsiders=2)
        if weekday == 5:
            some = [p for p in staff if rng.random() < 0.15]
            self._hold("厂家视频会", None, at(day, 10 * 60), 60, managers + some, outsiders=3)
        if weekday == 2:
            some = [p for p in staff if rng.random() < 0.25]
            subject = "汽车之家平台培训" if day.day % 2 else "懂车帝平台培训"
            self._hold(subject, None, at(day, 15 * 60), 60, some, outsiders=1)
        if weekday == 2 and day.day > 14:
            some = [p for p in staff if rng.random() < 0.2]
            self._hold("厂家产品培训", None, at(day, 18 * 60 + 30), 75, some, outsiders=1)

    def _hold(
        self,
        subject: str,
        creator: Person | None,
        starts: int,
        minutes: int,
        called: Iterable[Person],
        *,
        outsiders: int = 0,
    ) -> None:
        rng = self.rng
        people = list({person.employee_id: person for person in called}.values())
        ends = starts + minutes * MINUTE
        if ends + 3600 >= self.end or not people:
            return
        opened = starts - rng.randrange(0, 240)
        over = rng.randrange(-4, 18) * MINUTE + rng.randrange(60)
        closed = ends + over
        has_end = rng.random() > 0.08
        medium = _medium(subject, creator, self.staffing, day_of(starts))
        found = Meeting(
            meeting_id=self.journal.long_id(),
            subject=subject,
            creator=creator,
            starts=starts,
            ends=ends,
            opened=opened,
            closed=closed if has_end or medium in _WRITTEN_DOWN_AFTERWARDS else None,
            is_training="培训" in subject,
            medium=medium,
        )
        if medium == "in_person":
            found.opened, found.closed = starts, ends
            found.stays = [Stay(person, 1, starts, ends) for person in people if rng.random() < 0.92]
            self.journal.meetings.append(found)
            return
        for person in people:
            if rng.random() < 0.92:
                self._attend(found, person, closed)
        for _ in range(outsiders):
            found.stays.append(Stay(None, 1, opened + rng.randrange(10, 200), closed - rng.randrange(0, 60)))
        self.journal.meetings.append(found)

    def _attend(self, meeting: Meeting, person: Person, closed: int) -> None:
        """One person's devices: once, with a rejoin, on two devices, or without a leave."""
        rng = self.rng
        joined = meeting.opened + rng.randrange(0, 420)
        left = closed - rng.randrange(0, 90)
        chance = rng.random()
        if chance < 0.1:
            gap = joined + (left - joined) * 2 // 5
            meeting.stays.append(Stay(person, 1, joined, gap))
            meeting.stays.append(Stay(person, 1, gap + rng.randrange(60, 200), left))
        elif chance < 0.18:
            meeting.stays.append(Stay(person, 1, joined, left - 120))
            meeting.stays.append(Stay(person, 2, joined + 90, left))
        elif chance < 0.26:
            meeting.stays.append(Stay(person, 1, joined, None))
        else:
            early = rng.random() < 0.1
            meeting.stays.append(Stay(person, 1, joined, joined + 300 if early else left))
