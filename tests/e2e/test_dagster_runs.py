"""Dagster's graph: it loads, its names are the tables' names, its job goes the whole way, its sensors tick."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    AssetKey,
    DagsterInstance,
    Definitions,
    RunRequest,
    SkipReason,
    build_sensor_context,
)

from ingestion import broker
from ingestion.imports import import_files
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from ingestion.sources import sources
from ingestion.topics import CONTROL, ensure_topics
from orchestration.automation import advice, dropped_files, lag, nightly, nightly_proof, weekly_rebuild

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with every example in Kafka and nothing landed."""
    held = Settings(home=tmp_path_factory.mktemp("dagster"))
    broker.start(held.home)
    ensure_topics(held)
    for source in (one for one in sources().values() if one.topic != CONTROL):
        import_files(held, source.name, [EXAMPLES / source.example], account=source.example_account)
    yield held
    broker.stop(held.home)


@pytest.fixture
def its_home(behind: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UPLOG_HOME", str(behind.home))
    read_settings.cache_clear()
    return behind


@pytest.fixture
def graph(its_home: Settings) -> Definitions:
    from orchestration.definitions import definitions

    return definitions()


@pytest.mark.filterwarnings("ignore")
def test_whole_way_job_lands_builds_judges_and_publishes(graph: Definitions, its_home: Settings) -> None:
    asked = list(lag(build_sensor_context()))
    assert [type(one) for one in asked] == [RunRequest]

    with DagsterInstance.ephemeral() as instance:
        done = graph.get_job_def("whole_way").execute_in_process(instance=instance)
    assert done.success
    assert (its_home.published_path / "marts.duckdb").exists()
    made = {event.asset_key for event in done.get_asset_materialization_events()}
    assert {AssetKey("mart_conversion_funnel"), AssetKey(["raw", "events"]), AssetKey(["published", "marts"])} <= made
    checks = done.get_asset_check_evaluations()
    assert "gate" in {check.check_name for check in checks}
    assert len(checks) > 40
    assert all(check.passed for check in checks if check.blocking)

    assert [type(one) for one in lag(build_sensor_context())] == [SkipReason]

    assert "equals_rebuild" not in {check.check_name for check in checks}


@pytest.mark.filterwarnings("ignore")
def test_asset_of_a_model_is_named_like_its_table(graph: Definitions) -> None:
    keys = graph.resolve_asset_graph().get_all_asset_keys()
    assert {AssetKey("fct_leads"), AssetKey("stg_autohome__lead"), AssetKey(["kafka", "leads_autohome"])} <= set(keys)


def test_schedules_run_in_shanghai() -> None:
    assert [(one.cron_schedule, one.execution_timezone) for one in (nightly, nightly_proof, weekly_rebuild)] == [
        ("30 2 * * *", "Asia/Shanghai"),
        ("30 3 * * *", "Asia/Shanghai"),
        ("0 4 * * 1", "Asia/Shanghai"),
    ]


def test_lag_sensor_without_a_broker_skips_with_what_to_do(fresh: Settings) -> None:
    (said,) = lag(build_sensor_context())
    assert isinstance(said, SkipReason)
    assert "uplog broker" in str(said.skip_message)


def test_dropped_file_sensor_asks_once_per_set_of_files(fresh: Settings) -> None:
    assert isinstance(next(iter(dropped_files(build_sensor_context()))), SkipReason)
    folder = fresh.home / "inbox" / "hr.store"
    folder.mkdir(parents=True)
    file = folder / "stores.json"
    file.write_bytes((EXAMPLES / "hr.store.json").read_bytes())
    os.utime(file, (1, 1))
    first, second = (next(iter(dropped_files(build_sensor_context()))) for _ in range(2))
    assert isinstance(first, RunRequest)
    assert first.run_key == second.run_key


def test_advice_on_a_failed_gate_says_readers_are_safe() -> None:
    assert "last good build" in advice("GateFailed")
    assert "uplog doctor" in advice(None)
