"""What the staff system says: stores, people as known on the day, and weekly rosters with their corrections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.feed import page
from ingestion.simulator.files import Cell, Delivery, json_lines, xlsx_file
from ingestion.simulator.instants import at, clock_text, day_of, text
from ingestion.simulator.staff import Person, RosterDay, Store
from ingestion.simulator.world import Group

_ROSTER = ["工号", "日期", "门店编码", "是否休息", "上班时间", "下班时间", "更新时间"]
_EARLY = 5 * 60 + 40


class StaffFiles:
    """All stores and people on the first day, changed people on the day of the change, rosters by the week."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.people: dict[date, list[Person]] = defaultdict(list)
        for person in group.people:
            for day in sorted(_change_days(person, group.start)):
                self.people[day].append(person)
        self.rosters: dict[date, list[RosterDay]] = defaultdict(list)
        for row in group.staffing.roster_versions:
            self.rosters[max(group.start, day_of(row.updated_at))].append(row)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = at(day, _EARLY)
        if day == self.group.start:
            stores = json_lines(_store(store, day) for store in self.group.stores)
            yield page("hr.store", "group", f"stores-{day}.jsonl", stores, pulled)
        if day in self.people:
            people = json_lines(_person(person, day) for person in self.people[day])
            yield page("hr.employee", "group", f"employees-{day}.jsonl", people, pulled)
        if day in self.rosters:
            published = at(day, 20 * 60) if day > self.group.start else pulled
            rows = [_roster(row) for row in self.rosters[day]]
            yield page("hr.roster", "group", f"roster-{day}.xlsx", xlsx_file(_ROSTER, rows), published)


def _change_days(person: Person, start: date) -> set[date]:
    days = {max(start, employment.known_on or start) for employment in person.employments}
    ends = [employment.valid_to for employment in person.employments]
    return days | {end for end in ends if end is not None and end >= start}


def _store(store: Store, day: date) -> dict[str, Any]:
    return {
        "store_id": store.store_id,
        "store_name": store.name,
        "group_id": "G1",
        "brand": store.brand,
        "oem": store.oem,
        "region": store.region,
        "province": store.province,
        "city": store.city,
        "store_type": "4S",
        "opens": clock_text(store.opens),
        "closes": clock_text(store.closes),
        "valid_from": store.opened_on.isoformat(),
        "valid_to": None,
        "updated_at": text(at(day, _EARLY - 40)),
        "accounts": [{"system": system, "account": account} for system, account in store.accounts.items()],
        "lines": [{"platform": platform, "number": number} for platform, number in store.lines.items()],
    }


def accounts_of(person: Person) -> dict[str, str]:
    """A person's ids in the vendors' systems."""
    number = person.employee_id
    return {
        "wecom": f"wx_{number.lower()}",
        "dingtalk": f"0137{int(number[1:]):010d}",
        "tencent_meeting": f"tm.{number}",
        "douyin": f"open-{number}",
        "zoom": f"zm{number}",
        "wechat": f"wxid_{number.lower()}",
        "checkin_app": f"dk-{number}",
        "report": f"rp-{number}",
        "training": f"px-{number}",
        "werun": f"o-werun-{number}",
        "calendar": f"{number.lower()}@group.example",
    }


def _person(person: Person, day: date) -> dict[str, Any]:
    """As known on `day`: what begins later is not yet there, what ends later seems to last."""
    begins = min(employment.valid_from for employment in person.employments)
    employments = [
        {
            "store_id": employment.store_id,
            "role": employment.role,
            "team": employment.team,
            "valid_from": employment.valid_from.isoformat(),
            "valid_to": _known_end(employment.valid_to, day),
        }
        for employment in person.employments
        if employment.known_on is None or employment.known_on <= day
    ]
    shifts = []
    if person.usual:
        shifts.append(
            {
                "valid_from": begins.isoformat(),
                "valid_to": None,
                "starts": clock_text(person.starts),
                "ends": clock_text(person.ends),
                "rest_weekdays": list(person.rest),
            }
        )
    return {
        "employee_id": person.employee_id,
        "name": person.name,
        "phone": person.phone,
        "updated_at": text(at(day, _EARLY - 30)),
        "accounts": [
            {"system": system, "account": account, "valid_from": begins.isoformat(), "valid_to": None}
            for system, account in accounts_of(person).items()
        ],
        "work_phones": [
            {
                "number": phone.number,
                "valid_from": phone.valid_from.isoformat(),
                "valid_to": _known_end(phone.valid_to, day),
            }
            for phone in person.phones
            if phone.valid_from <= day
        ],
        "employments": employments,
        "shifts": shifts,
    }


def _known_end(end: date | None, day: date) -> str | None:
    return end.isoformat() if end is not None and end <= day else None


def _roster(row: RosterDay) -> list[Cell]:
    shift = (None, None) if row.is_rest else (clock_text(row.starts), clock_text(row.ends))
    return [
        row.person.employee_id,
        row.day,
        row.store_id,
        "是" if row.is_rest else "否",
        *shift,
        text(row.updated_at),
    ]
