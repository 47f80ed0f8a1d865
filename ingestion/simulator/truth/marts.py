"""The marts of the working day as they truly are: days summed to weeks, control by tool, training, pay."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any

from ingestion.simulator.instants import HOUR, day_of, week_of
from ingestion.simulator.spans import seconds, union
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.days import (
    CHECKIN_MINUTES,
    FOLLOW_MINUTES,
    NOTICE_MINUTES,
    attended,
    first_answers,
)
from ingestion.simulator.truth.office import office_tables
from ingestion.simulator.world import Group

Row = dict[str, Any]
_HOURS = ("shift", "tracked", "meeting", "training", "control", "estimated", "outreach", "conflict")
_SUMMED = (
    *(f"{name}_hours" for name in _HOURS),
    *("after_hours_meeting_hours", "rest_day_meeting_hours", "notices", "notices_off_shift"),
    *("after_hours_presence_hours", "after_hours_idle_hours", "invitation_hours"),
)
_ROLE_SUMMED = tuple(
    name
    for name in _SUMMED
    if name not in ("outreach_hours", "conflict_hours", "after_hours_idle_hours", "invitation_hours")
    and "notices" not in name
)
_LEVELS = (("汽车之家", "platform"), ("懂车帝", "platform"), ("厂家", "oem"), ("集团", "group"))


def mart_tables(group: Group, person_days: list[Row]) -> dict[str, list[Row]]:
    """Workload by store and by role, control burden, training load, pay by brand; from the true days of all persons."""
    people = {person.employee_id: person for person in group.people}

    def store(row: Row) -> str:
        return str(row["store_id"])

    def role(row: Row) -> Hashable:
        employment = people[row["employee_id"]].employment(date.fromisoformat(row["date_day"]))
        return employment.role if employment is not None else None

    return {
        "workload_week": list(_weeks(person_days, "store_id", store, _SUMMED)),
        "workload_role_week": list(_weeks(person_days, "role", role, _ROLE_SUMMED)),
        "control_burden": list(_control_burden(group, person_days)),
        "training_load": list(_training_load(group)),
        "pay_month": list(_pay_month(group)),
    }


def _week(row: Row) -> str:
    return week_of(date.fromisoformat(row["date_day"])).isoformat()


def _weeks(rows: list[Row], name: str, cell: Callable[[Row], Hashable], summed: tuple[str, ...]) -> Iterator[Row]:
    cells: dict[tuple[str, Hashable], list[Row]] = defaultdict(list)
    for row in rows:
        cells[_week(row), cell(row)].append(row)
    for (week, value), inside in cells.items():
        shift = sum(row["shift_hours"] for row in inside)
        tracked = sum((row["coverage"] or 0) * row["shift_hours"] for row in inside)
        facing = sum(row["customer_facing_shift_hours"] for row in inside)
        yield {
            "week_start_date": week,
            name: value,
            "persons": len({row["employee_id"] for row in inside}),
            "coverage": tracked / shift if shift else None,
            "customer_facing_hours": facing,
            "customer_facing_ratio": facing / shift if shift else None,
            **{column: sum(row[column] for row in inside) for column in summed},
        }


def _control_burden(group: Group, person_days: list[Row]) -> Iterator[Row]:
    persons: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in person_days:
        persons[_week(row), row["store_id"]].add(row["employee_id"])
    actions: Counter[tuple[str, str, str]] = Counter()
    minutes: Counter[tuple[str, str, str]] = Counter()
    for person, instant, tool, length in _actions(group):
        store_id = person.store_on(day_of(instant))
        if store_id is not None and instant < group.end:
            cell = (week_of(day_of(instant)).isoformat(), store_id, tool)
            actions[cell] += 1
            minutes[cell] += length
    for (week, store_id, tool), count in actions.items():
        yield {
            "week_start_date": week,
            "store_id": store_id,
            "tool": tool,
            "persons": len(persons[week, store_id]),
            "actions": count,
            "hours": minutes[week, store_id, tool] / 60,
        }


def _actions(group: Group) -> Iterator[tuple[Person, int, str, int]]:
    """Every control action that stands: who, when, what, and its minutes."""
    for checkin in group.journal.checkins:
        if checkin.at is not None and checkin.excused_at is None and checkin.kind != "outing":
            yield checkin.person, checkin.at, "attendance", CHECKIN_MINUTES["attendance"]
    for follow in group.journal.follows:
        yield follow.person, follow.at, "follow_up", FOLLOW_MINUTES
    for task in group.office.tasks:
        if task.counts and task.at is not None:
            yield task.person, task.at, task.kind, CHECKIN_MINUTES[task.kind]
    for report in group.office.reports:
        yield report.person, report.at, "report", CHECKIN_MINUTES["report"]
    for notice in group.office.notices:
        for person, answered in first_answers(notice).values():
            yield person, answered, "notice_ack", NOTICE_MINUTES


def _training_load(group: Group) -> Iterator[Row]:
    hours: Counter[tuple[str, str, str]] = Counter()
    exams: Counter[tuple[str, str, str]] = Counter()
    persons: dict[tuple[str, str, str], set[str]] = defaultdict(set)

    def add(person: Person, instant: int, level: str, spent: int, is_exam: bool) -> None:
        store_id = person.store_on(day_of(instant))
        if store_id is not None:
            cell = (day_of(instant).replace(day=1).isoformat(), store_id, level)
            hours[cell] += spent
            exams[cell] += is_exam
            persons[cell].add(person.employee_id)

    for sitting in group.office.sittings:
        add(sitting.person, sitting.starts, organiser_level(sitting.organiser), sitting.ends - sitting.starts, False)
    for exam in group.office.exams:
        add(exam.person, exam.starts, organiser_level(exam.organiser), exam.ends - exam.starts, True)
    for meeting in group.journal.meetings:
        if meeting.is_training:
            level = organiser_level(meeting.subject, "store" if meeting.organiser is not None else "unknown")
            spans: dict[str, tuple[Person, list[tuple[int, int]]]] = {}
            for person, span in attended(meeting):
                spans.setdefault(person.employee_id, (person, []))[1].append(span)
            for person, own in spans.values():
                add(person, min(begins for begins, _ in own), level, seconds(union(own)), False)
    for cell, spent in hours.items():
        month, store_id, level = cell
        yield {
            "month_start_date": month,
            "store_id": store_id,
            "organiser_level": level,
            "persons": len(persons[cell]),
            "person_hours": spent / HOUR,
            "exams": exams[cell],
        }


def organiser_level(text: str, otherwise: str = "unknown") -> str:
    """Who called a meeting or training, by the words of its subject."""
    return next((level for word, level in _LEVELS if word in text), otherwise)


def _pay_month(group: Group) -> Iterator[Row]:
    brands = {store.store_id: store.brand for store in group.stores}
    paid: dict[tuple[str, str], list[int]] = defaultdict(list)
    taken: Counter[tuple[str, str]] = Counter()
    with_deduction: dict[tuple[str, str], set[str]] = defaultdict(set)
    tables = office_tables(group)
    for slip in group.office.payslips:
        began = [one for one in slip.person.employments if one.valid_from < _next_month(slip.month)]
        last = max(began, key=lambda one: one.valid_from)
        cell = (slip.month.isoformat(), brands[last.store_id])
        paid[cell].append(slip.gross - slip.deductions)
        own = [row for row in tables["deductions"] if row["employee_id"] == slip.person.employee_id]
        total = sum(float(row["amount"]) for row in own if row["month_start_date"] == slip.month.isoformat())
        taken[cell] += int(total)
        if total > 0:
            with_deduction[cell].add(slip.person.employee_id)
    for cell, nets in paid.items():
        cases, share = len(with_deduction[cell]), sum(net < 0 for net in nets) / len(nets)
        yield {
            "month_start_date": cell[0],
            "brand": cell[1],
            "persons": len(nets),
            "persons_with_deduction": cases if 5 <= cases <= len(nets) - 5 else None,
            "deductions_total": f"{taken[cell]}.00" if cases == 0 or cases >= 5 else None,
            "net_negative_band": "0" if not share else "<5%" if share < 0.05 else "5–15%" if share <= 0.15 else ">15%",
        }


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)
