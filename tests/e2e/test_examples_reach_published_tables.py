"""Every file in examples/, through Kafka, log and warehouse, ends as the rows a reader of its page expects."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ingestion import broker
from ingestion.imports import import_files
from ingestion.lander import LandingReport, land
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.topics import ensure_topics
from orchestration.build import build
from publishing.publication import publish

EXAMPLES = Path(__file__).parents[2] / "examples"
LANDED: list[LandingReport] = []
SENT: list[int] = []


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    settings = Settings(home=tmp_path_factory.mktemp("examples"))
    broker.start(settings.home)
    try:
        ensure_topics(settings)
        for _ in range(2):
            sent = 0
            for name, file in [(one.name, one.example) for one in sources().values()] + [
                ("cloudevents", "cloudevents.jsonl")
            ]:
                report = import_files(settings, name, [EXAMPLES / file])
                assert report.rejected == []
                sent += report.sent
            SENT.append(sent)
            LANDED.append(land(settings))
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


def test_appointments_visits_orders_are_what_the_crm_says(published: Path) -> None:
    kept = rows(published, "detail", "select status from fct_appointments order by appointment_id")
    assert [status for (status,) in kept] == ["kept", "kept", "cancelled"]
    assert rows(published, "detail", "select count(*), count(*) filter (where is_walk_in) from fct_visits") == [(4, 2)]
    orders = "select count(*), count(cancelled_at), count(delivered_at) from fct_orders"
    assert rows(published, "detail", orders) == [(2, 1, 1)]


def test_live_session_counts_its_own_leads_and_the_platforms(published: Path) -> None:
    found = rows(
        published, "marts", "select store_id, form_submits, leads, peak_concurrent from fct_live_sessions order by 1"
    )
    assert found[0] == ("S01", 2, 2, 58)
    assert [store for store, *_ in found] == ["S01", "S02"]


def test_working_day_of_the_story_is_in_the_people_file(published: Path) -> None:
    checkins = rows(
        published,
        "people",
        "select store_id, count(*), count(distinct employee_id) from fct_checkins group by 1 order by 1",
    )
    assert checkins == [("S01", 11, 6), ("S02", 9, 5)]
    assert rows(published, "people", "select employee_id, area from fct_outreach") == [("E004", "30.2,120.2")]
    meeting = "select organiser_level, participants from fct_meetings"
    assert rows(published, "people", meeting) == [("store", 5)]
    rest = "select is_rest_day, shift_source from fct_shifts where employee_id = 'E001' and date_day = '2026-10-13'"
    assert rows(published, "people", rest) == [(False, "roster")]


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
        ("yiche", "2026-10-14", 310),
        ("yiche", "2026-10-16", 210),
    ]
