"""A build keeps to the memory and threads it is given; what does not fit is spilled."""

from __future__ import annotations

from pathlib import Path

from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration.dbt_runs import dbt

ASKED = "select current_setting('memory_limit') as memory, current_setting('threads') >= 1 as has_threads"


def test_build_gives_duckdb_the_memory_of_the_settings(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, build_memory_mb=300)
    with open_for_writing(settings):
        pass
    shown = dbt(settings, settings.warehouse_path, ["show", "--inline", ASKED])
    [row] = shown.result.results[0].agate_table.rows
    assert tuple(row.values()) == ("300.0 MiB", True)
