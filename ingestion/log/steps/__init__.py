"""Numbered steps of the log's schema, applied once each, in order."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from importlib.resources import files

import duckdb

from ingestion.errors import UplogError


def steps() -> list[tuple[int, str, str]]:
    """Number, name and SQL of every step this version knows."""
    found = []
    for file in files(__name__).iterdir():
        if file.name.endswith(".sql"):
            number, _, name = file.name.removesuffix(".sql").partition("_")
            found.append((int(number), name, file.read_text(encoding="utf-8")))
    return sorted(found)


def migrate(connection: duckdb.DuckDBPyConnection) -> None:
    """Brings the log's schema up to this version, one transaction a step.

    `raw.migrations.stamp` of step 1 is random and names this log, so that files beside it know whose they are.

    Raises:
        UplogError: the log was made by a newer version.
    """
    connection.execute(
        "create schema if not exists raw; create table if not exists raw.migrations("
        "step integer primary key, name varchar not null, applied_at timestamptz not null, stamp varchar not null)"
    )
    row = connection.execute("select coalesce(max(step), 0) from raw.migrations").fetchone()
    done = int(row[0]) if row else 0
    known = steps()
    if done > known[-1][0]:
        raise UplogError(f"the log is at step {done}, this version knows {known[-1][0]}", "install a newer uplog")
    for number, name, sql in known:
        if number <= done:
            continue
        connection.execute("begin")
        connection.execute(sql)
        connection.execute(
            "insert into raw.migrations values (?, ?, ?, ?)", [number, name, datetime.now(UTC), secrets.token_hex(8)]
        )
        connection.execute("commit")
