"""`uplog query`: SQL over a published file, read-only, without a way out of it."""

from __future__ import annotations

import re
from concurrent.futures import Future
from dataclasses import dataclass
from threading import Thread
from typing import Any

import duckdb

from ingestion.databases import Config
from ingestion.errors import UsageError
from ingestion.settings import Settings
from publishing.published import in_another, opened, published_file

NO_EXTENSIONS: Config = {"autoload_known_extensions": False, "autoinstall_known_extensions": False}
_MISSING = re.compile(r"Table with name (\w+) does not exist")
_LOCKED: Config = {"enable_external_access": False, **NO_EXTENSIONS}


@dataclass(frozen=True)
class Answer:
    """Columns and rows of one query; `is_cut` when there were more rows than asked for."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    is_cut: bool


def query(settings: Settings, sql: str, *, file: str = "marts", limit: int | None = None) -> Answer:
    """Run one statement over `published/<file>.duckdb`. Reading other files or changing settings is refused.

    Ctrl-C ends it at once.

    Raises:
        UsageError: no such file, a limit below 0, or not one statement that runs (names the reason).
        UplogError: nothing is published yet.
        Damaged: the file does not open.
    """
    if limit is not None and limit < 0:
        raise UsageError(f"there are no rows up to {limit}", "give a limit of 0 or more")
    source = published_file(settings, file)
    with opened(source, _LOCKED) as connection:
        connection.execute("set lock_configuration = true")
        try:
            _require_one(len(connection.extract_statements(sql)))
            columns, rows = _interruptible(connection, sql, limit)
        except duckdb.Error as wrong:
            missing = _MISSING.search(str(wrong))
            raise (missing and in_another(source, missing[1])) or in_one_line(wrong) from None
    is_cut = limit is not None and len(rows) > limit
    return Answer(columns, tuple(rows[:limit] if is_cut else rows), is_cut)


def _interruptible(
    connection: duckdb.DuckDBPyConnection, sql: str, limit: int | None
) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Columns, and rows up to one more than the limit.

    DuckDB looks for Ctrl-C only now and then, and never in a long join: the question has a thread of its own.
    """

    answer: Future[tuple[tuple[str, ...], list[tuple[Any, ...]]]] = Future()

    def ask() -> None:
        try:
            result = connection.execute(sql)
            columns = tuple(column[0] for column in result.description or ())
            answer.set_result((columns, result.fetchall() if limit is None else result.fetchmany(limit + 1)))
        except BaseException as wrong:
            answer.set_exception(wrong)

    thread = Thread(target=ask, daemon=True)
    try:
        thread.start()
        while thread.is_alive():
            thread.join(0.5)  # not for good: a Ctrl-C just before it waits would not wake it
        return answer.result()
    except KeyboardInterrupt:
        while thread.is_alive():  # an interrupt before the question began would be lost
            connection.interrupt()
            thread.join(0.1)
        raise


def _require_one(statements: int) -> None:
    if statements != 1:
        what = "only one statement is taken" if statements else "there is no SQL"
        raise UsageError(what, 'ask one question, like "from mart_conversion_funnel limit 5"')


def in_one_line(wrong: Exception) -> UsageError:
    """What DuckDB says of SQL that does not run, without the SQL it quotes."""
    first, *rest = (line.strip() for line in str(wrong).splitlines() if line.strip())
    hint = next((line for line in rest if line.startswith(("Did you mean", "Candidate"))), "")
    return UsageError(first, hint or "`select table_name from duckdb_tables()` lists what there is")
