"""Numbered steps of the log's schema, applied once each, in order."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from importlib.resources import files

import duckdb

from ingestion.errors import UplogError
from ingestion.failpoints import failpoint

_MIGRATIONS = (
    "create schema if not exists raw; create table if not exists raw.migrations("
    "step integer primary key, name varchar not null, applied_at timestamptz not null, stamp varchar not null)"
)


def steps() -> list[tuple[int, str, str]]:
    """Number, name and SQL of every step this version knows."""
    found = []
    for file in files(__name__).iterdir():
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append((int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found)


def make_tables(connection: duckdb.DuckDBPyConnection, format: int) -> None:
    """The empty tables of a log at step `format`, for rows that come from elsewhere, those of raw.migrations too.

    Raises:
        UplogError: this version does not know that step.
    """
    connection.execute(_MIGRATIONS)
    known = steps()
    _assert_known(format, known)
    for number, _, sql in known:
        if number <= format:
            connection.execute(sql)


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Brings the log's schema up to this version, one transaction a step: killed, a step is repeated whole.

    `raw.migrations.stamp` of step 1 is random and names this log, so that files beside it know whose they are.

    Raises:
        UplogError: the log was made by a newer version.
    """
    connection.execute(_MIGRATIONS)
    done, known = format_of(connection), steps()
    _assert_known(done, known)
    for number, name, sql in known:
        if number <= done:
            continue
        connection.execute("begin")
        connection.execute(sql)
        failpoint("migrate.in_step")
        connection.execute(
            "insert into raw.migrations values (?, ?, ?, ?)", [number, name, datetime.now(UTC), secrets.token_hex(8)]
        )
        failpoint("migrate.before_commit")
        connection.execute("commit")
        failpoint("migrate.after_commit")


def format_of(connection: duckdb.DuckDBPyConnection) -> int:
    """The last step the open log has taken; 0: none."""
    row = connection.execute("select coalesce(max(step), 0) from raw.migrations").fetchone()
    return int(row[0]) if row else 0


def is_behind(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether an earlier version left the open log.

    Raises:
        UplogError: it was made by a newer version.
    """
    format, known = format_of(connection), steps()
    _assert_known(format, known)
    return format < known[-1][0]


def stamp_of(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the open log."""
    row = connection.execute("select stamp from raw.migrations where step = 1").fetchone()
    return str(row[0]) if row else ""


def _assert_known(format: int, known: list[tuple[int, str, str]]) -> None:
    if format > known[-1][0]:
        raise UplogError(f"the log is at step {format}, this version knows {known[-1][0]}", "install a newer uplog")
