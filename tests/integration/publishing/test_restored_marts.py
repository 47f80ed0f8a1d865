"""A log restored on an empty machine gives the warehouse that the archived one gives."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb

from ingestion.archive import archive, restore
from ingestion.settings import Settings
from tests import kills, small_house


def tables(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


def test_restored_log_gives_the_same_warehouse(rebuilt: Settings, tmp_path: Path) -> None:
    archive(rebuilt, tmp_path / "archive")
    machine = Settings(home=tmp_path / "machine")

    restore(machine, tmp_path / "archive")
    assert kills.run(small_house.built, machine.home) == 0

    assert tables(machine.warehouse_path) == tables(rebuilt.warehouse_path)
