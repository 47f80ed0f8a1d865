"""The suite over the log: what has landed is judged, planted faults are found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import duckdb
import pytest

from expectations import gate
from expectations.gate import Verdict
from expectations.landed import LANDED
from expectations.marts import MARTS
from ingestion.settings import Settings

Land = Callable[[Settings, str, int], datetime]


@pytest.fixture
def judged(built: Settings, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Verdict]:
    """Judges what has landed, on the day after the first landing."""
    monkeypatch.setenv("UPLOG_NOW", "2026-10-13T00:00:00+00:00")
    return lambda: gate.judge(built, build_id="000001-x", last_batch=5, suites=[LANDED])


def plant(settings: Settings, sql: str) -> None:
    with duckdb.connect(settings.log_path) as log:
        log.execute(sql)


def test_gate_of_a_sound_log_passes(judged: Callable[[], Verdict]) -> None:
    assert judged().outcome == "passed"


@pytest.mark.parametrize(
    ("fault", "rule", "outcome"),
    [
        ("update raw.batches set received = received + 1", "landing_conserves", "failed"),
        ("update raw.batches set batch_id = batch_id + 1 where batch_id = 2", "batches_are_gapless", "failed"),
        ("update raw.events set occurred_at = '1999-12-31 00:00:00+00'", "times_are_after_2000", "failed"),
        ("update raw.events set occurred_at = '2027-01-01 00:00:00+00'", "times_are_not_in_the_future", "failed"),
        ("update raw.batches set landed_at = landed_at - interval 3 days", "landing_is_fresh", "warned"),
        ("delete from raw.batches", "something_landed", "failed"),
        (
            'insert into raw.dead_letters by name select topic, 1 as generation, 0 as partition, range as "offset",'
            " 0 as batch_id, landed_at, 'not_json' as reason, '' as detail from raw.events, range(40)"
            " where event_id = 'S1-0-usual'",
            "dead_letters_are_few",
            "failed",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value and " " not in value else "",
)
def test_gate_with_a_planted_fault_names_its_rule(
    built: Settings, land_visits: Land, judged: Callable[[], Verdict], fault: str, rule: str, outcome: str
) -> None:
    land_visits(built, "S3E9", 1)
    plant(built, fault)

    found = judged()

    assert rule in {one.rule for one in found.findings if not one.passed}
    assert found.outcome == outcome


def test_gate_without_a_mart_that_a_rule_needs_fails(built: Settings) -> None:
    found = gate.judge(built, build_id="000001-x", last_batch=0, suites=[MARTS])

    assert found.outcome == "failed"
    assert {"can_be_judged"} == {one.rule for one in found.failures}
    assert "there is no mart_conversion_funnel" in found.failures[0].says
