"""What DuckDB spills to the disk lies beside the database it comes from and is closed to others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from threading import Event, Thread

import duckdb
import pytest

from ingestion.databases import in_memory, reading

LARGE = "select count(*) from (select name, row_number() over (order by name) from {names})"


@pytest.fixture
def names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A database that does not fit into 50 MB once it is sorted; the umask lets others read."""
    path = tmp_path / "home" / "names.duckdb"
    path.parent.mkdir()
    with duckdb.connect(str(path)) as made:
        made.execute("create table names as select md5(range::varchar) as name from range(1000000)")
    before = os.umask(0o022)
    monkeypatch.chdir(tmp_path)
    yield path
    os.umask(before)


def spilled(connection: duckdb.DuckDBPyConnection, sql: str, folder: Path) -> dict[str, int]:
    """The files that stood under `folder` while `sql` ran with little memory, with their modes."""
    seen: dict[str, int] = {}
    ended = Event()

    def look() -> None:
        while not ended.wait(0.005):
            for path in folder.rglob("*.tmp"):
                try:
                    seen[str(path.relative_to(folder))] = path.stat().st_mode & 0o777
                except FileNotFoundError:
                    continue

    looking = Thread(target=look)
    looking.start()
    try:
        connection.execute("set memory_limit = '50MB'; set threads = 2")
        connection.execute(sql).fetchall()
    finally:
        ended.set()
        looking.join()
    return seen


def test_spill_of_a_database_that_is_read_is_its_owners_alone(names: Path, tmp_path: Path) -> None:
    with reading(names) as connection:
        seen = spilled(connection, LARGE.format(names="names"), tmp_path)

    assert "home/names.duckdb.tmp" in seen
    assert len(seen) > 1
    assert {mode & 0o077 for mode in seen.values()} == {0}


def test_spill_of_a_database_in_memory_lies_beside_the_one_it_reads(names: Path, tmp_path: Path) -> None:
    with in_memory(names) as connection:
        connection.execute(f"attach '{names}' as other (read_only)")
        seen = spilled(connection, LARGE.format(names="other.names"), tmp_path)

    assert "home/names.duckdb.tmp" in seen
    assert all(where.startswith("home/names.duckdb.tmp") for where in seen)
    assert {mode & 0o077 for mode in seen.values()} == {0}
