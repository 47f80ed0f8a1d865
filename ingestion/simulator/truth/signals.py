"""What is truly odd about the data people leave behind, as shares in bands; never a verdict about a person.

Limits as in docs/workload.md: five follow-ups within ten minutes, one text on three leads in a month, a call of at
most three seconds written up as a talk, no trace of a contact in the 24 hours before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.instants import DAY, MINUTE, day_of, days_between
from ingestion.simulator.objects import Call, FollowUp
from ingestion.simulator.spans import Span
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.days import attended
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.world import Group

Row = dict[str, Any]
_SIGNALS = (
    *("followup_burst", "identical_text", "short_call_as_talked", "shared_device"),
    *("followup_in_meeting", "logged_only"),
)
_NOBODY_ANSWERED = ("未接", "没接", "无人", "不接", "关机", "停机", "空号", "占线", "拒接", "挂断", "未通")
Observed = tuple[Person, date, str, bool]
"""Who, on which day, which signal could show, and whether it did."""


def data_signals(group: Group, leads: list[Lead]) -> list[Row]:
    """By month, store and signal: the staff employed there, how often the signal could show, the band of its share."""
    staff: dict[tuple[str, str], set[str]] = defaultdict(set)
    for person in group.people:
        for day in days_between(group.start, group.days):
            store_id = person.store_on(day)
            if store_id is not None:
                staff[_month(day), store_id].add(person.employee_id)
    base: dict[tuple[str, str, str], int] = defaultdict(int)
    cases: dict[tuple[str, str, str], int] = defaultdict(int)
    for person, day, signal, shows in (*_follow_ups(group, leads), *_devices(group)):
        store_id = person.store_on(day)
        if store_id is not None:
            base[_month(day), store_id, signal] += 1
            cases[_month(day), store_id, signal] += shows
    return [
        {
            "month_start_date": month,
            "store_id": store_id,
            "signal": signal,
            "persons": len(persons),
            "base": base[month, store_id, signal],
            "share_band": _band(cases[month, store_id, signal], base[month, store_id, signal]),
        }
        for (month, store_id), persons in sorted(staff.items())
        for signal in _SIGNALS
    ]


def _month(day: date) -> str:
    return day.replace(day=1).isoformat()


def _band(cases: int, base: int) -> str | None:
    if not base:
        return None
    share = cases / base
    return "0" if not cases else "<5%" if share < 0.05 else "5–15%" if share <= 0.15 else ">15%"


def _follow_ups(group: Group, leads: list[Lead]) -> Iterator[Observed]:
    typed: dict[str, list[FollowUp]] = defaultdict(list)
    for follow in group.journal.follows:
        typed[follow.person.employee_id].append(follow)
    met: dict[str, list[Span]] = defaultdict(list)
    for meeting in group.journal.meetings:
        for person, span in attended(meeting):
            met[person.employee_id].append(span)
    for sitting in group.office.sittings:
        met[sitting.person.employee_id].append((sitting.starts, sitting.ends))
    for exam in group.office.exams:
        met[exam.person.employee_id].append((exam.starts, exam.ends))
    lead_of = {follow.follow_id: lead for lead in leads for follow in lead.follows}
    for number, own in typed.items():
        copies: dict[tuple[str, str], set[str]] = defaultdict(set)
        for follow in own:
            of = lead_of.get(follow.follow_id)
            copies[_month(day_of(follow.at)), _words(follow)].add((of.crm[0] if of else follow.crm).lead_id)
        for follow in own:
            day, lead = day_of(follow.at), lead_of.get(follow.follow_id)
            yield follow.person, day, "followup_burst", _is_burst(follow, own)
            yield follow.person, day, "identical_text", len(copies[_month(day), _words(follow)]) >= 3
            sat = any(begins <= follow.at < ends for begins, ends in met[number])
            yield follow.person, day, "followup_in_meeting", sat
            yield follow.person, day, "logged_only", lead is None or not _left_a_trace(lead, follow.at)
            talk = None if lead is None else _longest_talk(lead, follow)
            if talk is not None:
                is_talk = not any(word in _words(follow) for word in _NOBODY_ANSWERED)
                yield follow.person, day, "short_call_as_talked", talk <= 3 and is_talk


def _is_burst(follow: FollowUp, own: list[FollowUp]) -> bool:
    """Whether it is one of five and more within some ten minutes."""
    return any(
        0 <= follow.at - first.at <= 10 * MINUTE and sum(0 <= other.at - first.at <= 10 * MINUTE for other in own) >= 5
        for first in own
    )


def _words(follow: FollowUp) -> str:
    return follow.record + ("（已修改）" if follow.edited_at is not None else "")


def _left_a_trace(lead: Lead, moment: int) -> bool:
    began = [call.began for call in lead.calls] + [touch.began for touch in lead.touches]
    return any(moment - DAY <= one <= moment for one in (*began, *(visit.arrived_at for visit in lead.visits)))


def _longest_talk(lead: Lead, follow: FollowUp) -> int | None:
    """Seconds of the longest of their own outbound calls to the lead in the half hour before, if there was one."""
    own: list[Call] = [
        call
        for call in lead.calls
        if call.line is None and call.person is follow.person and follow.at - 30 * MINUTE <= call.began <= follow.at
    ]
    return max((call.talk for call in own), default=None)


def _devices(group: Group) -> Iterator[Observed]:
    used: list[tuple[Person, int, str]] = [
        (one.person, one.at, one.device)
        for one in group.journal.checkins
        if one.at is not None and one.excused_at is None and one.kind != "outing"
    ]
    used += [(one.person, one.at, one.device) for one in group.office.tasks if one.counts and one.at is not None]
    holders: dict[tuple[str, date], set[str]] = defaultdict(set)
    for person, instant, device in used:
        holders[device, day_of(instant)].add(person.employee_id)
    for person, instant, device in used:
        day = day_of(instant)
        yield person, day, "shared_device", len(holders[device, day]) > 1
