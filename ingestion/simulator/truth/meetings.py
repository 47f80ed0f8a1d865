"""Meetings as they truly were: their load on each store, and what happened there while they were held."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from ingestion.simulator.instants import DAY, HOUR, MINUTE, day_of, days_between, midnight, week_of
from ingestion.simulator.objects import Meeting
from ingestion.simulator.spans import Span, by_day, inside, outside, seconds, union
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.clocks import nearest_rank
from ingestion.simulator.truth.days import CUSTOMER_FACING, PersonDays, attended
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.truth.marts import organiser_level
from ingestion.simulator.truth.pipeline import owners
from ingestion.simulator.truth.showroom import instant
from ingestion.simulator.world import Group

Row = dict[str, Any]
Cell = tuple[str, str, str, str]
_CELL = ("week_start_date", "store_id", "organiser_level", "kind")
_KINDS = {
    "早会": "morning_meeting",
    "夕会": "evening_meeting",
    "周例会": "weekly_meeting",
    "月度总结会": "monthly_meeting",
    "话术演练": "script_drill",
    "集团运营会": "group_operations_meeting",
    "厂家视频会": "oem_video_meeting",
    "产品培训": "product_training",
    "平台培训": "platform_training",
}


@dataclass(frozen=True)
class Sitting:
    """One person in one meeting, rejoins and devices united."""

    meeting: Meeting
    person: Person
    spans: list[Span]
    cell: Cell


def meeting_tables(group: Group, days: PersonDays, leads: list[Lead]) -> dict[str, list[Row]]:
    """Meetings one by one; meeting load and cost by week, store, organiser's level and kind, trainings apart."""
    cells: dict[Cell, list[Sitting]] = defaultdict(list)
    for one in _sittings(group):
        cells[one.cell].append(one)
    windows = {cell: _windows(sittings) for cell, sittings in cells.items()}
    return {
        "meetings": [_held(meeting) for meeting in group.journal.meetings],
        "meeting_load": [{**_named(cell), **_load(group, days, found)} for cell, found in sorted(cells.items())],
        "meeting_cost": list(_costs(group, days, leads, cells, windows)),
    }


def _held(meeting: Meeting) -> Row:
    """A conference or a written-down call has no schedule: it was to end when it did."""
    caller = meeting.organiser
    ends = meeting.closed if meeting.closed is not None and meeting.medium != "in_person" else meeting.ends
    return {
        "medium": meeting.medium,
        "number": meeting.meeting_id[-10:],
        "organiser_level": _level(meeting),
        "is_training": meeting.is_training,
        "kind": _kind(meeting),
        "started_at": instant(meeting.opened),
        "ended_at": instant(ends),
        "scheduled_end_at": instant(ends if meeting.medium in ("dingtalk", "wechat") else meeting.ends),
        "store_id": (caller.store_on(day_of(meeting.opened)) if caller is not None else None) or "unknown",
    }


def _level(meeting: Meeting) -> str:
    return organiser_level(meeting.subject, "store" if meeting.organiser is not None else "unknown")


def _kind(meeting: Meeting) -> str:
    return next((kind for words, kind in _KINDS.items() if words in meeting.subject), "unknown")


def _named(cell: Cell) -> Row:
    return dict(zip(_CELL, cell, strict=True))


def _sittings(group: Group) -> Iterator[Sitting]:
    for meeting in group.journal.meetings:
        spans: dict[str, list[Span]] = defaultdict(list)
        people: dict[str, Person] = {}
        for person, span in attended(meeting):
            people[person.employee_id] = person
            spans[person.employee_id].append(span)
        level, kind = _level(meeting), _kind(meeting)
        for number, person in people.items():
            own = union(spans[number])
            if meeting.is_training or not own:
                continue
            joined = day_of(own[0][0])
            store_id = person.store_on(joined)
            if store_id is not None:
                yield Sitting(meeting, person, own, (week_of(joined).isoformat(), store_id, level, kind))


def _windows(sittings: list[Sitting]) -> dict[str, Span]:
    """Of each meeting, from the first of the store's people to the last."""
    found: dict[str, Span] = {}
    for one in sittings:
        begins, ends = found.get(one.meeting.meeting_id, (one.spans[0][0], one.spans[-1][1]))
        found[one.meeting.meeting_id] = min(begins, one.spans[0][0]), max(ends, one.spans[-1][1])
    return found


def _load(group: Group, days: PersonDays, sittings: list[Sitting]) -> Row:
    after = rest = conflict = total = 0
    for one in sittings:
        for day, piece in by_day(outside(one.spans, _shifts(group, one.person))):
            if group.staffing.is_rest(one.person, day):
                rest += seconds([piece])
            else:
                after += seconds([piece])
        number = one.person.employee_id
        busy = union([*days.lines[number]["reception"], *days.calls[number]])
        conflict += seconds(inside(one.spans, busy))
        total += seconds(one.spans)
    return {
        "persons": len({one.person.employee_id for one in sittings}),
        "meetings": len({one.meeting.meeting_id for one in sittings}),
        "person_hours": total / HOUR,
        "after_hours_person_hours": after / HOUR,
        "rest_day_person_hours": rest / HOUR,
        "conflict_person_hours": conflict / HOUR,
    }


