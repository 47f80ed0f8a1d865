"""The gate as Dagster's checks: what it finds of the log or of a fact stops what lies below the marts as well."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from dagster import AssetKey, AssetsDefinition, Definitions, ExecuteInProcessResult, asset, in_process_executor

from expectations.engine import Finding
from expectations.gate import Verdict
from ingestion.settings import Settings
from orchestration.assets import gate
from publishing import publication

MARTS = [AssetKey("mart_a"), AssetKey("mart_b")]


def finding(table: str, severity: str = "critical", *, passed: bool = False) -> Finding:
    return Finding("any", f"rule_of_{table}", severity, table, "says", passed, 1, 1, ())


def run(monkeypatch: pytest.MonkeyPatch, *found: Finding) -> ExecuteInProcessResult:
    """Two marts, the gate that found this of them, and files below both."""
    judged = Verdict("000001-x", datetime(2026, 10, 13, tzinfo=UTC), found)
    monkeypatch.setattr(publication, "validate", lambda _: judged)
    marts: list[AssetsDefinition] = [asset(lambda: None, key=key) for key in MARTS]
    below = asset(lambda: None, key="files", deps=MARTS)
    graph = Definitions(assets=[*marts, below], asset_checks=[gate(MARTS)], executor=in_process_executor)
    return graph.resolve_implicit_global_asset_job_def().execute_in_process(raise_on_error=False)


def passed(done: ExecuteInProcessResult) -> dict[str, bool]:
    return {one.asset_key.to_user_string(): one.passed for one in done.get_asset_check_evaluations()}


def made(done: ExecuteInProcessResult) -> set[AssetKey | None]:
    return {event.asset_key for event in done.get_asset_materialization_events()}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("table", ["raw.batches", "raw.dead_letters", "fct_platform_scores"])
def test_a_critical_finding_of_the_log_or_a_fact_stops_what_is_below_the_marts(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch, table: str
) -> None:
    done = run(monkeypatch, finding(table), finding("mart_a", passed=True))
    assert passed(done) == {"mart_a": False, "mart_b": False}
    assert made(done) == set(MARTS)


@pytest.mark.filterwarnings("ignore")
def test_a_critical_finding_of_a_mart_is_shown_on_it_and_a_warning_stops_nothing(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = run(monkeypatch, finding("mart_b"), finding("mart_a", "warning"))
    assert passed(done) == {"mart_a": False, "mart_b": False}
    assert made(done) == set(MARTS)

    warned = run(monkeypatch, finding("mart_a", "warning"))
    assert passed(warned) == {"mart_a": False, "mart_b": True}
    assert made(warned) == {*MARTS, AssetKey("files")}
