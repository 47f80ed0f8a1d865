"""How a published table becomes CSV, Parquet or a workbook: row by row, so that memory does not grow with the table."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from traceback import clear_frames
from typing import Any

import duckdb

from ingestion.errors import UsageError
from publishing.tables import harmless

_ROWS = 10_000
_EXCEL_ROWS = 1_048_576
_EXCEL_TEXT = 32_767
_EXCEL_NAME = 31
_PLAIN = ("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "DOUBLE", "FLOAT", "BOOLEAN", "DATE", "TIMESTAMP", "VARCHAR")


@dataclass(frozen=True)
class Column:
    """A column, its DuckDB type and its description."""

    name: str
    type: str
    description: str


@dataclass(frozen=True)
class Table:
    """A table, its grain and what it holds."""

    name: str
    grain: str
    rows: int
    columns: tuple[Column, ...]


def write_parquet(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """All types as they are, instants in UTC."""
    target = str(path).replace("'", "''")
    connection.execute(f"copy {quoted(table.name)} to '{target}' (format parquet, compression zstd)")


def write_csv(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    """UTF-8 with a byte order mark, without which Excel reads Chinese in the machine's own code page.

    Text is quoted and guarded against formulas, null is an empty field without quotes. Numbers are whole, instants in
    UTC with a Z.
    """
    with path.open("wb") as out:
        for part in csv_parts(connection.sql(_flat(table)).to_arrow_reader(_ROWS)):
            out.write(part)


def csv_parts(reader: Any) -> Iterator[bytes]:
    """The CSV of an Arrow reader whose columns are flat, a part for each of its batches."""
    import pyarrow as pa
    from pyarrow import csv

    texts = [place for place, field in enumerate(reader.schema) if pa.types.is_string(field.type)]
    out = Parts()
    out.write(b"\xef\xbb\xbf")
    with csv.CSVWriter(out, reader.schema, write_options=csv.WriteOptions(quoting_style="needed")) as writer:
        for batch in reader:
            columns = list(batch.columns)
            for place in texts:
                columns[place] = _guarded(columns[place])
            writer.write_batch(pa.record_batch(columns, schema=reader.schema))
            yield out.taken()
    yield out.taken()


class Parts(io.RawIOBase):
    """A file for a writer of pyarrow's; what was written since is `taken` out of it."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def write(self, part: Any) -> int:
        self._parts.append(bytes(part))
        self._at += len(self._parts[-1])
        return len(self._parts[-1])

    def close(self) -> None:
        """What is left can still be taken."""

    def taken(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)


def check_fits_excel(tables: Sequence[Table]) -> None:
    """Before anything is written.

    Raises:
        UsageError: a table has more rows than a sheet (1,048,576 with its header).
    """
    for table in tables:
        if table.rows >= _EXCEL_ROWS:
            raise UsageError(
                f"{table.name} has {table.rows:,} rows and a sheet of Excel holds {_EXCEL_ROWS - 1:,} and a header",
                "export it with --format csv or parquet",
            )


