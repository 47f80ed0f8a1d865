"""Verifying: equal to the log or not, and which rows; what is behind, gone, damaged; nothing is left behind."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import datetime

import duckdb
import pytest

from ingestion.errors import Damaged, InUse, UplogError
from ingestion.settings import Settings
from orchestration import build as runner
from orchestration.cli import main
from orchestration.verify import verify
from publishing import history

Land = Callable[[Settings, str, int], datetime]


def change(settings: Settings, sql: str) -> None:
    with duckdb.connect(settings.warehouse_path) as warehouse:
        warehouse.execute(sql)


def test_verify_of_an_increment_behind_the_log_compares_what_it_has_read_and_leaves_nothing(
    built: Settings, land_visits: Land
) -> None:
    land_visits(built, "S3E9", 1)
    assert not runner.build(built).is_full
    land_visits(built, "S3E9", 2)
    before = {path for path in built.home.rglob("*") if path.is_file()}

    done = verify(built)

    assert done.compared.differences == ()
    assert (done.batch_id, done.waiting, done.compared.tables) == (2, 1, 7)
    assert done.compared.rows > 40
    assert {path for path in built.home.rglob("*") if path.is_file()} - before <= set(built.home.glob("dbt/logs/*"))


def test_verify_of_a_changed_warehouse_exits_5_with_one_line_that_names_the_rows(
    built: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    change(built, "update mart_visits_daily set visits = visits + 1 where store_id = 'S2'")
    change(built, "update fct_visits set employee_id = 'S9E9' where visit_id = 'S2-1-usual'")

    assert main(["verify", "--json"]) == 5

    said = capsys.readouterr()
    assert len(json.loads(said.out)["compared"]["differences"]) == 2
    (line,) = said.err.splitlines()
    assert "fct_visits differs in 1 rows: visit_id=S2-1-usual: employee_id is (not shown)" in line
    assert "(and 1 more tables): `uplog build --full`" in line
    assert "S9E9" not in said.out + said.err


def test_verify_of_a_log_behind_the_warehouse_is_damage(built: Settings, land_visits: Land) -> None:
    land_visits(built, "S3E9", 1)
    runner.build(built)
    with duckdb.connect(built.log_path) as log:
        log.execute(
            "delete from raw.events where batch_id = 2; delete from raw.batches where batch_id = 2;"
            " update raw.offsets set next_offset = next_offset - 1"
        )

    with pytest.raises(Damaged, match="ends at batch 1, the warehouse has read batch 2"):
        verify(built)


def test_verify_of_a_log_that_does_not_add_up_is_damage(built: Settings) -> None:
    with duckdb.connect(built.log_path) as log:
        log.execute("delete from raw.events where event_id = 'S2-1-usual'")

    with pytest.raises(Damaged, match="sums do not come out"):
        verify(built)


def test_verify_before_building_or_after_a_change_of_the_project_says_what_to_do(
    small_house: Settings, built: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("orchestration.verify.project_hash", lambda: "another")
    with pytest.raises(UplogError, match="project has changed"):
        verify(built)
    built.warehouse_path.unlink()
    with pytest.raises(UplogError, match="no warehouse to verify"):
        verify(built)


def test_verify_beside_a_build_names_its_pid(built: Settings) -> None:
    with history.holding_warehouse(built), pytest.raises(InUse, match="pid"):
        verify(built)


def test_verify_of_a_damaged_published_file_names_it(published: Settings) -> None:
    path = (published.published_path / "detail.duckdb").resolve()
    whole = path.read_bytes()
    path.chmod(0o600)
    path.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(Damaged, match=r"detail\.duckdb"):
        verify(published)


@pytest.mark.filterwarnings("ignore")
def test_proof_in_dagster_says_what_differs_and_a_failed_one_fires_the_sensor(
    built: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from dagster import (
        AssetKey,
        AssetSpec,
        DagsterInstance,
        Definitions,
        RunFailureSensorContext,
        build_run_status_sensor_context,
    )

    from orchestration import automation
    from orchestration.assets import equals_rebuild

    change(built, "update mart_visits_daily set visits = 99 where store_id = 'S2'")
    marts = AssetSpec(AssetKey(["published", "marts"]))
    graph = Definitions(assets=[marts], asset_checks=[equals_rebuild], jobs=[automation.verify])
    monkeypatch.setattr(RunFailureSensorContext, "log", logging.getLogger("sensor"))
    with DagsterInstance.ephemeral() as instance:
        done = graph.get_job_def("verify").execute_in_process(instance=instance, raise_on_error=False)
        (check,) = done.get_asset_check_evaluations()
        failure = next(event for event in done.all_events if event.is_run_failure)
        context = build_run_status_sensor_context("failed_run", failure, instance, done.dagster_run)
        automation.failed_run(context.for_run_failure())

    assert not check.passed
    assert "store_id=S2: visits is 99, by the log 3" in str(check.metadata["differences"].value)
    assert [one.message for one in caplog.records if one.name == "sensor"] == [f"verify: {automation._PROOF_FAILED}"]
