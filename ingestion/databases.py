"""DuckDB connections that read, and what DuckDB spills: what does not fit in memory goes into files beside the
database, closed to others like it.

DuckDB would write those of a database in memory into `.tmp` of the working directory, and all as the umask says.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from ingestion.durable import for_owner_alone

Config = dict[str, str | bool | int | float | list[str]]
"""DuckDB's settings, as it takes them when it connects."""

SPILLED = "duckdb_temp_*"
"""What DuckDB moved out of memory, in `<database>.tmp/`: a killed process leaves it, and the next one does not look."""


def drop_spilled(database: Path) -> None:
    """Remove what killed processes left of `database`; for whoever alone works on it."""
    for path in Path(f"{database}.tmp").glob(SPILLED):
        path.unlink(missing_ok=True)


@contextmanager
def reading(path: Path, config: Config | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The database at `path`, read-only; it spills beside itself."""
    with for_owner_alone(), closing(duckdb.connect(path, read_only=True, config=config or {})) as connection:
        yield connection


@contextmanager
def in_memory(beside: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory, to attach others to; it spills beside the file it is asked for."""
    config: Config = {"temp_directory": f"{beside}.tmp"}
    with for_owner_alone(), closing(duckdb.connect(":memory:", config=config)) as connection:
        yield connection
