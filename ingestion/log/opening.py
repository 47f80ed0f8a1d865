"""Opening log.duckdb: the only module that does, for writing or for reading.

DuckDB lets one process write or many read. A file that does not open, or whose blocks do not match their
checksums, is `Damaged` with its name and what to do, never a stack trace.
"""

from __future__ import annotations

import gc
import os
import re
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import duckdb

from ingestion.databases import reading
from ingestion.durable import for_owner_alone
from ingestion.errors import Damaged, InUse, PassingFault, UplogError
from ingestion.log.lock import held
from ingestion.log.steps import is_behind, migrate
from ingestion.settings import Settings

_QUIET = "set timezone = 'UTC'; set enable_progress_bar = false"  # the bar would go to standard output
_CONFIG: dict[str, str | bool | int | float | list[str]] = {"storage_compatibility_version": "latest"}
_MEMORY = "200MB"
_READERS_SECONDS = 5.0
"""How long readers may keep a writer waiting."""

_HOLDER = re.compile(r"PID (\d+)")
_BROKEN = re.compile(
    r"corrupt|checksum|not a valid DuckDB|deserializ|replaying WAL|enough bytes|invalidated|INTERNAL", re.IGNORECASE
)


@contextmanager
def open_for_writing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log, made or brought up to this version, locked against other writers; closed at the end of the block.

    Raises:
        InUse: another process writes it, or readers hold it for seconds; names the pid.
        Damaged: the file or its write-ahead log does not open or does not add up.
        PassingFault: the disk is full or refuses.
    """
    with writing_lock(settings), opened(settings) as connection:
        yield connection


def writing_lock(settings: Settings) -> AbstractContextManager[None]:
    """The lock of whoever writes the log, also between the times it has the file open.

    Raises:
        InUse: another process holds it; names its pid.
    """
    return held(settings.log_path.with_suffix(".lock"), str(settings.log_path))


@contextmanager
def opened(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log for the holder of `writing_lock`; errors as `open_for_writing`."""
    path = settings.log_path
    with writable(path) as connection:
        migrate(connection)
        for file in (path, wal_of(path)):  # made by somebody else, or copied
            if file.exists():
                file.chmod(0o600)
        yield connection


@contextmanager
def writable(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The file at `path` as it is, or a new one without a table; errors as `open_for_writing`."""
    with for_owner_alone():  # DuckDB makes the write-ahead log at the first commit
        connection = _waited(path)
        try:
            with naming_damage(path):
                connection.execute(f"{_QUIET}; set memory_limit = '{_MEMORY}'; set threads = 2")
                yield connection
        finally:
            with naming_damage(path):
                connection.close()


def wal_of(path: Path) -> Path:
    """DuckDB's write-ahead log of the file at `path`: there while it is open for writing, and after a kill."""
    return path.with_name(f"{path.name}.wal")


@contextmanager
def open_for_reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log at `path`, read-only.

    Raises:
        UplogError: there is none yet.
        InUse: a process is writing it; names its pid.
        Damaged: it does not open.
    """
    if not path.exists():
        raise UplogError(f"there is no log at {path}", "land something first with `uplog land`")
    with naming_damage(path), reading(path) as connection:
        connection.execute(_QUIET)
        yield connection


@contextmanager
def open_up_to_date(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The log, read-only; one that an earlier version left is brought up to this one first.

    Raises:
        UplogError: there is none yet, or it was made by a newer version.
        InUse: a process is writing it; names its pid.
        Damaged: it does not open.
    """
    with open_for_reading(settings.log_path) as log:
        behind = is_behind(log)
    if behind:
        with open_for_writing(settings):
            pass
    with open_for_reading(settings.log_path) as log:
        yield log


@contextmanager
def naming_damage(path: Path) -> Iterator[None]:
    """Turns DuckDB's errors about the file into ours."""
    try:
        yield
    except duckdb.Error as wrong:
        raise _named(wrong, path) from wrong


def _waited(path: Path) -> duckdb.DuckDBPyConnection:
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + _READERS_SECONDS
    while True:
        try:
            with naming_damage(path):
                return duckdb.connect(path, config=_CONFIG)
        except InUse as held_by:
            if time.monotonic() >= until:
                raise
            if not isinstance(held_by.__cause__, duckdb.IOException):
                gc.collect()  # not another process: what failed in this one holds it, in its traceback
            time.sleep(0.05)


def _named(wrong: duckdb.Error, path: Path) -> UplogError | duckdb.Error:
    text = str(wrong)
    if any(said in text for said in ("Conflicting lock", "different configuration", "already attached by database")):
        found = _HOLDER.search(text)
        pid = found[1] if found else str(os.getpid())
        return InUse(f"{path} is in use by pid {pid}", "wait for it to end, or stop it")
    if isinstance(wrong, duckdb.FatalException | duckdb.InternalException | duckdb.SerializationException):
        return Damaged(f"{path} does not open")
    if isinstance(wrong, duckdb.IOException | duckdb.HTTPException | duckdb.InvalidInputException):
        if _BROKEN.search(text):
            return Damaged(f"{path} does not open")
        if isinstance(wrong, duckdb.IOException):
            return PassingFault(
                f"{path} cannot be read or written: {text.splitlines()[0]}", "see whether disk and rights allow it"
            )
    return wrong
