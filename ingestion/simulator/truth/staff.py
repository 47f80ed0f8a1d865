"""Stores, employments, shifts and time lines as they truly were; columns are named like the dimensions' and facts'."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.instants import clock_text, day_of, days_between, midnight
from ingestion.simulator.spans import Span, union
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.days import PersonDays
from ingestion.simulator.truth.showroom import credited, instant
from ingestion.simulator.world import Group

Row = dict[str, Any]
_FOREVER = "3000-01-01T00:00:00+00:00"
_ESTIMATED = ("messages", "checkins", "follow_ups", "notices")


def staff_tables(group: Group, days: PersonDays, as_of: int) -> dict[str, list[Row]]:
    """Who was where, and what their time went to; `as_of` (epoch seconds) decides what is current."""
    return {
        "stores": list(_stores(group)),
        "consultants": list(_consultants(group, day_of(as_of))),
        "shifts": list(_shifts(group, days)),
        "activity_intervals": list(_intervals(group, days)),
    }


def _stores(group: Group) -> Iterator[Row]:
    for store in group.stores:
        yield {
            "store_key": f"{store.store_id}:{store.opened_on.isoformat()}",
            "store_id": store.store_id,
            "store_name": store.name,
            "group_id": "G1",
            "brand": store.brand,
            "oem": store.oem,
            "region": store.region,
            "province": store.province,
            "city": store.city,
            "store_type": "4S",
            "opens_local": clock_text(store.opens),
            "closes_local": clock_text(store.closes),
            "valid_from": store.opened_on.isoformat(),
            "valid_to": None,
            "is_current": True,
        }


def _consultants(group: Group, today: date) -> Iterator[Row]:
    for person in group.people:
        for one in person.employments:
            yield {
                "consultant_key": f"{person.employee_id}:{one.valid_from.isoformat()}",
                "employee_id": person.employee_id,
                "store_id": one.store_id,
                "team": one.team,
                "role": one.role,
                "valid_from": one.valid_from.isoformat(),
                "valid_to": one.valid_to.isoformat() if one.valid_to is not None else None,
                "is_current": one.valid_from <= today and (one.valid_to is None or today < one.valid_to),
                "valid_from_at": instant(midnight(one.valid_from)),
                "valid_to_at": instant(midnight(one.valid_to)) if one.valid_to is not None else _FOREVER,
            }


def _shifts(group: Group, days: PersonDays) -> Iterator[Row]:
    """One row for every employed person and day of the period."""
    staffing = group.staffing
    for person in group.people:
        for day in days_between(group.start, group.days):
            store_id = person.store_on(day)
            if store_id is None:
                continue
            shift = staffing.shift(person, day)
            is_rostered = (person.employee_id, day) in staffing.roster
            stay = days.presence[person.employee_id][day]
            yield {
                **credited(person, midnight(day)),
                "store_id": store_id,
                "date_day": day.isoformat(),
                "shift_start_at": instant(shift[0]) if shift is not None else None,
                "shift_end_at": instant(shift[1]) if shift is not None else None,
                "is_rest_day": staffing.is_rest(person, day),
                "shift_source": "roster" if is_rostered else "shift_period" if person.usual else "store_hours",
                "on_duty_at": instant(stay.get("on")),
                "off_duty_at": instant(stay.get("off")),
            }


def _intervals(group: Group, days: PersonDays) -> Iterator[Row]:
    """Each person's time by category, touching spans united, with the kinds of records that tell of it."""
    people = {person.employee_id: person for person in group.people}
    for number, categories in days.lines.items():
        for category in categories:
            yield from _of_category(people[number], category, days.told[number][category])


def _of_category(person: Person, category: str, told: list[tuple[Span, str]]) -> Iterator[Row]:
    whole = union(span for span, _ in told)
    tellers: dict[Span, set[str]] = defaultdict(set)
    for span, teller in told:
        if span[0] < span[1]:
            tellers[next(one for one in whole if one[0] <= span[0] and span[1] <= one[1])].add(teller)
    for span in whole:
        employment = person.employment(day_of(span[0]))
        yield {
            **credited(person, span[0]),
            "store_id": employment.store_id if employment is not None else "unknown",
            "category": category,
            "started_at": instant(span[0]),
            "ended_at": instant(span[1]),
            "is_estimated": any(teller in _ESTIMATED for teller in tellers[span]),
            "source": min(tellers[span]) if len(tellers[span]) == 1 else "several",
        }
