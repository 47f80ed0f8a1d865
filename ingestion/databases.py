"""DuckDB connections that read: what does not fit in memory is spilled into files, closed to others like the database.

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
