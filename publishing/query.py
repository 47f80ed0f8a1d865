"""`uplog query`: SQL over a published file, read-only, without a way out of it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from expectations.manifest import FILES
from ingestion.databases import Config, reading
from ingestion.errors import UplogError, UsageError
from ingestion.settings import Settings

NO_EXTENSIONS: Config = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
_LOCKED: Config = {"enable_external_access": False, **NO_EXTENSIONS}


@dataclass(frozen=True)
class Answer:
    """Columns and rows of one query; `is_cut` when there were more rows than asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool


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


def query(settings: Settings, sql: str, *, file: str = "marts", limit: int | None = None) -> Answer:
    """Run one statement over `published/<file>.duckdb`. Reading other files or changing settings is refused.

    Raises:
        UsageError: no such file, or SQL that does not run (names the reason).
        UplogError: nothing is published yet.
    """
    with reading(published_file(settings, file), _LOCKED) as connection:
        connection.execute("set timezone = 'UTC'; set lock_configuration = true")
        try:
            asked = connection.execute(sql)
            columns = tuple(column[0] for column in asked.description or ())
            rows = asked.fetchall() if limit is None else asked.fetchmany(limit + 1)
        except duckdb.Error as wrong:
            raise in_one_line(wrong) from None
    is_cut = limit is not None and len(rows) > limit
    return Answer(columns, tuple(rows[:limit] if is_cut else rows), is_cut)


def in_one_line(wrong: Exception) -> UsageError:
    """What DuckDB says of SQL that does not run, without the SQL it quotes."""
    first, *rest = (line.strip() for line in str(wrong).splitlines() if line.strip())
    hint = next((line for line in rest if line.startswith(("Did you mean", "Candidate"))), "")
    return UsageError(first, hint or "`select table_name from duckdb_tables()` lists what there is")
