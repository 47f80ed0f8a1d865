"""What Dagster's sensors ask for, once and again, and what the failure sensor says: without a broker or a daemon."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from dagster import (
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRequest,
    SkipReason,
    build_run_status_sensor_context,
    build_sensor_context,
)

from ingestion.settings import Settings
from orchestration import automation, status
from orchestration.automation import dropped_files, failed_run, lag

EXAMPLE = Path(__file__).parents[2] / "examples" / "hr.store.json"


@pytest.fixture
def instance() -> Iterator[DagsterInstance]:
    with DagsterInstance.ephemeral() as held:
        yield held


@pytest.fixture
def behind(fresh: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Three records in Kafka that have not landed, and a file in the drop folder."""
    monkeypatch.setattr(status, "ends_and_lag", lambda _: ("hr:0@a=3", 3))
    file = fresh.home / "inbox" / "hr.store" / "stores.json"
    file.parent.mkdir(parents=True)
    file.write_bytes(EXAMPLE.read_bytes())
    os.utime(file, (1, 1))


def ask(sensor: str, instance: DagsterInstance) -> RunRequest | SkipReason:
    said = {"lag": lag, "dropped_files": dropped_files}[sensor](build_sensor_context(instance=instance))
    assert isinstance(said, RunRequest | SkipReason)
    return said


def started(instance: DagsterInstance, sensor: str, asked: RunRequest) -> DagsterRun:
    """The run that Dagster makes of what was asked for."""
    name = {"lag": "land", "dropped_files": "import_inbox"}[sensor]
    tags = {**asked.tags, "dagster/run_key": str(asked.run_key)}
    return instance.add_run(DagsterRun(job_name=name, tags=tags, status=DagsterRunStatus.STARTED))


@pytest.mark.parametrize("sensor", ["lag", "dropped_files"])
def test_sensor_asks_again_some_time_after_its_run_has_failed(
    behind: None, instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch, sensor: str
) -> None:
    """Dagster makes one run of a key, whatever becomes of it: what waits would wait for more to come."""
    first = ask(sensor, instance)
    assert isinstance(first, RunRequest)
    run = started(instance, sensor, first)
    said = ask(sensor, instance)
    assert isinstance(said, SkipReason)
    assert "started" in str(said.skip_message)

    instance.report_run_failed(run)
    said = ask(sensor, instance)
    assert isinstance(said, SkipReason)
    assert "failure" in str(said.skip_message)
    monkeypatch.setattr(automation, "AGAIN_SECONDS", 0)
    second = ask(sensor, instance)
    assert isinstance(second, RunRequest)
    assert second.run_key != first.run_key

    started(instance, sensor, second)
    assert isinstance(ask(sensor, instance), SkipReason)


def test_run_that_fails_before_its_first_step_is_told_as_well(
    instance: DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its process dies, or its code does not load: there is no step whose failure says why."""
    run = instance.add_run(DagsterRun(job_name="whole_way", status=DagsterRunStatus.STARTED))
    event = instance.report_run_failed(run)
    said: list[str] = []
    context = build_run_status_sensor_context("failed_run", event, instance, run).for_run_failure()
    monkeypatch.setattr(context.log, "error", said.append)
    failed_run(context)
    (line,) = said
    assert line.startswith("whole_way: ")
    assert "uplog doctor" in line