def _shifts(group: Group, person: Person) -> list[Span]:
    around = [day_of(midnight(group.start) - DAY), *days_between(group.start, group.days)]
    return union(span for day in around if (span := group.staffing.shift(person, day)) is not None)


def _costs(
    group: Group,
    days: PersonDays,
    leads: list[Lead],
    cells: dict[Cell, list[Sitting]],
    windows: dict[Cell, dict[str, Span]],
) -> Iterator[Row]:
    free = {store.store_id: _Free(group, days, store.store_id) for store in group.stores}
    of_store: dict[str, list[Lead]] = defaultdict(list)
    for lead in leads:
        if not lead.is_test:
            of_store[lead.store_id].append(lead)
    met: dict[str, list[Span]] = defaultdict(list)
    for cell, held in windows.items():
        met[cell[1]] += held.values()
    for cell, sittings in sorted(cells.items()):
        week, store_id, *_ = cell
        held = windows[cell]
        during = [lead for lead in of_store[store_id] if _lies_in(lead.received_at, held.values())]
        otherwise = [
            lead
            for lead in of_store[store_id]
            if week_of(day_of(lead.received_at)).isoformat() == week and not _lies_in(lead.received_at, met[store_id])
        ]
        inside_with = [
            lead
            for lead in during
            if any(_came_to(lead) is one.person and _lies_in(lead.received_at, one.spans) for one in sittings)
        ]
        visits = [
            visit
            for visit in group.journal.visits
            if visit.store_id == store_id and _lies_in(visit.arrived_at, held.values())
        ]
        fewest = [found for span in held.values() if (found := free[store_id].fewest(span)) is not None]
        yield {
            **_named(cell),
            "persons": len({one.person.employee_id for one in sittings}),
            "person_hours": sum(seconds(one.spans) for one in sittings) / HOUR,
            "leads_received_during": len(during),
            "owner_in_meeting_leads": len(inside_with),
            "median_response_in_meeting": _median(during),
            "median_response_otherwise": _median(otherwise),
            "visits_arrived_during": len(visits),
            "min_free_band": _band(min(fewest, default=None)),
        }


def _came_to(lead: Lead) -> Person | None:
    """Who had a lead as it came, or else whom it was given to first."""
    found = owners(lead)
    had = [person for at, person in found if at <= lead.received_at]
    return had[-1] if had else found[0][1] if found else None


def _lies_in(instant: int, spans: Any) -> bool:
    return any(begins <= instant < ends for begins, ends in spans)


def _median(leads: list[Lead]) -> float | None:
    """Of the leads on the clock; who never answered last, nothing under five."""
    clocked = [lead.response for lead in leads if lead.has_clock]
    return nearest_rank([None if one is None else one / MINUTE for one in clocked], 1, 2)


def _band(fewest: int | None) -> str | None:
    if fewest is None:
        return None
    return "0" if fewest == 0 else "1–4" if fewest < 5 else "5+"


class _Free:
    """How many consultants of one store are on shift, and how many of them free, from instant to instant."""

    def __init__(self, group: Group, days: PersonDays, store_id: str) -> None:
        steps: dict[int, list[int]] = defaultdict(lambda: [0, 0])
        for person in group.people:
            lines = days.lines[person.employee_id]
            busy = union(span for category in (*CUSTOMER_FACING, "meeting", "training") for span in lines[category])
            shift = [piece for day, piece in by_day(_shifts(group, person)) if _sells_at(person, day) == store_id]
            for place, spans in enumerate((shift, outside(shift, busy))):
                for begins, ends in spans:
                    steps[begins][place] += 1
                    steps[ends][place] -= 1
        self._edges = sorted(steps)
        self._counts: list[tuple[int, int]] = []
        on_shift = free = 0
        for edge in self._edges:
            on_shift, free = on_shift + steps[edge][0], free + steps[edge][1]
            self._counts.append((on_shift, free))

    def fewest(self, span: Span) -> int | None:
        """The fewest free during a span; None where nobody was on shift."""
        first = max(0, bisect_right(self._edges, span[0]) - 1)
        found = None
        for place, (begins, ends) in enumerate(pairwise(self._edges[first:]), start=first):
            if begins >= span[1]:
                break
            on_shift, free = self._counts[place]
            if ends > span[0] and on_shift > 0:
                found = free if found is None else min(found, free)
        return found


def _sells_at(person: Person, day: Any) -> str | None:
    employment = person.employment(day)
    return employment.store_id if employment is not None and employment.role == "sales_consultant" else None
