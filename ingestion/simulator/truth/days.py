"""The true hours of every person and day (docs/definitions.md, working time).

Decided where the definitions leave room: control actions take the minutes below, just before their instant; an outing
thirty from its instant on; a call runs from dialling to hang-up; everything, shifts and presence included, is split at
local midnight; after-hours and rest-day hours are those of the category meeting.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from ingestion.simulator.instants import DAY, HOUR, MINUTE, day_of, days_between, midnight
from ingestion.simulator.objects import Meeting
from ingestion.simulator.office_objects import Notice
from ingestion.simulator.spans import Span, by_day, inside, outside, seconds, union
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.world import Group

CUSTOMER_FACING = ("reception", "delivery", "contact", "live", "outreach")
CATEGORIES = (*CUSTOMER_FACING, "meeting", "training", "control")
_COLUMNS = {"contact": "customer_contact_hours"}
FOLLOW_MINUTES, OUTING_MINUTES, NOTICE_MINUTES, MESSAGE_MINUTES = 2, 30, 1, 1
CHECKIN_MINUTES = {
    "attendance": 1,
    "morning_roll_call": 10,
    "evening_roll_call": 10,
    "showroom_duty": 2,
    "moments_repost": 3,
    "douyin_like": 2,
    "group_relay": 2,
    "oem_training": 3,
    "lead_system": 2,
    "report": 15,
}


def attended(meeting: Meeting) -> Iterator[tuple[Person, Span]]:
    """Staff in a meeting, device by device; without a leave until the end event, else the scheduled end."""
    for stay in meeting.stays:
        if stay.person is not None:
            left = stay.left
            if left is None:
                left = meeting.closed if meeting.closed is not None else meeting.ends
            yield stay.person, (stay.joined, left)


def in_shift(group: Group, person: Person, instant: int) -> bool:
    """Whether an instant lies in the person's shift of that day, or in one of the day before that goes on."""
    day = day_of(instant)
    spans = (group.staffing.shift(person, one) for one in (day, day_of(midnight(day) - DAY)))
    return any(span is not None and span[0] <= instant < span[1] for span in spans)


def first_answers(notice: Notice) -> dict[str, tuple[Person, int]]:
    """Who answered a notice, and when for the first time."""
    found: dict[str, tuple[Person, int]] = {}
    for person, answered in sorted(notice.answers, key=lambda answer: answer[1]):
        found.setdefault(person.employee_id, (person, answered))
    return found


def _invitations(leads: Iterable[Lead]) -> Iterator[tuple[Person, Span]]:
    """Calls that made an appointment within half an hour, or in which speech recognition heard an invitation."""
    for lead in leads:
        for call in lead.calls:
            made = any(call.began <= one.set_at <= call.began + 30 * MINUTE for one in lead.appointments)
            if call.person is not None and (made or "邀约" in call.intent):
                yield call.person, (call.began, call.ended)


