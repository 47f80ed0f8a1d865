"""The truth agrees with itself, and the traps it must get right are there."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from datetime import timedelta

import pytest

from ingestion.simulator import World, simulate
from ingestion.simulator.instants import DAY, day_of
from ingestion.simulator.objects import Submission
from ingestion.simulator.truth.leads import Lead, all_leads


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(stores=3, days=21, seed=11)


@pytest.fixture(scope="module")
def leads(world: World) -> list[Lead]:
    return all_leads(world.group.journal)


def test_funnel_leads_are_valid_invalid_and_test(world: World) -> None:
    for row in world.truth()["funnel"]:
        assert row["leads"] == row["valid_leads"] + row["invalid_leads"] + row["test_leads"]
        assert row["invalid_unattempted_leads"] <= row["valid_leads"]


def test_funnel_repeats_are_submissions_beyond_the_leads_they_opened(world: World) -> None:
    for row in world.truth()["funnel"]:
        opened = 0 if row["platform"] == "walk_in" else row["leads"]
        assert row["submissions"] - row["repeat_submissions"] == opened


def test_funnel_steps_never_grow(world: World) -> None:
    for row in world.truth()["funnel"]:
        for step in ("contacted_leads", "invited_leads", "showed_leads", "defeated_leads"):
            assert row[step] <= row["valid_leads"]
        assert row["delivered_leads"] <= row["ordered_leads"] <= row["showed_leads"]
        assert row["test_drive_leads"] <= row["showed_leads"]
        assert row["defeated_with_reason"] <= row["defeated_leads"]


def test_tables_count_the_same_leads(world: World) -> None:
    tables = world.truth()
    funnel = Counter[str]()
    for row in tables["funnel"]:
        funnel.update({name: row[name] for name in ("leads", "valid_leads", "submissions")})
    assert funnel["leads"] == len(tables["leads"]) == sum(row["leads_received"] for row in tables["activity_daily"])
    assert funnel["valid_leads"] == sum(row["valid_leads"] for row in tables["sla"])
    assert funnel["submissions"] == sum(row["submissions"] for row in tables["activity_daily"])
    assert funnel["submissions"] == len(world.group.journal.submissions)


def test_sla_every_clock_lead_is_answered_never_or_still_open(world: World) -> None:
    for row in world.truth()["sla"]:
        assert row["le_5m"] <= row["le_15m"] <= row["le_30m"] <= row["le_60m"] <= row["le_240m"] <= row["le_1d"]
        assert row["le_1d"] + row["never"] + row["still_open"] <= row["clock_leads"] <= row["valid_leads"]


def test_person_days_net_hours_add_up_to_tracked_hours(world: World) -> None:
    rows = world.truth()["person_days"]
    assert rows
    for row in rows:
        net = sum(value for name, value in row.items() if name.endswith("_net_hours"))
        assert net == pytest.approx(row["tracked_hours"])
        assert row["tracked_hours"] <= 24
        assert row["after_hours_meeting_hours"] + row["rest_day_meeting_hours"] <= row["meeting_hours"] + 1e-9


def test_every_record_belongs_to_a_lead(world: World, leads: list[Lead]) -> None:
    journal = world.group.journal
    assert sum(len(lead.visits) for lead in leads) == len(journal.visits)
    assert sum(len(lead.orders) for lead in leads) == len(journal.orders)
    assert sum(len(lead.crm) for lead in leads) == len(journal.crm_leads)
    assert sum(len(lead.appointments) for lead in leads) == len(journal.appointments)


def test_nothing_happens_on_a_closed_lead(leads: list[Lead]) -> None:
    for lead in leads:
        if lead.closed_at is not None:
            assert all(call.began < lead.closed_at for call in lead.calls)
            assert all(visit.arrived_at < lead.closed_at for visit in lead.visits)


def test_thirty_days_after_a_defeat_a_lead_is_new_a_minute_before_it_is_reopened(leads: list[Lead]) -> None:
    gaps = Counter[str]()
    by_customer = defaultdict(list)
    for lead in leads:
        by_customer[lead.store_id, lead.opener.customer.number].append(lead)
        for version in lead.defeats:
            joined = [s.submitted_at - (version.lost_at or 0) for s in lead.submissions if s is not lead.opener]
            gaps["reopened"] += 30 * DAY - 60 in joined
    for own in by_customer.values():
        for former, later in itertools.pairwise(own):
            gaps["new"] += later.received_at - (former.closed_at or 0) == 30 * DAY + 60
    assert gaps["reopened"] >= 1
    assert gaps["new"] >= 1


def test_receptions_of_one_person_never_overlap(world: World) -> None:
    lines = defaultdict(list)
    for visit in world.group.journal.visits:
        lines[visit.person.employee_id].append((visit.arrived_at, visit.left_at))
    for line in lines.values():
        line.sort()
        assert all(before[1] <= after[0] for before, after in itertools.pairwise(line))


def test_traps_are_all_there(world: World, leads: list[Lead]) -> None:
    journal, people = world.group.journal, world.group.people
    kinds = Counter(customer.kind for customer in journal.customers)
    assert min(kinds[kind] for kind in ("masked", "blank", "landline", "service")) > 0
    assert any(lead.is_test for lead in leads)
    assert any(lead.invalid_reason and lead.is_valid for lead in leads)
    assert any(lead.invalid_reason and not lead.is_valid and not lead.is_test for lead in leads)
    assert any(s.marked_at and s.mark_reason in ("", "其他") for s in journal.submissions)
    assert any(lead.defeats and lead.defeat is None for lead in leads)
    assert any(version.status == 801 for crm in journal.crm_leads for version in crm.versions)
    assert any(len({s.platform for s in lead.submissions}) >= 3 for lead in leads)
    assert any(call.robot for call in journal.calls)
    assert any(call.line and call.answered is None for call in journal.calls)
    assert any(call.answered and call.talk <= 3 for call in journal.calls)
    assert any(len(appointment.versions) > 1 for appointment in journal.appointments)
    cancelled = [one for one in journal.appointments if one.versions[-1][2] == "cancelled"]
    assert {one.is_cancelled for one in cancelled} == {True, False}
    assert any(checkin.excused_at and checkin.at for checkin in journal.checkins)
    assert any(checkin.kind == "outing" for checkin in journal.checkins)
    assert any(checkin.uploaded_at for checkin in journal.checkins)
    assert len({person.name for person in people}) < len(people)
    numbers = Counter(phone.number for person in people for phone in person.phones)
    assert max(numbers.values()) == 2
    movers = [p for p in people if len(p.employments) == 2]
    assert [p.employments[1].valid_from.weekday() for p in movers] == [2]
    assert any(person.rest == (2,) for person in people)


def test_meetings_and_sessions_hold_what_makes_counting_hard(world: World) -> None:
    journal = world.group.journal
    ends = [meeting.closed or meeting.ends for meeting in journal.meetings]
    assert any(day_of(m.opened) != day_of(end) for m, end in zip(journal.meetings, ends, strict=True))
    stays = [stay for meeting in journal.meetings for stay in meeting.stays]
    assert any(stay.person is None for stay in stays)
    assert any(stay.left is None for stay in stays)
    assert any(stay.device == 2 for stay in stays)
    assert any(meeting.closed is None for meeting in journal.meetings)
    restarted = [session for session in journal.sessions if session.totals != session.shown]
    assert restarted
    assert all(session.totals[0] > session.shown[0] for session in restarted)
    dips = 0
    for session in journal.sessions:
        watch = [minute.counters[0] for minute in session.minutes]
        dips += any(b < a <= c for a, b, c in zip(watch, watch[1:], watch[2:], strict=False))
    assert dips


def test_truth_before_everything_arrived_is_refused(world: World) -> None:
    with pytest.raises(ValueError, match="the truth is known from"):
        world.truth(world.known_at - timedelta(seconds=1))


def test_truth_of_a_missed_hotline_call_starts_its_clock_at_hang_up(leads: list[Lead]) -> None:
    missed = [
        lead
        for lead in leads
        if isinstance(lead.opener, Submission) and lead.opener.call is not None and lead.opener.call.answered is None
    ]
    assert missed
    for lead in missed:
        assert isinstance(lead.opener, Submission)
        assert lead.opener.call is not None
        assert lead.clock_start == lead.opener.call.ended
