"""The whole group's log, archived and restored on an empty machine, gives the same marts."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from expectations import manifest
from ingestion.archive import archive, restore
from ingestion.settings import Settings
from orchestration.build import build
from orchestration.comparing import OURS, REBUILT, compare
from tests.e2e.way import WholeWay


@pytest.mark.long
def test_restored_log_gives_the_same_marts(whole_way: WholeWay, tmp_path: Path) -> None:
    archive(whole_way.settings, tmp_path / "archive")
    machine = Settings(home=tmp_path / "machine")
    restore(machine, tmp_path / "archive")
    build(machine)

    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{whole_way.settings.warehouse_path}' as {OURS} (read_only)")
        connection.execute(f"attach '{machine.warehouse_path}' as {REBUILT} (read_only)")
        found = compare(connection, manifest.read(manifest.kept_at(machine)))
    assert found.differences == ()
