"""Any file: DuckDB, SQLite and Parquet by their tables, all else as text, a line at a time."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from expectations.privacy.patterns import Scanner
from expectations.privacy.reports import Hit
from expectations.privacy.tables import scan_database
from ingestion.databases import in_memory

_READ_ROWS = 5_000


def scan_tree(folder: Path, scanner: Scanner) -> list[Hit]:
    """Every hit in the files under `folder` (or in the one file it is); links are not followed."""
    found: list[Hit] = []
    for path in [folder] if folder.is_file() else sorted(folder.rglob("*")):
        if path.is_file() and not path.is_symlink():
            found += scan_file(path, scanner, str(path.relative_to(folder)) if path != folder else path.name)
    return found


def scan_file(path: Path, scanner: Scanner, name: str | None = None) -> list[Hit]:
    """Every hit in one file, by what its first bytes say it is."""
    name = name or path.name
    with path.open("rb") as handle:
        head = handle.read(16)
    if head[8:12] == b"DUCK":
        return scan_database(path, scanner, file=name)
    if head.startswith(b"SQLite format 3\0"):
        return list(_sqlite(path, scanner, name))
    if head.startswith(b"PAR1"):
        return list(_parquet(path, scanner, name))
    with path.open("rb") as handle:
        return scan_text((line.decode("utf-8", "replace") for line in handle), scanner, name)


def scan_text(lines: Iterable[str], scanner: Scanner, name: str) -> list[Hit]:
    """Every hit in what a command printed or a log says."""
    found: Counter[str] = Counter()
    for line in lines:
        found.update(scanner.kinds(line))
    return [Hit(name, "-", "-", kind, count) for kind, count in sorted(found.items())]


def _sqlite(path: Path, scanner: Scanner, name: str) -> Iterator[Hit]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        tables = [row[0] for row in connection.execute("select name from sqlite_master where type = 'table'")]
        for table in tables:
            asked = connection.execute(f'select * from "{table}"')
            columns = [column[0] for column in asked.description]
            found: dict[str, Counter[str]] = {column: Counter() for column in columns}
            while rows := asked.fetchmany(_READ_ROWS):
                for row in rows:
                    for column, value in zip(columns, row, strict=True):
                        if isinstance(value, bytes):
                            value = value.decode("utf-8", "replace")
                        if isinstance(value, str | int):
                            found[column].update(scanner.kinds(str(value)))
            yield from (
                Hit(name, table, column, kind, count)
                for column, kinds in found.items()
                for kind, count in sorted(kinds.items())
            )


def _parquet(path: Path, scanner: Scanner, name: str) -> Iterator[Hit]:
    with in_memory(path) as connection:
        asked = connection.execute("select columns(*)::varchar from read_parquet(?)", [str(path)])
        columns = [column[0] for column in asked.description or ()]
        found: dict[str, Counter[str]] = {column: Counter() for column in columns}
        while rows := asked.fetchmany(_READ_ROWS):
            for row in rows:
                for column, value in zip(columns, row, strict=True):
                    if value is not None:
                        found[column].update(scanner.kinds(value))
    yield from (
        Hit(name, "-", column, kind, count) for column, kinds in found.items() for kind, count in sorted(kinds.items())
    )
