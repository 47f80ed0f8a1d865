"""Every file in examples/, through Kafka, log and warehouse, ends as the rows a reader of its page expects."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import broker
from ingestion.imports import import_files
from ingestion.lander import LandingReport, land
from ingestion.personal.secrets import load_secrets
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import ensure_topics
from orchestration.build import build
from publishing.publication import publish
from tests.e2e.hostile_way import take_the_whole_way
from tests.e2e.versions import VERSIONED, newest, stale_ones
from tests.examples import EXAMPLES, import_example, outside

LANDED: list[LandingReport] = []
SENT: list[int] = []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    settings = Settings(home=tmp_path_factory.mktemp("examples"))
    broker.start(settings.home)
    try:
        ensure_topics(settings)
        for _ in range(2):
            reports = [import_example(settings, source) for source in outside()]
            reports.append(import_files(settings, "cloudevents", [EXAMPLES / "cloudevents.jsonl"]))
            assert [report.rejected for report in reports if report.rejected] == []
            SENT.append(sum(report.sent for report in reports))
            LANDED.append(land(settings))
        with Producer(settings) as producer:
            for topic, key, value in stale_ones(load_secrets(settings)):
                producer.send(topic, key, value)
        land(settings)
        build(settings)
        publish(settings)
        yield settings.published_path
    finally:
        broker.stop(settings.home)


def rows(published: Path, file: str, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(published / f"{file}.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_same_files_again_add_no_event(published: Path) -> None:
    first, second = LANDED
    assert (first.events, first.duplicates, first.dead) == (SENT[0], 0, 0)
    assert (second.received, second.events, second.duplicates) == (SENT[0], 0, SENT[0])


@pytest.mark.parametrize("name", VERSIONED)
def test_stale_version_that_arrives_last_is_not_the_newest(published: Path, name: str) -> None:
    home = published.parent
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as warehouse:
        warehouse.execute(f"attach '{home / 'log.duckdb'}' as log (read_only)")
        found = newest(warehouse, VERSIONED[name])
    assert found
    assert [record for record, is_stale in found if is_stale] == []


def test_autohome_lead_of_the_story_is_delivered(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select l.platform, l.stage, l.first_attempt_at, l.showed_at, l.delivered_at, s.is_repeat "
        "from fct_lead_submissions s join fct_leads l using (lead_id) "
        "where s.platform_lead_id in ('AH2610130001', 'YC2610140002') order by s.submitted_at",
    )
    attempt = found[0][2].astimezone(UTC)
    assert (attempt.hour, attempt.minute) == (2, 9)
    visit, delivery = datetime(2026, 10, 17, 5, 52, tzinfo=UTC), datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert found == [("autohome", "delivered", attempt, visit, delivery, repeat) for repeat in (False, True)]


def test_marks_of_the_portals_are_kept_apart(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select s.platform_lead_id, l.is_test, l.is_valid, l.invalid_reason, l.defeat_reason "
        "from fct_lead_submissions s join fct_leads l using (lead_id) where s.platform_lead_id in "
        "('AH2610130002', 'AH2610140004', '7400000000000000003', '7400000000000000004') order by 1",
    )
    assert found == [
        ("7400000000000000003", False, True, None, "no_system_reminder"),
        ("7400000000000000004", True, False, None, None),
        ("AH2610130002", False, False, "empty_number", None),
        ("AH2610140004", True, False, None, None),
    ]


def test_leads_in_adf_take_their_platform_from_the_provider(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select platform_lead_id, platform, store_id, submitted_at from fct_lead_submissions "
        "where platform_lead_id in ('OEM2610130001', 'TP-88') order by 1",
    )
    assert [(*one, at.astimezone(UTC).strftime("%d %H:%M")) for *one, at in found] == [
        ("OEM2610130001", "oem", "S01", "13 03:05"),
        ("TP-88", "other", "S01", "14 00:47"),
    ]


def test_calendars_meetings_are_staged_with_what_was_moved_and_taken_out(published: Path) -> None:
    with duckdb.connect(str(published.parent / "warehouse.duckdb"), read_only=True) as warehouse:
        found = warehouse.execute(
            "select distinct meeting_id, started_at at time zone 'Asia/Shanghai', is_cancelled, "
            "organiser_token is not null, json_array_length(attendees) "
            "from staging.stg_calendar__event where series_id like 'morning%' order by 1"
        ).fetchall()
    assert [(at.strftime("%d %H:%M"), *rest) for _, at, *rest in found] == [
        ("12 08:30", False, True, 2),
        ("13 08:30", False, True, 2),
        ("14 08:30", True, True, 2),
        ("15 18:00", False, True, 1),
        ("16 08:30", False, True, 2),
    ]


def test_appointments_visits_orders_are_what_the_crm_says(published: Path) -> None:
    kept = rows(published, "detail", "select status from fct_appointments order by appointment_id")
    assert [status for (status,) in kept] == ["kept", "kept", "cancelled"]
    assert rows(published, "detail", "select count(*), count(*) filter (where is_walk_in) from fct_visits") == [(4, 2)]
    orders = "select count(*), count(cancelled_at), count(delivered_at) from fct_orders"
    assert rows(published, "detail", orders) == [(2, 1, 1)]


def test_delivery_of_the_story_is_dated_by_its_own_record_not_by_the_one_taken_back_or_the_order_s(
    published: Path,
) -> None:
    told = "select delivered_at, delivered_source, is_inferred from fct_orders where delivered_at is not null"
    assert rows(published, "detail", told) == [(datetime(2026, 10, 25, 2, tzinfo=UTC), "crm.delivery", False)]
    hours = "select date_day::text, delivery_hours from mart_consultant_day where delivery_hours > 0"
    assert rows(published, "people", hours) == [("2026-10-25", pytest.approx(50 / 60))]


def test_care_of_the_customer_of_the_story_is_counted(published: Path) -> None:
    touches = (
        "select channel, direction, is_attempt, connected from fct_touches where channel <> 'call' order by touch_id"
    )
    assert rows(published, "detail", touches) == [
        ("message", "outbound", False, False),
        ("message", "outbound", True, False),
        ("message", "inbound", False, True),
        ("sms", "outbound", True, False),
        ("like", "outbound", False, False),
        ("callback", "outbound", False, True),
    ]
    levels = "select level, set_by, suggested_level, is_key_customer from fct_customer_levels where valid_to is null"
    assert set(rows(published, "detail", levels)) >= {("D", "system", None, True)}
    surveys = "select asked_by, round_no, score, order_id is not null from fct_surveys order by asked_at"
    assert rows(published, "detail", surveys) == [("store", 1, None, True), ("oem", 1, 92.0, True)]
    care = "select callback_rounds, deliveries_surveyed from mart_customer_care where deliveries_surveyed > 0"
    assert rows(published, "marts", care) == [(1, 1)]
    assert rows(published, "detail", "select count(*) from dim_customer where blocked_at is not null") == [(1,)]


def test_live_session_counts_its_own_leads_and_the_platforms(published: Path) -> None:
    found = rows(
        published, "marts", "select store_id, form_submits, leads, peak_concurrent from fct_live_sessions order by 1"
    )
    assert ("S01", 2, 2, 58) in found
    assert [store for store, *_ in found] == ["S01", "S01", "S02"]


def test_check_ins_of_all_kinds_are_in_the_people_file(published: Path) -> None:
    attendance = "select store_id, count(*), count(distinct employee_id) from fct_checkins where kind = 'attendance' "
    found = rows(published, "people", f"{attendance} and tool <> 'checkin_app' group by 1 order by 1")
    assert found == [("S01", 11, 6), ("S02", 9, 5)]
    tasks = "select kind, employee_id, result, surface from fct_checkins where tool in ('checkin_app', 'report') "
    assert rows(published, "people", f"{tasks} and store_id = 'S01' order by occurred_at") == [
        ("morning_roll_call", "E001", "normal", "phone"),
        ("morning_roll_call", "E002", "late", "phone"),
        ("showroom_duty", "E005", "normal", "phone"),
        ("lead_system", "E005", "normal", "pc"),
        ("moments_repost", "E001", "normal", "phone"),
        ("douyin_like", "E001", "normal", "phone"),
        ("report", "E002", "normal", "phone"),
        ("report", "E001", "normal", "phone"),
        ("report", "E006", "normal", "pc"),
    ]


def test_outreach_keeps_a_coarse_place(published: Path) -> None:
    found = rows(published, "people", "select employee_id, area from fct_outreach order by 1")
    assert found == [("E004", "30.2,120.2"), ("E008", "29.8,121.5"), ("E010", "29.9,121.6")]


def test_notices_are_answered_once_in_and_off_shift(published: Path) -> None:
    answers = "select split_part(notice_id, ':', 3), employee_id, round(ack_minutes, 2), in_shift from fct_notices"
    assert rows(published, "people", f"{answers} order by 1, 2") == [
        ("N77", "E007", 1.0, True),
        ("N77", "E008", None, True),
        ("N77", "E009", None, True),
        ("N9001", "E001", 1.5, True),
        ("N9001", "E002", 15.0, True),
        ("N9001", "E003", None, False),
        ("N9001", "E004", None, True),
        ("N9001", "E005", None, True),
        ("N9002", "E001", 1.0, False),
        ("N9002", "E002", None, False),
        ("N9002", "E003", 10.0, False),
        ("N9002", "E004", None, False),
        ("N9002", "E005", None, False),
    ]


def test_meetings_of_every_medium_have_their_minutes(published: Path) -> None:
    meetings = "select medium, organiser_level, kind, participants from fct_meetings order by 1, started_at"
    assert rows(published, "people", meetings) == [
        ("dingtalk", "store", "morning_meeting", 4),
        *[("in_person", "store", "morning_meeting", 2)] * 4,
        ("tencent_meeting", "store", "script_drill", 5),
        ("wechat", "store", "evening_meeting", 3),
        ("zoom", "store", "script_drill", 4),
    ]
    minutes = (
        "select medium, employee_id, cast(round(attended_hours * 60) as integer) from fct_meeting_attendance "
        "join fct_meetings using (meeting_id) where medium <> 'tencent_meeting' "
        "order by 1, 2, joined_at"
    )
    assert rows(published, "people", minutes) == [
        ("dingtalk", "E007", 17),
        ("dingtalk", "E008", 15),
        ("dingtalk", "E009", 16),
        ("dingtalk", "E012", 20),
        ("in_person", "E002", 20),
        ("in_person", "E002", 20),
        ("in_person", "E002", 60),
        ("in_person", "E002", 20),
        ("in_person", "E006", 20),
        ("in_person", "E006", 20),
        ("in_person", "E006", 60),
        ("in_person", "E006", 20),
        ("wechat", "E007", 19),
        ("wechat", "E010", 13),
        ("wechat", "E012", 20),
        ("zoom", "E001", 34),
        ("zoom", "E002", 40),
        ("zoom", "E006", 41),
    ]
    rest = "select is_rest_day, shift_source from fct_shifts where employee_id = 'E001' and date_day = '2026-10-13'"
    assert rows(published, "people", rest) == [(False, "roster")]


def test_courses_exams_pay_and_statistics_are_in_the_people_file(published: Path) -> None:
    training = "select kind, organiser_level, round(hours * 60), score, passed from fct_training order by training_id"
    assert rows(published, "people", training) == [
        ("course", "oem", 45, None, None),
        ("course", "platform", 30, None, None),
        ("exam", "oem", 18, 86, True),
        ("exam", "platform", 18, 54.5, False),
    ]
    pay = "select employee_id, kpi, cast(amount as varchar) from fct_kpi_deductions order by deduction_id"
    assert rows(published, "people", pay) == [
        ("E001", "response_time", "300.00"),
        ("E001", "live_duration", "1200.50"),
        ("E002", "lead_followup", "75.00"),
        ("E007", "other", "50.00"),
    ]
    below = "select employee_id, cast(net as varchar) from fct_payslips where net < 0"
    assert rows(published, "people", below) == [("E001", "-220.50")]
    stats = "select messages, reply_minutes, customers_lost, new_contacts from fct_message_stats order by date_day"
    assert rows(published, "people", stats) == [(120, 6, 0, 2), (97, 9, 1, 1)]
    steps = "select employee_id, steps from fct_steps order by date_day"
    assert rows(published, "people", steps) == [("E001", 9120), ("E001", 7433), ("E001", 10288)]
    screen = "select employee_id, category, sum(minutes) from fct_screen_time group by all order by 1, 2"
    assert rows(published, "people", screen) == [("E001", "leisure", 25), ("E001", "work", 177), ("E004", "work", 95)]


def test_groups_of_five_and_more_are_published_for_everybody(published: Path) -> None:
    week = "select store_id, persons from mart_workload_week where week_start_date = '2026-10-12' order by 1"
    assert rows(published, "marts", week) == [("S01", 6), ("S02", 6)]
    names = {name for (name,) in rows(published, "marts", "show tables")}
    assert not {"fct_checkins", "dim_consultant", "mart_consultant_day", "fct_leads"} & names


def test_call_told_by_portal_and_call_centre_is_one_submission(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select s.platform, s.platform_lead_id, s.store_id, s.is_repeat from fct_lead_submissions s "
        "where s.platform_lead_id like '__C26101%' or s.platform_lead_id like 'vc-%' order by s.submitted_at",
    )
    assert found == [
        ("autohome", "AHC2610140001", "S01", False),
        ("autohome", "AHC2610140002", "S01", False),
        ("yiche", "YCC2610150001", "S02", False),
        ("dongchedi", "DCC2610160001", "S02", False),
    ]


def test_lead_that_two_systems_deliver_is_one_submission(published: Path) -> None:
    query = "select count(*) from fct_lead_submissions where platform_lead_id = '7400000000000000005'"
    assert rows(published, "detail", query) == [(1,)]
    out = "select invalid_reason, is_valid from fct_leads l join fct_lead_submissions s using (lead_id) "
    found = rows(published, "detail", out + "where s.platform_lead_id = '7400000000000000105'")
    assert found == [("out_of_area", False)]


def test_calls_of_two_legs_talk_on_the_customers(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select talk_seconds, ring_seconds, connected from fct_touches where tool = 'aliyun' order by started_at",
    )
    assert found == [(105, 8, True), (0, 34, False)]


def test_portals_days_are_scored_and_counted(published: Path) -> None:
    scores = (
        "select platform, store_id, response_rank from fct_platform_scores where date_day = '2026-10-15' order by 1"
    )
    assert rows(published, "marts", scores) == [("dongchedi", "S02", 6), ("yiche", "S02", 4)]
    content = "select platform, date_day::varchar, views from fct_content order by 1, 2"
    assert rows(published, "detail", content) == [
        ("autohome", "2026-10-13", 1200),
        ("autohome", "2026-10-14", 650),
        ("dongchedi", "2026-10-15", 96),
        ("douyin", "2026-10-14", 2310),
        ("douyin", "2026-10-15", 870),
        ("yiche", "2026-10-14", 310),
        ("yiche", "2026-10-16", 210),
    ]


def test_tencents_leads_are_of_channels_or_of_ads(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select s.platform, s.submitted_day::varchar, l.customer_id = 'unknown', l.invalid_reason, l.is_valid "
        "from fct_lead_submissions s join fct_leads l using (lead_id) where s.platform in ('channels', 'tencent_ads') "
        "order by 1",
    )
    assert found == [
        ("channels", "2026-10-15", False, None, True),
        ("tencent_ads", "2026-10-15", False, "out_of_area", True),
    ]
    live = "select audience_basis, viewers, leads from fct_live_sessions where platform = 'channels'"
    assert rows(published, "marts", live) == [("views", 421, 1)]


def test_newest_push_of_a_lead_holds_whatever_came_last(published: Path) -> None:
    query = "select count(*), max(submission_id) from fct_lead_submissions where platform_lead_id = '74{}'"
    assert rows(published, "detail", query.format("00000000000000201")) == [(1, "douyin:DY1001:7400000000000000201")]
    assert rows(published, "detail", query.format("00000000000000001")) == [(1, "douyin:DY1001:7400000000000000001")]


def test_crm_calls_dispatch_merge_and_know_the_customer(published: Path) -> None:
    found = rows(
        published,
        "detail",
        "select l.dispatched_at, c.profile_completeness from fct_leads l join dim_customer c using (customer_id) "
        "join fct_lead_submissions s using (lead_id) where s.platform_lead_id = 'AH2610130001'",
    )
    assert found == [(datetime(2026, 10, 13, 2, 3, tzinfo=UTC), 6 / 7)]


def test_costs_and_vendors_counts_are_kept_by_store(published: Path) -> None:
    costs = "select store_id, platform, amount::varchar, cost_source from fct_platform_costs order by 2, 1"
    assert rows(published, "detail", costs) == [
        ("S01", "autohome", "18000.00", "invoice"),
        ("S01", "douyin", "180.50", "invoice"),
        ("S02", "douyin", "0.00", "invoice"),
        ("S01", "tencent_ads", "10000.01", "allocated"),
        ("S01", "yiche", "9000.00", "allocated"),
    ]
    counts = "select vendor, measure, value from fct_vendor_counts where vendor in ('wav', 'channels') order by 1, 2"
    assert rows(published, "detail", counts)[:3] == [
        ("channels", "form_leads", 1),
        ("channels", "leads", 2),
        ("wav", "built", 3),
    ]


def test_hostile_records_upon_the_examples_land_or_have_a_reason_and_what_is_built_is_published(
    published: Path, tmp_path: Path
) -> None:
    """A change of each value of each example; test_hostile_records.py makes many."""
    shutil.copytree(published.parent, tmp_path / "home", symlinks=True)
    running = broker.running(published.parent)
    assert running is not None
    take_the_whole_way(Settings(home=tmp_path / "home", kafka_bootstrap=running.bootstrap), tmp_path / "in", 1, 1)