def write_xlsx(
    connection: duckdb.DuckDBPyConnection,
    tables: Sequence[Table],
    path: Path,
    build_id: str,
    progress: Callable[[str, int, int], None],
) -> None:
    """One workbook: a first sheet that describes, then a sheet a table.

    Excel keeps 15 digits: longer numbers are text. It knows neither zones (instants are in UTC) nor microseconds, and
    holds null and empty text as one.

    Raises:
        UsageError: a text is longer than a cell holds (32,767 characters).
        OSError: it cannot be written.
    """
    with _workbook(path) as book:
        form = {
            "head": book.add_format({"bold": True}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
        }
        names = _sheet_names(tables)
        _describe(book.add_worksheet("about"), tables, names, build_id, form)
        for number, table in enumerate(tables):
            progress(table.name, number, len(tables))
            sheet = book.add_worksheet(names[table.name])
            sheet.freeze_panes(1, 0)
            for place, column in enumerate(table.columns):
                sheet.write_string(0, place, column.name, form["head"])
            answer = connection.execute(_flat(table))
            at = 0
            while rows := answer.fetchmany(_ROWS):
                for row in rows:
                    at += 1
                    for place, value in enumerate(row):
                        if _put(sheet, at, place, value, form) == -2:
                            raise UsageError(
                                f"{table.name}.{table.columns[place].name} has a text longer than a cell of Excel"
                                f" holds ({_EXCEL_TEXT:,} characters)",
                                "export it with --format csv or parquet",
                            )


@contextmanager
def _workbook(path: Path) -> Iterator[Any]:
    import xlsxwriter

    options = {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_urls": False}
    with path.open("wb") as out, Path(os.devnull).open("wb") as nowhere:
        try:
            with xlsxwriter.Workbook(out, options) as book:
                yield book
        except xlsxwriter.exceptions.FileCreateError as wrong:
            refused = wrong.args[0]
            os.dup2(nowhere.fileno(), out.fileno())  # its archive writes once more as it is thrown away
            clear_frames(refused.__traceback__)
            raise refused from None


def _describe(sheet: Any, tables: Sequence[Table], names: dict[str, str], build_id: str, form: dict[Any, Any]) -> None:
    lines: list[tuple[str, ...]] = [("build", build_id), ("times", "columns that end in _at are instants in UTC"), ()]
    lines.append(("table", "sheet", "column", "type", "description"))
    heads = len(lines) - 1
    for table in tables:
        lines.append((table.name, names[table.name], "", f"{table.rows} rows", table.grain))
        lines += [(table.name, names[table.name], one.name, one.type, one.description) for one in table.columns]
    for at, cells in enumerate(lines):
        for place, text in enumerate(cells):
            sheet.write_string(at, place, text[:_EXCEL_TEXT], form["head"] if at == heads else None)


def _put(sheet: Any, at: int, place: int, value: Any, form: dict[Any, Any]) -> int:
    """A typed cell; -2 when a text is too long, as xlsxwriter says it."""
    if value is None:
        return 0
    if isinstance(value, bool):
        return int(sheet.write_boolean(at, place, value))
    if isinstance(value, datetime) and value.year >= 1900:
        return int(sheet.write_datetime(at, place, value.replace(tzinfo=None), form[datetime]))
    if isinstance(value, date) and not isinstance(value, datetime) and value.year >= 1900:
        return int(sheet.write_datetime(at, place, value, form[date]))
    if isinstance(value, int | float | Decimal) and _is_exact(value):
        return int(sheet.write_number(at, place, value))
    return int(sheet.write_string(at, place, str(value)))


def _is_exact(value: float | Decimal) -> bool:
    """Whether Excel's 15 digits hold it; a double is what it is, unless it is no number."""
    if isinstance(value, float):
        return value - value == 0
    return len(Decimal(value).normalize().as_tuple().digits) <= 15


def _sheet_names(tables: Sequence[Table]) -> dict[str, str]:
    """At most 31 characters, each once whatever its case."""
    names: dict[str, str] = {}
    taken = {"about"}
    for table in tables:
        name, number = table.name[:_EXCEL_NAME], 1
        while name.lower() in taken:
            number += 1
            name = f"{table.name[: _EXCEL_NAME - len(str(number)) - 1]}_{number}"
        taken.add(name.lower())
        names[table.name] = name
    return names


def _flat(table: Table) -> str:
    """SQL of all its rows; what is no number, text, date or instant (lists, structs, intervals) as text."""
    columns = (
        quoted(one.name) if is_flat(one.type) else f"{quoted(one.name)}::varchar as {quoted(one.name)}"
        for one in table.columns
    )
    return f"select {', '.join(columns)} from {quoted(table.name)}"


def is_flat(type: str) -> bool:
    """Whether values of a DuckDB type are numbers, texts, dates or instants."""
    return type.startswith((*_PLAIN, "DECIMAL")) and not type.endswith("]")


def _guarded(column: Any) -> Any:
    import pyarrow as pa

    coded = column.dictionary_encode()
    texts = pa.array([None if text is None else harmless(text) for text in coded.dictionary.to_pylist()], pa.string())
    return texts.take(coded.indices)


def quoted(name: str) -> str:
    """A name as SQL quotes it."""
    return '"' + name.replace('"', '""') + '"'
