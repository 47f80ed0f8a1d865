"""The files that are current, found and opened for their readers: query, export, server, report, a person's page."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb

from expectations.manifest import FILES
from ingestion.databases import Config, reading
from ingestion.errors import UplogError, UsageError
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings


def published_file(settings: Settings, file: str) -> Path:
    """The database of the build that is current, by its own path: a publication meanwhile changes nothing.

    Raises:
        UsageError: no such file.
        UplogError: nothing is published yet.
    """
    if file not in FILES:
        near = difflib.get_close_matches(file, FILES, n=1)
        raise UsageError(f"unknown file {file!r}", f"did you mean {near[0]}?" if near else f"one of {', '.join(FILES)}")
    path = settings.published_path / f"{file}.duckdb"
    if not path.exists():
        raise UplogError("nothing is published yet", "run `uplog build` and `uplog publish` first")
    return path.resolve()


def in_another(source: Path, table: str) -> UsageError | None:
    """What to say of a table that `source` lacks and another file of its build has; None where none that opens does."""
    for file in FILES:
        other = source.with_name(f"{file}.duckdb")
        with suppress(UplogError, duckdb.Error, OSError), opened(other) as connection:
            if connection.execute("select 1 from duckdb_tables() where table_name = ?", [table]).fetchone():
                return UsageError(f"{table} is not in {source.stem}, but in {file}", f"give `--file {file}`")
    return None


@contextmanager
def opened(source: Path, config: Config | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A published file, read-only, instants in UTC; without DuckDB's progress bar, which goes to standard output.

    Raises:
        Damaged: it does not open.
    """
    with naming_damage(source), reading(source, config) as connection:
        connection.execute("set timezone = 'UTC'; set enable_progress_bar = false")
        yield connection
