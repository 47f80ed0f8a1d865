"""Who works when: rosters and shifts, and a diary per person, so that nobody serves two customers at once.

A shift's truth: the roster's newest row, else the usual shift, else the store's hours (docs/definitions.md).
"""

from __future__ import annotations

from bisect import insort
from collections import defaultdict
from datetime import date, timedelta
from random import Random

import chinese_calendar

from ingestion.simulator.instants import DAY, HOUR, at, day_of
from ingestion.simulator.staff import Person, RosterDay, Store

Span = tuple[int, int]


def is_office_day(day: date) -> bool:
    """Whether offices work: make-up workdays included; years not yet announced fall back to weekdays."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


class Staffing:
    """Shifts and free moments of all staff."""

    def __init__(self, stores: list[Store], people: list[Person], start: date, days: int, seed: int) -> None:
        self.stores = {store.store_id: store for store in stores}
        self.people = people
        self.start, self.days = start, days
        self.roster: dict[tuple[str, date], RosterDay] = {}
        self.roster_versions: list[RosterDay] = []
        self._diary: dict[tuple[str, date], list[Span]] = defaultdict(list)
        self._crew: dict[tuple[str, date], list[Person]] = {}
        self._of_store: dict[str, list[Person]] = defaultdict(list)
        for person in people:
            for store_id in sorted({employment.store_id for employment in person.employments}):
                self._of_store[store_id].append(person)
        self._plan_roster(Random(f"{seed}:roster"))

    def staff(self, store_id: str, day: date) -> list[Person]:
        """Everybody a store employs on a day, at work or not."""
        return [person for person in self._of_store[store_id] if person.store_on(day) == store_id]

    def _plan_roster(self, rng: Random) -> None:
        for offset in range(self.days):
            day = self.start + timedelta(days=offset)
            monday = max(self.start, day - timedelta(days=day.weekday()))
            published = at(monday - timedelta(days=3), 17 * 60)
            for person in self.people:
                store_id = person.store_on(day)
                if store_id is None or not person.rostered:
                    continue
                employment = person.employment(day)
                late = employment is not None and employment.role == "live_host" and day.weekday() == 4
                starts, ends = (17 * 60, 25 * 60) if late else (person.starts, person.ends)
                is_rest = self._usually_rests(person, day)
                self._add(RosterDay(person, day, store_id, is_rest, starts, ends, published))
                if rng.random() < 0.01:
                    changed = at(day - timedelta(days=1), 19 * 60 + rng.randrange(60))
                    self._add(RosterDay(person, day, store_id, not is_rest, starts, ends, changed))

    def _add(self, row: RosterDay) -> None:
        self.roster_versions.append(row)
        self.roster[row.person.employee_id, row.day] = row

    def _usually_rests(self, person: Person, day: date) -> bool:
        """Managers keep the office calendar; nobody else rests on the first three National Days."""
        if person.office and person.rostered:
            return not is_office_day(day)
        if person.rostered and day.month == 10 and day.day <= 3:
            return False
        return day.isoweekday() in person.rest

    def is_rest(self, person: Person, day: date) -> bool:
        row = self.roster.get((person.employee_id, day))
        if row is not None:
            return row.is_rest
        return person.usual and day.isoweekday() in person.rest

    def shift(self, person: Person, day: date) -> Span | None:
        """The shift that starts on a day; None on a rest day or when not employed."""
        store_id = person.store_on(day)
        if store_id is None or self.is_rest(person, day):
            return None
        row = self.roster.get((person.employee_id, day))
        if row is not None:
            return at(day, row.starts), at(day, row.ends)
        if person.usual:
            return at(day, person.starts), at(day, person.ends)
        store = self.stores[store_id]
        return at(day, store.opens), at(day, store.closes)

    def crew(self, store_id: str, day: date) -> list[Person]:
        """Consultants and hosts of a store who work on a day."""
        key = (store_id, day)
        if key not in self._crew:
            self._crew[key] = [
                person
                for person in self.staff(store_id, day)
                if (employment := person.employment(day)) is not None
                and employment.role in ("sales_consultant", "live_host")
                and self.shift(person, day) is not None
            ]
        return self._crew[key]

    def slot(self, person: Person, store_id: str, earliest: int, seconds: int, days: int = 8) -> int | None:
        """Book the person's first free moment at a store from `earliest` on; None if there is none in `days`."""
        first = day_of(earliest)
        for offset in range(days):
            day = first + timedelta(days=offset)
            if person.store_on(day) != store_id or person.number(day) is None:
                continue
            shift = self.shift(person, day)
            if shift is None:
                continue
            moment = max(earliest, shift[0] + 120)
            for begins, ends in self._diary[person.employee_id, day]:
                if ends > moment and begins < moment + seconds:
                    moment = ends + 5
            if moment + seconds <= shift[1] and day_of(moment) == day:
                self.book(person, moment, moment + seconds)
                return moment
        return None

    def book(self, person: Person, begins: int, ends: int) -> None:
        insort(self._diary[person.employee_id, day_of(begins)], (begins, ends))

    def free_consultant(self, rng: Random, store_id: str, moment: int, seconds: int) -> tuple[Person, int] | None:
        """Somebody of the crew who can start within the hour, booked."""
        crew = self.crew(store_id, day_of(moment))
        for person in rng.sample(crew, len(crew)):
            shift = self.shift(person, day_of(moment))
            if shift is None or shift[1] - seconds < moment:
                continue
            found = self.slot(person, store_id, moment, seconds, days=1)
            if found is not None and found - moment < HOUR:
                return person, found
        return None

    def next_open(self, store: Store, moment: int) -> int:
        """`moment` itself within opening hours, else the next opening."""
        day = day_of(moment)
        if moment < at(day, store.opens):
            return at(day, store.opens)
        return moment if moment < at(day, store.closes) else at(day, store.opens) + DAY
