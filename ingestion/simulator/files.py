"""Files as vendors write them: CSV in their encodings, XLSX with a title row, JSON answers and lines.

Everything is byte-equal from run to run; openpyxl puts the clock into its files, hence the small writer here.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

import msgspec

Cell = str | int | date | None
_EXCEL_EPOCH = date(1899, 12, 30)
_FIXED = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as it reaches the dealer group.

    `day` is the business day it arrives on, `delivered_at` the instant, `pulled_at` when the vendor answered (both
    epoch seconds in UTC); a page delivered late or twice keeps its `pulled_at`.
    """

    day: date
    delivered_at: int
    source: str
    account: str | None
    filename: str
    content: bytes
    pulled_at: int


def csv_file(headers: Sequence[str], rows: Iterable[Sequence[Cell]], encoding: str) -> bytes:
    """A CSV as Chinese back offices export it: CRLF, quotes where needed."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(headers)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return out.getvalue().encode(encoding)


def json_answer(answer: Any) -> bytes:
    return msgspec.json.encode(answer)


def json_lines(items: Iterable[Any]) -> bytes:
    return b"".join(msgspec.json.encode(item) + b"\n" for item in items)


def xlsx_file(headers: Sequence[str], rows: Iterable[Sequence[Cell]], title: str | None = None) -> bytes:
    """A workbook of one sheet; `title` stands merged above the header. Dates become Excel's serial days."""
    lines: list[Sequence[Cell]] = [[title]] if title else []
    lines.extend((list(headers), *rows))
    body = "".join(_row(number, cells) for number, cells in enumerate(lines, start=1))
    merged = f'<mergeCells count="1"><mergeCell ref="A1:{_letters(len(headers) - 1)}1"/></mergeCells>' if title else ""
    sheet = f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData>{merged}</worksheet>'
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in (*_PARTS.items(), ("xl/worksheets/sheet1.xml", sheet)):
            archive.writestr(zipfile.ZipInfo(name, _FIXED), content, zipfile.ZIP_DEFLATED, 1)
    return out.getvalue()


def _row(number: int, cells: Sequence[Cell]) -> str:
    return (
        f'<row r="{number}">'
        + "".join(_cell(f"{_letters(n)}{number}", cell) for n, cell in enumerate(cells))
        + "</row>"
    )


def _cell(reference: str, cell: Cell) -> str:
    if cell is None or cell == "":
        return ""
    if isinstance(cell, date):
        return f'<c r="{reference}" s="1"><v>{(cell - _EXCEL_EPOCH).days}</v></c>'
    if isinstance(cell, int):
        return f'<c r="{reference}"><v>{cell}</v></c>'
    return f'<c r="{reference}" t="inlineStr"><is><t>{escape(cell)}</t></is></c>'


def _letters(column: int) -> str:
    return chr(65 + column) if column < 26 else chr(64 + column // 26) + chr(65 + column % 26)


_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_SHEETML = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS = {
    "[Content_Types].xml": f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEETML}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEETML}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_SHEETML}.styles+xml"/></Types>',
    "_rels/.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'{_HEAD}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}">'
    '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels": f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    "xl/styles.xml": f'{_HEAD}<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="1"><fill><patternFill/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="2"><xf/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>',
}
