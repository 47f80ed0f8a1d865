"""What a log holds, table by table and landing day by landing day, as counts and order-free hashes.

Two logs with equal contents hold the same rows, whatever the files look like. Reading contents reads every
value, and DuckDB compares every block it reads with the block's checksum: damage shows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

_DAY = "make_date(((epoch_us(landed_at) + 28800000000) // 86400000000)::integer)"
"""The day of Asia/Shanghai (8 hours ahead, without daylight saving since 1991), without the time zone extension."""


@dataclass(frozen=True)
class Key:
    """Rows of `table` whose batch landed on `day` (Asia/Shanghai); None: a table without batches, as a whole."""

    table: str
    day: date | None

    def __str__(self) -> str:
        return self.table if self.day is None else f"{self.table} of {self.day.isoformat()}"


@dataclass(frozen=True)
class Content:
    """So many rows; `digest` is the sum of 64 bits of each row's md5, so that order does not count."""

    rows: int
    digest: str


def contents(connection: duckdb.DuckDBPyConnection) -> dict[Key, Content]:
    """Everything the open log holds, in the order of tables and days.

    Rows of a batch that `raw.batches` does not name are under no key: conservation finds them.
    """
    found = {}
    for table, columns in tables(connection).items():
        if "batch_id" not in columns:
            rows = connection.execute(f"select null, {measured(columns)} from raw.{table}").fetchall()
        else:
            rows = connection.execute(
                f"with days as (select batch_id, {_DAY} as day from raw.batches)"
                f" select day, {measured(columns)} from raw.{table} join days using (batch_id)"
                " group by day order by day"
            ).fetchall()
        found.update({Key(table, day): Content(count, digest) for day, count, digest in rows})
    return found


def tables(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, ...]]:
    """The columns of every table of the log."""
    rows = connection.execute(
        "select table_name, list(column_name order by column_index) from duckdb_columns()"
        " where schema_name = 'raw' and database_name = current_database() group by table_name order by table_name"
    ).fetchall()
    return {table: tuple(columns) for table, columns in rows}


def measured(columns: Sequence[str]) -> str:
    """The SQL of `Content` over rows with these columns; equal on every version of DuckDB, unlike its `hash`."""
    values = ", ".join(f"coalesce(\"{name}\"::varchar, '\\N')" for name in columns)
    return f"count(*), coalesce(sum(md5_number_lower(concat_ws(chr(31), {values}))), 0)::varchar"


def last_batch(connection: duckdb.DuckDBPyConnection) -> int:
    """The number of the last batch; 0: none."""
    row = connection.execute("select coalesce(max(batch_id), 0) from raw.batches").fetchone()
    return int(row[0]) if row else 0


def history(connection: duckdb.DuckDBPyConnection, last: int) -> str:
    """A text that is equal for two logs only if their batches up to `last` are the same.

    A log that lost its last batches and landed the same records again has another one. By the columns that every
    format has.
    """
    columns = ("batch_id", "landed_at", "received", "events", "duplicates", "dead")
    row = connection.execute(f"select {measured(columns)} from raw.batches where batch_id <= ?", [last]).fetchone()
    return "/".join(str(value) for value in row or ())


def batches_by_day(connection: duckdb.DuckDBPyConnection) -> Mapping[date, tuple[range, ...]]:
    """The batches that landed on each day, as ranges of their numbers."""
    rows = connection.execute(
        f"select {_DAY} as day, list(batch_id order by batch_id) from raw.batches group by day order by day"
    ).fetchall()
    return {day: tuple(_ranges(numbers)) for day, numbers in rows}


def _ranges(numbers: Sequence[int]) -> Iterator[range]:
    start = previous = numbers[0]
    for number in numbers[1:]:
        if number != previous + 1:
            yield range(start, previous + 1)
            start = number
        previous = number
    yield range(start, previous + 1)
