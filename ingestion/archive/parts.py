"""One part of an archive: rows of the log to a Parquet file, and back."""

from __future__ import annotations

from pathlib import Path

import duckdb

from ingestion.archive import manifest as books
from ingestion.archive.manifest import Part
from ingestion.durable import sync
from ingestion.errors import Damaged
from ingestion.log.contents import Content, Key, batches_by_day, measured, tables


def write_part(log: duckdb.DuckDBPyConnection, directory: Path, key: Key, content: Content, run: int) -> Part:
    """The rows of `key`, which hold `content`, in a file of its own; read back before it counts.

    Raises:
        Damaged: the file does not hold what was written.
    """
    folder = Path(key.table) if key.day is None else Path(key.table, f"landed_on={key.day.isoformat()}")
    path = directory / folder / f"{run:06d}.parquet"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    rows = f"from raw.{key.table} where {_of_day(log, key)}"
    log.execute(f"copy ({rows}) to '{_quoted(path)}' (format parquet, compression zstd)")
    path.chmod(0o600)
    for written in (path, path.parent, path.parent.parent, directory):
        sync(written)
    found = log.execute(f"select {measured(tables(log)[key.table])} from {_parquet(path)}").fetchall()[0]
    if Content(*found) != content:
        raise Damaged(f"{path} does not hold what was written", "look at the disk, then archive again")
    return Part(
        table=key.table,
        day=key.day,
        path=str(folder / path.name),
        rows=content.rows,
        digest=content.digest,
        bytes=path.stat().st_size,
        sha256=books.sha256(path),
    )


def load_part(draft: duckdb.DuckDBPyConnection, directory: Path, part: Part) -> None:
    """The rows of a part into the table of the log they came from."""
    columns = ", ".join(f'"{name}"' for name in tables(draft)[part.table])
    path = directory / part.path
    draft.execute(f"insert into raw.{part.table} ({columns}) select {columns} from {_parquet(path)}")


def _of_day(log: duckdb.DuckDBPyConnection, key: Key) -> str:
    """Ranges of batches, so that the rows come in their order and other days' row groups are not read."""
    if key.day is None:
        return "true"
    ranges = batches_by_day(log)[key.day]
    return " or ".join(f"batch_id between {one.start} and {one.stop - 1}" for one in ranges)


def _parquet(path: Path) -> str:
    return f"read_parquet('{_quoted(path)}', hive_partitioning = false)"


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")
