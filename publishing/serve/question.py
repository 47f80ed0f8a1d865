"""One question to a published file, in a DuckDB of its own: what it does there ends with it.

A database opened twice in a process is one to DuckDB, with one lock, one memory limit and, after an erasure, the file
as it was before. So the file is attached, read-only, to a database in memory, which is then closed to everything else.
The statement is one select by DuckDB's own parser, and it calls only table functions that neither read nor write
outside: `enable_logging` into a file is let pass by locked settings and ends the whole process when it may not write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import duckdb

from ingestion.databases import in_memory
from ingestion.errors import UsageError
from publishing.export import chosen
from publishing.export_formats import Table, quoted
from publishing.query import NO_EXTENSIONS
from publishing.serve.answers import parts
from publishing.serve.settings import ServeSettings

LISTING = "GET /tables lists what there is"
_TABLE_FUNCTIONS = {
    *("range", "generate_series", "unnest", "repeat", "json_each", "json_tree"),
    *("duckdb_tables", "duckdb_columns", "duckdb_types", "duckdb_functions"),
}
_SPILLED = "4GiB"


class Question:
    """Opened, asked, read and closed in worker threads, one step at a time; only `interrupt` may come between."""

    def __init__(self, source: Path, spill: Path, serving: ServeSettings) -> None:
        self._open = ExitStack()
        self._source = source
        self._spill = spill
        self._serving = serving
        self._connection: duckdb.DuckDBPyConnection | None = None

    def tables(self, names: tuple[str, ...] = ()) -> tuple[Table, ...]:
        """The tables of the file, described.

        Raises:
            UsageError: no such table; names the nearest.
        """
        return chosen(self._opened(), names, self._source.stem, LISTING)

    def table(self, name: str, format: str) -> Iterator[bytes]:
        """All rows of a table."""
        self.tables((name,))
        return self._asked(f"select * from {quoted(name)}", format)

    def rows(self, sql: str, format: str) -> Iterator[bytes]:
        """The answer to SQL.

        Raises:
            UsageError: it is not one select, or leaves the file.
            duckdb.Error, OSError: it does not run.
        """
        _check(self._opened(), sql)
        return self._asked(sql, format)

    def interrupt(self) -> None:
        """End what runs; to be repeated until it has ended, since a statement that only begins forgets it."""
        with suppress(duckdb.Error):  # just closed
            if self._connection is not None:
                self._connection.interrupt()

    def close(self) -> None:
        """Gives memory and spilled files back."""
        self._connection = None
        self._open.close()

    def _opened(self) -> duckdb.DuckDBPyConnection:
        connection = self._open.enter_context(in_memory(self._spill))
        limits = (f"set memory_limit = '{self._serving.memory_mb}MiB'", f"set threads = {self._serving.threads}")
        closed = (f"set {name} = {value}" for name, value in NO_EXTENSIONS.items())
        path = str(self._source).replace("'", "''")
        connection.execute(
            "; ".join(
                (
                    *limits,
                    *closed,
                    f"set max_temp_directory_size = '{_SPILLED}'",
                    f"attach '{path}' as published (read_only)",
                    "use published",
                    "set timezone = 'UTC'",
                    "set enable_progress_bar = false",
                    "set python_enable_replacements = false",
                    "set enable_external_access = false",
                    "set lock_configuration = true",
                )
            )
        )
        self._connection = connection
        return connection

    def _asked(self, sql: str, format: str) -> Iterator[bytes]:
        assert self._connection is not None
        return parts(self._connection.sql(sql), format)


def _check(connection: duckdb.DuckDBPyConnection, sql: str) -> None:
    statements = connection.extract_statements(sql)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError("only one statement is taken, a select", "ask one question a call")
    row = connection.execute("select json_serialize_sql(?::varchar)", [sql]).fetchone()
    tree = json.loads(row[0]) if row else {}
    if tree.get("error", True):
        raise UsageError("this kind of select is not taken", "ask with select, from, with, describe or summarize")
    for name in _table_functions(tree):
        if name.lower() not in _TABLE_FUNCTIONS:
            raise UsageError(f"the table function {name[:60]} is not taken", LISTING)


def _table_functions(tree: Any) -> Iterator[str]:
    """Names of the functions that stand where a table may."""
    left = [tree]
    while left:
        node = left.pop()
        if isinstance(node, dict):
            if node.get("type") == "TABLE_FUNCTION":
                yield str(node.get("function", {}).get("function_name", ""))
            left.extend(node.values())
        elif isinstance(node, list):
            left.extend(node)
