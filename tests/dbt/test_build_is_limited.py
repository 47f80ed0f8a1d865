"""A build keeps to the memory and threads it is given; what does not fit is spilled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration import dbt_runs
from orchestration.dbt_runs import dbt, dbt_environment

ASKED = "select current_setting('memory_limit') as memory, current_setting('threads') >= 1 as has_threads"


def test_build_gives_duckdb_the_memory_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, build_memory_mb=300)
    with open_for_writing(settings):
        pass
    shown = dbt(settings, settings.warehouse_path, ["show", "--inline", ASKED])
    [row] = shown.result.results[0].agate_table.rows
    assert tuple(row.values()) == ("300.0 MiB", True)


@pytest.mark.parametrize(
    ("machine", "given"), [("18.8 GiB", "4096MiB"), ("3.2 GiB", "3276MiB"), ("800.0 MiB", "800MiB")]
)
def test_build_takes_no_more_than_duckdb_would_of_a_small_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, machine: str, given: str
) -> None:
    asked = f"select '{machine}'"
    monkeypatch.setattr(dbt_runs, "_MEMORY", asked)
    with dbt_environment(Settings(home=tmp_path), tmp_path / "warehouse.duckdb"):
        assert os.environ["UPLOG_DUCKDB_MEMORY"] == given
