"""XLSX: counted before it is opened, because 400 KB can inflate to a gigabyte.

A workbook is a ZIP of XML. Every part is inflated once in small pieces: over the limit, with a document type
(entities), a macro, an archive of its own, a cell outside Excel's grid, a formula without its result, or a sheet that
would take more memory than an export needs, it is refused unread.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from ingestion.errors import UsageError
from ingestion.readers.parts import MAX_INFLATED, inflated, parts_of
from ingestion.readers.rows import Cells, Found

MAX_MEMORY = 144 << 20
"""What calamine may take for one sheet, by its cells and their texts."""
MAX_STRINGS = 500_000
_CELL_BYTES, _TEXT_BYTES = 32, 32  # of calamine's cell, and of the copy of a text beyond its letters
_ROWS, _COLUMNS = 1_048_576, 16_384
_REFERENCE = re.compile(rb'r="([A-Z]{1,8})(\d{1,12})"')
_SHARED = re.compile(rb't="s"[^>]{0,200}>(?:<f[^>]{0,200}>[^<]{0,8192}</f>|<f[^>]{0,200}/>)?<v>(\d{1,9})</v>')
_EMPTY_FORMULA = re.compile(
    rb'<c r="(?P<cell>[A-Z]{1,3}\d{1,7})"(?P<kind>[^>]{0,200})>(?:<f[^>]{0,200}>[^<]{0,8192}</f>|<f[^>]{0,200}/>)'
    rb"(?P<value><v\s*/>|<v></v>)?</c>"
)
_STRING_END = re.compile(rb"</si>|<si\s*/>")
_OVERLAP = 1_024
_HEAD_ROWS = 20


@dataclass
class Counted:
    """What was learned while counting; `strings` are the lengths of the shared texts, `strings_end` where they end."""

    is_1904: bool = False
    strings_end: int = 0
    strings: list[int] = field(default_factory=list)


def rows(file: BinaryIO, name: str, *, sheet: str | int | None, score: Callable[[list[Any]], int]) -> Iterator[Cells]:
    """The rows of one sheet of a checked workbook, numbered as Excel does; merged cells repeat their value downwards.

    `sheet` is a name or a number from 1; without it the one visible sheet whose first rows look most like a header and
    that has rows below it. Hidden rows are rows.

    Raises:
        UsageError: the workbook does not open, or several sheets look alike; says why.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(file)
        chosen = _chosen(book, name, sheet, score)
        yield from _numbered(book.get_sheet_by_name(chosen))
    except CalamineError as wrong:
        raise UsageError(f"{name} is a damaged workbook", type(wrong).__name__) from None


def check(file: BinaryIO, name: str) -> Counted:
    """Refuse a workbook that would not fit into memory or that holds what no export needs.

    Raises:
        UsageError: says which limit or part.
    """
    parts = parts_of(file, name)
    names = {part.filename.lower() for part in parts}
    if "xl/workbook.xml" not in names:
        raise UsageError(f"{name} is no .xlsx", "save it as .xlsx (not .xlsb, .docx or .zip)")
    if any(part.endswith("vbaproject.bin") or part.startswith("xl/macrosheets/") for part in names):
        raise UsageError(f"{name} holds macros", "save it as .xlsx without macros")
    counted = Counted()
    left = MAX_INFLATED
    for part in sorted(parts, key=lambda part: "sharedstrings" not in part.filename.lower()):
        left -= _check_part(file, part, left, name, counted)
    file.seek(0)
    return counted


def _check_part(file: BinaryIO, part: zipfile.ZipInfo, left: int, name: str, counted: Counted) -> int:
    kind = part.filename.lower()
    is_markup = kind.endswith((".xml", ".rels"))
    sheet = _Sheet(name, counted.strings) if kind.startswith("xl/worksheets/") and is_markup else None
    size, tail = 0, b""
    for piece in inflated(file, part, left, name):
        if not size and piece.startswith((b"PK\3\4", b"\xd0\xcf\x11\xe0")):
            raise UsageError(f"{name} holds another archive", "save it without embedded files")
        size += len(piece)
        window = tail + piece
        if is_markup:
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise UsageError(f"{name} declares a document type, which is forbidden", "save it again with Excel")
            if b"\0" in piece or piece.startswith(b"\xfe\xff"):
                raise UsageError(f"{name} has a part that is not in UTF-8", "save it again with Excel")
        if sheet is not None:
            sheet.count(window, len(tail))
        elif "sharedstrings" in kind:
            _count_strings(window, len(tail), size, counted, name)
        elif kind == "xl/workbook.xml":
            counted.is_1904 = counted.is_1904 or re.search(rb'date1904="(1|true)"', window) is not None
        tail = window[-_OVERLAP:]
    return size


def _count_strings(window: bytes, seen: int, size: int, counted: Counted, name: str) -> None:
    """Lengths by where each shared text ends; the first one counts what stands before it."""
    base = size - len(window)
    for found in _STRING_END.finditer(window):
        if found.end() > seen:
            counted.strings.append(base + found.end() - counted.strings_end)
            counted.strings_end = base + found.end()
    if len(counted.strings) > MAX_STRINGS:
        raise UsageError(f"{name} holds over {MAX_STRINGS} different texts", "split it, or export it as CSV")


class _Sheet:
    """Counts one sheet's cells, their extent, and the texts they point to."""

    def __init__(self, name: str, strings: list[int]) -> None:
        self._name = name
        self._strings = strings
        self._last_row = self._last_column = self._cells = self._texts = 0

    def count(self, window: bytes, seen: int) -> None:
        for found in _REFERENCE.finditer(window):
            if found.end() > seen:
                self._last_row = max(self._last_row, int(found[2]))
                self._last_column = max(self._last_column, _column_number(found[1]))
        fresh = window[max(seen - 4, 0) :]
        self._cells += fresh.count(b"<c ") + fresh.count(b"<c>")
        for found in _SHARED.finditer(window):
            if found.end() > seen:
                at = int(found[1])
                self._texts += _TEXT_BYTES + (self._strings[at] if at < len(self._strings) else 0)
        if self._last_row > _ROWS or self._last_column > _COLUMNS:
            raise UsageError(f"{self._name} has a cell outside Excel's grid", "save it again with Excel")
        for found in _EMPTY_FORMULA.finditer(window):
            if found["value"] is None or b't="str"' not in found["kind"]:  # else its result is an empty text
                cell = found["cell"].decode()
                raise UsageError(
                    f"{self._name} holds a formula without its result in {cell}", "save it again with Excel"
                )
        extent = max(self._last_row * self._last_column, self._cells)
        if extent * _CELL_BYTES + self._texts > MAX_MEMORY:
            raise UsageError(f"{self._name} has a sheet of too many cells", "split it, or export it as CSV")


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
    heads = {one: book.get_sheet_by_name(one).to_python(nrows=_HEAD_ROWS) for one in usable}
    merits = {one: max(map(score, rows), default=0) for one, rows in heads.items()}
    best = [one for one in usable if merits[one] == max(merits.values())]
    filled = [one for one in best if merits[one] and len(heads[one]) > 1 + [*map(score, heads[one])].index(merits[one])]
    if len(filled) > 1:
        raise UsageError(
            f"{name} has {len(filled)} sheets of records: {', '.join(filled)}",
            "save each as a file of its own, or name one as `sheet` in a mapping",
        )
    return str((filled or best)[0])


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