class PersonDays:
    """Time lines of all staff, from which the rows are cut."""

    def __init__(self, group: Group, leads: Iterable[Lead]) -> None:
        self.group = group
        self.lines: dict[str, dict[str, list[Span]]] = defaultdict(lambda: defaultdict(list))
        self.told: dict[str, dict[str, list[tuple[Span, str]]]] = defaultdict(lambda: defaultdict(list))
        """The same spans, each with the kind of record that tells of it."""
        self.control: dict[str, Counter[date]] = defaultdict(Counter)
        self.checkins: dict[str, Counter[date]] = defaultdict(Counter)
        self.kinds: dict[str, dict[date, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.outings: dict[str, Counter[date]] = defaultdict(Counter)
        self.calls: dict[str, list[Span]] = defaultdict(list)
        self.invitations: dict[str, list[Span]] = defaultdict(list)
        self.outbound: dict[str, Counter[date]] = defaultdict(Counter)
        self.message_seconds: dict[str, Counter[date]] = defaultdict(Counter)
        self.notices: dict[str, Counter[date]] = defaultdict(Counter)
        self.notices_off_shift: dict[str, Counter[date]] = defaultdict(Counter)
        self.presence: dict[str, dict[date, dict[str, int]]] = defaultdict(lambda: defaultdict(dict))
        journal = group.journal
        for visit in journal.visits:
            self._add(visit.person, "reception", (visit.arrived_at, visit.left_at), "crm")
        for handed in journal.hand_overs:
            if handed.taken_back_at is None:
                self._add(handed.person, "delivery", (handed.started_at, handed.delivered_at), "crm")
        for call in journal.calls:
            if call.person is not None:
                self._add(call.person, "contact", (call.began, call.ended), "calls")
                self.calls[call.person.employee_id].append((call.began, call.ended))
                self.outbound[call.person.employee_id][day_of(call.began)] += 1
        for person, span in _invitations(leads):
            self.invitations[person.employee_id].append(span)
        for touch in journal.touches:
            if touch.person is not None and not touch.inbound:
                self.outbound[touch.person.employee_id][day_of(touch.began)] += 1
        for session in journal.sessions:
            if session.host is not None:
                self._add(session.host, "live", (session.starts, session.ends), "live")
        for meeting in journal.meetings:
            for person, span in attended(meeting):
                self._add(person, "training" if meeting.is_training else "meeting", span, "meetings")
        for follow in journal.follows:
            self._action(follow.person, follow.at, FOLLOW_MINUTES, "follow_ups")
        self._messages()
        self._attendance()
        self._office()

    def _add(self, person: Person, category: str, span: Span, teller: str) -> None:
        self.lines[person.employee_id][category].append(span)
        self.told[person.employee_id][category].append((span, teller))

    def _action(self, person: Person, instant: int, minutes: int, teller: str) -> None:
        self._add(person, "control", (instant - minutes * MINUTE, instant), teller)
        self.control[person.employee_id][day_of(instant)] += minutes

    def _messages(self) -> None:
        """A minute each from its instant on, at most to the person's next message."""
        sent: dict[str, list[int]] = defaultdict(list)
        people = {person.employee_id: person for person in self.group.people}
        for touch in self.group.journal.touches:
            if touch.is_attempt and touch.person is not None:
                sent[touch.person.employee_id].append(touch.began)
        for number, instants in sent.items():
            instants.sort()
            for instant, following in zip(instants, [*instants[1:], self.group.end + DAY], strict=True):
                ends = min(instant + MESSAGE_MINUTES * MINUTE, following)
                self._add(people[number], "contact", (instant, ends), "messages")
                self.message_seconds[number][day_of(instant)] += ends - instant

    def _checkin(self, person: Person, instant: int, kind: str) -> None:
        self._action(person, instant, CHECKIN_MINUTES[kind], "checkins")
        self.checkins[person.employee_id][day_of(instant)] += 1
        self.kinds[person.employee_id][day_of(instant)].add(kind)

    def _outing(self, person: Person, instant: int) -> None:
        self._add(person, "outreach", (instant, instant + OUTING_MINUTES * MINUTE), "checkins")
        self.outings[person.employee_id][day_of(instant)] += 1

    def _office(self) -> None:
        office = self.group.office
        for task in office.tasks:
            if task.counts and task.at is not None:
                self._checkin(task.person, task.at, task.kind)
        for report in office.reports:
            self._checkin(report.person, report.at, "report")
        for signin in office.signins:
            self._outing(signin.person, signin.at)
        for sitting in office.sittings:
            self._add(sitting.person, "training", (sitting.starts, sitting.ends), "training")
        for exam in office.exams:
            self._add(exam.person, "training", (exam.starts, exam.ends), "training")
        for notice in office.notices:
            day = day_of(notice.posted)
            for person in notice.recipients:
                self.notices[person.employee_id][day] += 1
                if not in_shift(self.group, person, notice.posted):
                    self.notices_off_shift[person.employee_id][day] += 1
            for person, answered in first_answers(notice).values():
                self._action(person, answered, NOTICE_MINUTES, "notices")

    def _attendance(self) -> None:
        for checkin in self.group.journal.checkins:
            if checkin.at is None or checkin.excused_at is not None:
                continue
            number = checkin.person.employee_id
            if checkin.kind == "outing":
                self._outing(checkin.person, checkin.at)
                continue
            self._checkin(checkin.person, checkin.at, "attendance")
            self.presence[number][checkin.day][checkin.kind] = checkin.at

    def rows(self) -> list[dict[str, Any]]:
        """One row for every employed person and day of the period."""
        return [row for person in self.group.people for row in self._person(person)]

    def _person(self, person: Person) -> Iterator[dict[str, Any]]:
        group, number = self.group, person.employee_id
        days = days_between(group.start, group.days)
        around = [day_of(midnight(group.start) - DAY), *days]
        staffing = group.staffing
        shifts = union(span for day in around if (span := staffing.shift(person, day)) is not None)
        own = {category: union(self.lines[number][category]) for category in CATEGORIES}
        net: dict[str, list[Span]] = {}
        above: list[Span] = []
        for category in CATEGORIES:
            net[category] = outside(own[category], above)
            above = union([*above, *own[category]])
        stays = self.presence[number].values()
        present = union((stay["on"], stay["off"]) for stay in stays if "on" in stay and "off" in stay)
        facing = union(span for category in CUSTOMER_FACING for span in own[category])
        late = outside(present, shifts)
        conflict = inside(union([*own["meeting"], *own["training"]]), union([*own["reception"], *self.calls[number]]))
        measures = {
            **{_COLUMNS.get(category, f"{category}_hours"): own[category] for category in CATEGORIES},
            **{f"{category}_net_hours": net[category] for category in CATEGORIES},
            "tracked_hours": above,
            "in_shift": inside(above, shifts),
            "off_shift_meeting": outside(own["meeting"], shifts),
            "conflict_hours": conflict,
            "presence_hours": present,
            "after_hours_presence_hours": late,
            "after_hours_idle_hours": outside(late, facing),
            "customer_facing_shift_hours": inside(facing, shifts),
            "invitation_hours": union(self.invitations[number]),
            "shift_hours": shifts,
        }
        blocks = Counter(day for day, piece in by_day(outside(shifts, above)) if seconds([piece]) >= 30 * MINUTE)
        cut = {name: _daily(spans) for name, spans in measures.items()}
        for day in days:
            store_id = person.store_on(day)
            if store_id is not None:
                hours = {name: found[day] / HOUR for name, found in cut.items()}
                yield self._row(person, store_id, day, hours, blocks[day])

    def _row(self, person: Person, store_id: str, day: date, hours: dict[str, float], blocks: int) -> dict[str, Any]:
        number = person.employee_id
        is_rest = self.group.staffing.is_rest(person, day)
        off_shift, in_shift = hours.pop("off_shift_meeting"), hours.pop("in_shift")
        shift = hours["shift_hours"]
        coverage = in_shift / shift if shift else None
        return {
            "employee_id": number,
            "date_day": day.isoformat(),
            "store_id": store_id,
            "is_rest_day": is_rest,
            **hours,
            "control_hours": self.control[number][day] / 60,
            "after_hours_meeting_hours": 0.0 if is_rest else off_shift,
            "rest_day_meeting_hours": off_shift if is_rest else 0.0,
            "coverage": coverage,
            "focus_blocks": blocks if coverage is not None and coverage >= 0.5 else None,
            "outbound_touches": self.outbound[number][day],
            "estimated_hours": (self.control[number][day] + OUTING_MINUTES * self.outings[number][day]) / 60
            + self.message_seconds[number][day] / HOUR,
            "checkins": self.checkins[number][day],
            "checkin_kinds": len(self.kinds[number][day]),
            "notices": self.notices[number][day],
            "notices_off_shift": self.notices_off_shift[number][day],
        }


def _daily(spans: list[Span]) -> Counter[date]:
    found: Counter[date] = Counter()
    for day, piece in by_day(spans):
        found[day] += seconds([piece])
    return found
