"""The group's stores and people: plain objects, days as dates, times of day as minutes after midnight."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal


@dataclass(slots=True)
class Store:
    """A store; `opens` and `closes` are minutes after midnight, `lines` its telephone lines by platform."""

    store_id: str
    name: str
    brand: str
    oem: str
    region: str
    province: str
    city: str
    opens: int
    closes: int
    attendance: Literal["wecom", "dingtalk"]
    accounts: dict[str, str]
    lines: dict[str, str]
    opened_on: date

    @property
    def number(self) -> int:
        """Its place in the group, from 1."""
        return int(self.store_id[1:])

    @property
    def desk(self) -> str:
        return self.lines["other"]


@dataclass(slots=True)
class Employment:
    """Where a person works, from `valid_from` to before `valid_to`; `known_on` is the day staff records say so."""

    store_id: str
    role: str
    team: str
    valid_from: date
    valid_to: date | None = None
    known_on: date | None = None


@dataclass(slots=True)
class WorkPhone:
    number: str
    valid_from: date
    valid_to: date | None = None


@dataclass(slots=True)
class Person:
    """A member of staff. `rest` are ISO weekdays off, or the office calendar; `usual` False: no shift is known."""

    employee_id: str
    name: str
    phone: str
    employments: list[Employment]
    phones: list[WorkPhone]
    starts: int
    ends: int
    rest: tuple[int, ...]
    office: bool = False
    rostered: bool = True
    usual: bool = True

    def employment(self, day: date) -> Employment | None:
        for period in self.employments:
            if period.valid_from <= day and (period.valid_to is None or day < period.valid_to):
                return period
        return None

    def store_on(self, day: date) -> str | None:
        found = self.employment(day)
        return found.store_id if found else None

    def number(self, day: date) -> str | None:
        for phone in self.phones:
            if phone.valid_from <= day and (phone.valid_to is None or day < phone.valid_to):
                return phone.number
        return None


@dataclass(slots=True)
class RosterDay:
    """One person's day as the roster says from `updated_at` on; minutes after midnight, over 1,440 next day."""

    person: Person
    day: date
    store_id: str
    is_rest: bool
    starts: int
    ends: int
    updated_at: int
