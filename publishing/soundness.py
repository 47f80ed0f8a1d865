"""Whether a DuckDB file, or a whole build, reads: every value, so that DuckDB compares every block's checksum."""

from __future__ import annotations

from pathlib import Path

from expectations.manifest import FILES
from ingestion.databases import reading
from ingestion.errors import Damaged
from ingestion.log.opening import naming_damage
from publishing.files import GROUPS


def assert_reads(path: Path) -> None:
    """Reads all of the file at `path`.

    Raises:
        Damaged: it is gone, does not open, or a block of it does not read.
        InUse: a process writes it; names its pid.
    """
    if not path.exists():
        raise Damaged(f"{path} is gone")
    with naming_damage(path), reading(path) as connection:
        connection.execute("set memory_limit = '400MB'; set enable_progress_bar = false")
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        for schema, table in tables:
            connection.execute(f'select sum(hash(one)) from "{schema}"."{table}" as one').fetchall()


def assert_build_reads(folder: Path) -> None:
    """Reads all of the published build in `folder`, also the groups that the next publication asks for.

    Raises:
        Damaged: a file is gone, does not open, or a block of it does not read.
    """
    for file in FILES:
        assert_reads(folder / f"{file}.duckdb")
    if (groups := folder / GROUPS).exists():  # earlier versions kept none
        assert_reads(groups)
