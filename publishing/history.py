"""The history of the warehouse's builds: operational, in home/history.sqlite, copied in at publishing.

It cannot be rebuilt from the log (seconds, gate, what was published when) and is excluded from the rebuild proof.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from ingestion.errors import Damaged, PassingFault
from ingestion.log.lock import held
from ingestion.settings import Settings
from publishing import layout

Outcome = Literal["running", "built", "failed"]
Gate = Literal["passed", "warned", "failed"]

_TABLE = """
create table if not exists builds (
  seq integer primary key,
  build_id text not null unique,
  started_at text not null,
  seconds real,
  events integer not null,
  batch_id integer not null,
  project text not null,
  is_full integer not null,
  outcome text not null,
  gate text,
  published integer not null default 0,
  log_history text not null default ''
)
"""
_SINCE = {"log_history": "text not null default ''"}
"""Columns that a history made by an earlier version lacks."""


@dataclass(frozen=True)
class Build:
    """One run of dbt over the warehouse: what it read (`events` of the log up to `batch_id`) and what became of it.

    `project` is the hash of the dbt project's files. `gate` is null until judged. `log_history` tells the batches it
    read from others of the same numbers (`ingestion.log.contents.history`); empty: not noted.
    """

    build_id: str
    started_at: datetime
    seconds: float | None
    events: int
    batch_id: int
    project: str
    is_full: bool
    outcome: Outcome
    gate: Gate | None
    published: bool
    log_history: str


_COLUMNS = [field.name for field in fields(Build)]


def start(home: Path, *, events: int, batch_id: int, project: str, is_full: bool, log_history: str = "") -> str:
    """Note that a build begins; its id: `000012-20261101T020000Z`, in order of beginning.

    Where a history was lost, numbers go on after the published builds that are kept, which are ordered by them.
    """
    began = datetime.now(UTC)
    with _open(home) as history:
        (noted,) = history.execute("select coalesce(max(seq), 0) from builds").fetchone()
        kept = [int(name[:6]) for name in layout.builds(home / "published") if name[:6].isdigit()]
        seq = max(noted, *kept, 0) + 1
        build_id = f"{seq:06d}-{began:%Y%m%dT%H%M%SZ}"
        history.execute(
            "insert into builds (seq, build_id, started_at, events, batch_id, project, is_full, outcome, log_history) "
            "values (?, ?, ?, ?, ?, ?, ?, 'running', ?)",
            (seq, build_id, began.isoformat(), events, batch_id, project, is_full, log_history),
        )
    return build_id


def finish(home: Path, build_id: str, outcome: Outcome, seconds: float) -> None:
    """Note how a build ended."""
    with _open(home) as history:
        history.execute(
            "update builds set outcome = ?, seconds = ? where build_id = ?", (outcome, round(seconds, 3), build_id)
        )


@contextmanager
def holding_warehouse(settings: Settings) -> Iterator[None]:
    """One build, or one publication that reads what it built, at a time.

    Raises:
        InUse: another process builds or publishes; names its pid.
    """
    with held(settings.home / "warehouse.lock", f"{settings.warehouse_path}"):
        yield


def judged(home: Path, build_id: str, gate: Gate) -> None:
    """Note the gate's verdict."""
    with _open(home) as history:
        history.execute("update builds set gate = ? where build_id = ?", (gate, build_id))


def published(home: Path, build_id: str) -> None:
    """Note that a build became current."""
    with _open(home) as history:
        history.execute("update builds set published = 1 where build_id = ?", (build_id,))


def builds(home: Path) -> list[Build]:
    """Every build, newest first; none when there is no history yet."""
    if not path_of(home).exists():
        return []
    with _open(home) as history:
        rows = history.execute(f"select {', '.join(_COLUMNS)} from builds order by seq desc").fetchall()
    return [_build(dict(zip(_COLUMNS, row, strict=True))) for row in rows]


def last(home: Path) -> Build | None:
    """The last build, whatever its outcome."""
    return next(iter(builds(home)), None)


def assert_reads(home: Path) -> None:
    """Reads all of the history, if there is one.

    Raises:
        Damaged: it does not read.
    """
    if not path_of(home).exists():
        return
    with _open(home) as history:
        if history.execute("pragma integrity_check").fetchall() != [("ok",)]:
            raise Damaged(f"{path_of(home)} does not read")


def _build(row: dict[str, Any]) -> Build:
    began = datetime.fromisoformat(row["started_at"])
    return Build(**{**row, "started_at": began, "is_full": bool(row["is_full"]), "published": bool(row["published"])})


def path_of(home: Path) -> Path:
    """Where the history lies."""
    return home / "history.sqlite"


@contextmanager
def _open(home: Path) -> Iterator[sqlite3.Connection]:
    home.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path_of(home), timeout=10)
    try:
        with connection:
            connection.execute(_TABLE)
            present = {row[1] for row in connection.execute("pragma table_info(builds)")}
            for name, kind in _SINCE.items():
                if name not in present:
                    connection.execute(f"alter table builds add column {name} {kind}")
            connection.execute("begin immediate")
            yield connection
    except sqlite3.OperationalError as wrong:
        raise PassingFault(
            f"{path_of(home)} cannot be written: {wrong}", "see whether disk and rights allow it"
        ) from None
    except sqlite3.DatabaseError as wrong:
        if type(wrong) is not sqlite3.DatabaseError:  # its other kinds are faults of ours
            raise
        raise Damaged(f"{path_of(home)} does not read") from None
    finally:
        connection.close()
