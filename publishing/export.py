"""`uplog export`: published tables as files for tools that cannot open DuckDB, whole or not at all.

    DIR/<table>.csv | <table>.parquet | <file>.xlsx
    DIR/export.json                     build, tables, grains, columns: written last, so a folder with it is whole

Everything is written into `DIR/.draft-export` first. A killed export leaves that folder, which the next one removes,
and at worst a DIR without `export.json`.
"""

from __future__ import annotations

import difflib
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb

from ingestion.durable import for_owner_alone, sync
from ingestion.errors import UsageError
from ingestion.log.lock import held
from ingestion.settings import Settings
from publishing.export_formats import Column, Table, check_fits_excel, write_csv, write_parquet, write_xlsx
from publishing.files import MODES
from publishing.published import in_another, opened, published_file
from publishing.tables import as_json

Format = Literal["csv", "xlsx", "parquet"]
_DRAFT = ".draft-export"
_LOCK = ".export.lock"
_MANIFEST = "export.json"


class UnknownTable(UsageError):
    """The file has no table of that name."""

    def __init__(self, file: str, table: str, fix: str) -> None:
        super().__init__(f"{file} has no table {table!r}", fix)
        self.table = table


@dataclass(frozen=True)
class Export:
    """What was written, or with `--dry-run` would be: `files` in `folder`, from build `build_id`."""

    build_id: str
    file: str
    format: Format
    folder: Path
    files: tuple[str, ...]
    tables: tuple[Table, ...]


def export(
    settings: Settings,
    names: Sequence[str] = (),
    *,
    file: str = "marts",
    format: Format = "csv",
    out: Path | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda what, number, of: None,
) -> Export:
    """Write tables of `published/<file>.duckdb` (all without `names`) into `out`, else `$UPLOG_HOME/exports/<build>`.

    Files have the mode of the published file they come from.

    Raises:
        UsageError: no such file or table, or one that Excel cannot hold.
        UplogError: nothing is published yet.
        Damaged: the file does not open.
        InUse: another export writes into the same folder; names its pid.
        OSError: the disk is full, or the folder cannot be written.
    """
    source = published_file(settings, file)
    folder = out or settings.home / "exports" / source.parent.name
    with opened(source) as connection:
        try:
            tables = chosen(connection, names, file, "`uplog export --dry-run` lists what there is")
        except UnknownTable as wrong:
            raise in_another(source, wrong.table) or wrong from None
        if format == "xlsx":
            check_fits_excel(tables)
        files = (f"{file}.xlsx",) if format == "xlsx" else tuple(f"{table.name}.{format}" for table in tables)
        made = Export(source.parent.name, file, format, folder, files, tables)
        if not dry_run:
            folder.mkdir(parents=True, exist_ok=True)
            with held(folder / _LOCK, "an export into this folder"), for_owner_alone():
                _write(connection, made, progress)
    return made


def _write(connection: duckdb.DuckDBPyConnection, made: Export, progress: Callable[[str, int, int], None]) -> None:
    draft = made.folder / _DRAFT
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    try:
        if made.format == "xlsx":
            write_xlsx(connection, made.tables, draft / made.files[0], made.build_id, progress)
        else:
            write = write_csv if made.format == "csv" else write_parquet
            for number, (table, name) in enumerate(zip(made.tables, made.files, strict=True)):
                progress(table.name, number, len(made.tables))
                write(connection, table, draft / name)
        (draft / _MANIFEST).write_text(as_json(made), encoding="utf-8")
        for path in draft.iterdir():
            path.chmod(MODES[made.file])
            sync(path)
        (made.folder / _MANIFEST).unlink(missing_ok=True)
        for name in (*made.files, _MANIFEST):
            (draft / name).replace(made.folder / name)
        sync(made.folder)
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def chosen(connection: duckdb.DuckDBPyConnection, names: Sequence[str], file: str, listing: str) -> tuple[Table, ...]:
    """The named tables of the open file, described; all without `names`.

    Raises:
        UnknownTable: names the nearest, or `listing`, which says how to list them.
    """
    known = [name for (name,) in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            fix = f"did you mean {near[0]}?" if near else listing
            raise UnknownTable(file, name, fix)
    return tuple(_described(connection, name) for name in (dict.fromkeys(names) or known))


def _described(connection: duckdb.DuckDBPyConnection, name: str) -> Table:
    grain = connection.execute("select comment from duckdb_tables() where table_name = ?", [name]).fetchone()
    columns = connection.execute(
        "select column_name, data_type, coalesce(comment, '') from duckdb_columns()"
        " where table_name = ? order by column_index",
        [name],
    ).fetchall()
    quoted = name.replace('"', '""')
    rows = connection.execute(f'select count(*) from "{quoted}"').fetchone()
    return Table(name, (grain and grain[0]) or "", rows[0] if rows else 0, tuple(Column(*column) for column in columns))
