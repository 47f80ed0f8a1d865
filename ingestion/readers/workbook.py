"""XLSX: counted before it is opened, because 400 KB can inflate to a gigabyte.

A workbook is a ZIP of XML. Every part is inflated once in small pieces: over the limit, with a document type
(entities), a macro, or a sheet whose outermost cell would make too large a grid, it is refused unread.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from ingestion.errors import UsageError
from ingestion.readers.rows import Cells, Found

MAX_INFLATED = 128 << 20
MAX_CELLS = 8_000_000
MAX_PARTS = 2_000
_PIECE = 1 << 18
_REFERENCE = re.compile(rb'r="([A-Z]{1,4})(\d{1,8})"')
_LONGEST_TAG = 512


def rows(file: BinaryIO, name: str, *, sheet: str | int | None, score: Callable[[list[Any]], int]) -> Iterator[Cells]:
    """The rows of one sheet, numbered as Excel does; merged cells repeat their value downwards.

    `sheet` is a name or a number from 1; without it the first visible sheet whose first rows look most like a header.

    Raises:
        UsageError: the workbook is refused or does not open; says why.
    """
    check(file, name)
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(file)
        chosen = _chosen(book, name, sheet, score)
        yield from _numbered(book.get_sheet_by_name(chosen))
    except CalamineError as wrong:
        raise UsageError(f"{name} is a damaged workbook", type(wrong).__name__) from None


def check(file: BinaryIO, name: str) -> None:
    """Refuse a workbook that would not fit into memory or that holds what no export needs.

    Raises:
        UsageError: says which limit or part.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _check_parts(archive, name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError):
        raise UsageError(f"{name} is a damaged or encrypted workbook", "save it as .xlsx without a password") from None
    file.seek(0)


def _check_parts(archive: zipfile.ZipFile, name: str) -> None:
    parts = archive.infolist()
    names = {part.filename.lower() for part in parts}
    if len(parts) > MAX_PARTS or len(names) != len(parts):
        raise UsageError(f"{name} has too many parts", "save it again with Excel")
    if "xl/workbook.xml" not in names:
        raise UsageError(f"{name} is no .xlsx", "save it as .xlsx (not .xlsb, .docx or .zip)")
    if any(part.endswith("vbaproject.bin") or part.startswith("xl/macrosheets/") for part in names):
        raise UsageError(f"{name} holds macros", "save it as .xlsx without macros")
    left = MAX_INFLATED
    for part in parts:
        left -= _check_part(archive, part, left, name)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, name: str) -> int:
    is_sheet = part.filename.lower().startswith("xl/worksheets/")
    size, tail, last_row, last_column = 0, b"", 0, 0
    with archive.open(part) as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            if size > left:
                raise UsageError(f"{name} inflates to over {MAX_INFLATED >> 20} MiB", "split it, or export it as CSV")
            window = tail + piece
            if (
                b"<!DOCTYPE" in window
                or b"<!ENTITY" in window
                or (not tail and piece[:2] in (b"\xfe\xff", b"\xff\xfe"))
            ):
                raise UsageError(f"{name} declares a document type, which is forbidden", "save it again with Excel")
            if is_sheet:
                for column, row in _REFERENCE.findall(window):
                    last_row = max(last_row, int(row))
                    last_column = max(last_column, _column_number(column))
                if last_row * last_column > MAX_CELLS:
                    raise UsageError(f"{name} spans over {MAX_CELLS} cells", "split it, or export it as CSV")
            tail = window[-_LONGEST_TAG:]
    return size


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _chosen(book: Any, name: str, sheet: str | int | None, score: Callable[[list[Any]], int]) -> str:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    usable = [
        one.name
        for one in book.sheets_metadata
        if one.typ == SheetTypeEnum.WorkSheet and one.visible == SheetVisibleEnum.Visible
    ]
    if isinstance(sheet, int) and 1 <= sheet <= len(usable):
        return str(usable[sheet - 1])
    if sheet in usable:
        return str(sheet)
    if sheet is not None or not usable:
        raise UsageError(f"{name} has no sheet {sheet!r}", f"it has {', '.join(usable) or 'none that is visible'}")
    if len(usable) == 1:
        return str(usable[0])
    heads = {one: book.get_sheet_by_name(one).to_python(nrows=20) for one in usable}
    return str(max(usable, key=lambda one: max(map(score, heads[one]), default=0)))


def _numbered(sheet: Any) -> Iterator[Cells]:
    if sheet.start is None:
        return
    left = sheet.start[1]
    merged = [
        (top, bottom, first - left)
        for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()
        if bottom > top and first == last
    ]
    repeated: dict[int, tuple[int, Any]] = {}
    starts = {(top, column): bottom for top, bottom, column in merged}
    for number, cells in enumerate(sheet.iter_rows()):
        if starts:
            for column, (bottom, value) in list(repeated.items()):
                if number > bottom:
                    del repeated[column]
                elif cells[column] == "":
                    cells[column] = value
            for column, value in enumerate(cells):
                if (number, column) in starts:
                    repeated[column] = starts[number, column], value
        yield Found(number + 1, cells)
