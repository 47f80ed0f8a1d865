"""Rows of cells to payloads by a mapping: the header found, columns matched, each row checked against it.

Columns the mapping does not name are kept under their own header, as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

from ingestion.contract import Source
from ingestion.errors import UsageError
from ingestion.readers.cells import reader_of, remembered, text_of
from ingestion.readers.columns import Planned, RowReader, holds_text
from ingestion.readers.mapping import ExportMapping, nearest, required_fields
from ingestion.readers.rows import CHUNK, WHOLE, Cells, Columns, Found, Payload, Refusal, Share, Skipped

_HEADER_WITHIN = 20
_TOTAL = re.compile(
    r"(合计|总计|共计|小计|汇总|总数|总条数|记录数|total|grand total|sum)\s*([:：(（\d].*)?"
    r"|共\s*\d[\d,]*\s*[条行笔](记录|数据)?"
    r"|(导出|打印|制表|统计)(时间|日期|人|人员)\s*[:：].*",
    re.IGNORECASE,
)
"""How the foot of an export begins: totals, how many there are, who made it and when."""


def folded(header: object) -> str:
    """A header as it is compared: width, case, spaces, stars and bracketed hints do not count."""
    text = unicodedata.normalize("NFKC", str(header)).lower()
    return re.sub(r"\(.*?\)|[\s*:\u200b\ufeff]", "", text)


class Table:
    """Reads one export's rows; `is_text`: every cell is text (CSV), `is_1904`: a workbook counts days from 1904."""

    def __init__(
        self, source: Source, mapping: ExportMapping, name: str, *, is_text: bool = False, is_1904: bool = False
    ) -> None:
        self._is_1904 = is_1904
        self.mapping = mapping
        self.name = name
        self._is_text = is_text
        self._fields = {folded(h): name for name, column in mapping.fields.items() for h in column.headers}
        self._required = required_fields(source.contract) & mapping.fields.keys()

    def score(self, cells: list[Any]) -> int:
        """How many of the mapping's fields these cells name, as a header would."""
        return len({self._fields[key] for cell in cells if (key := folded(cell)) in self._fields})

    def payloads(self, rows: Iterator[Cells], share: Share = WHOLE) -> Iterator[Payload]:
        """One payload, or the reason for none, for each row under the header; blank rows are passed over.

        With a `share`, those of its chunks of rows; the first share also says how the header is read.

        Raises:
            UsageError: no header, or it lacks a required column (with the nearest header found).
        """
        header, below = self._header(rows)
        plan = self._plan(header.content)
        if share.number == 0:
            yield Columns(
                header.line, {column.header or column.name: column.name for column in plan}, self._missing(plan)
            )
        read = RowReader(plan, self._required, self.mapping.constants)
        for part in share.parts(_records(below, header.content), CHUNK):
            yield from read(part)

    def _header(self, rows: Iterator[Cells]) -> tuple[Found[list[Any]], Iterator[Cells]]:
        """The header and the rows below it."""
        first: list[Cells] = []
        for row in rows:
            first.append(row)
            at_header = isinstance(row, Found) and row.line == self.mapping.header_row
            if at_header or len(first) == _HEADER_WITHIN:
                break
        candidates = [
            (position, row)
            for position, row in enumerate(first)
            if isinstance(row, Found)
            and self.mapping.header_row in (None, row.line)
            and any(map(holds_text, row.content))
        ]
        position, header = max(
            candidates, key=lambda one: (self.score(one[1].content), -one[0]), default=(0, Found(0, []))
        )
        if not candidates or (isinstance(first[0], Refusal) and not self.score(header.content)):
            raise UsageError(f"{self.name} has no header row", self._why_no_header(first))
        return header, chain(first[position + 1 :], rows)

    def _why_no_header(self, first: list[Cells]) -> str:
        refused = next((row for row in first if isinstance(row, Refusal)), None)
        if refused is not None:
            return f"line {refused.line}: {refused.reason}; --encoding overrides the encoding found"
        if self.mapping.header_row is not None and first:
            return f"the mapping says row {self.mapping.header_row}, which is blank or not among the first {len(first)}"
        return "it holds no text; export it again"

    def _missing(self, plan: list[Planned]) -> dict[str, str]:
        """The mapping's fields without a column, and which column may be meant."""
        filled = {column.name for column in plan}
        unclaimed = [column.header for column in plan if column.header and column.name not in self.mapping.fields]
        return {
            name: repr(column.headers[0]) + nearest(column.headers, unclaimed, 0.5)
            for name, column in self.mapping.fields.items()
            if name not in filled
        }

    def _plan(self, cells: list[Any]) -> list[Planned]:
        plan: list[Planned] = []
        seen: set[str] = set()
        headers = [str(cell).strip().lstrip("\ufeff") for cell in cells]
        for number, header in enumerate(headers, 1):
            name = self._fields.get(folded(header))
            if name in seen:
                raise UsageError(f"{self.name} has two columns for {name}, the second {header!r}", "take one out")
            read: Callable[[Any], Any]
            if name is None:
                own = header or f"column {number}"
                name, read = own if own not in seen else f"{own} ({number})", text_of
            else:
                read = reader_of(self.mapping.fields[name], self._is_1904)
            plan.append(Planned(name, header, remembered(read) if self._is_text else read))
            seen.add(name)
        for name in self.mapping.fields:
            if name in self._required and name not in seen:
                wanted = self.mapping.fields[name].headers[0]
                raise UsageError(
                    f"{self.name} has no column {wanted!r} (for {name})" + nearest([wanted], [h for h in headers if h]),
                    "name the header in a mapping file and give it with --mapping",
                )
        return plan


def _records(rows: Iterator[Cells], header: list[Any]) -> Iterator[Cells | Skipped]:
    """The rows that are records, and those that should have been; totals are known by what follows them.

    The header comes again where its cells are merged over two rows, and where exports were put one below the other.
    """
    totals: list[int] = []
    named = next(filter(holds_text, header), None)
    for row in rows:
        if isinstance(row, Refusal):
            yield row
        elif (first := next(filter(holds_text, row.content), None)) is not None:
            if _is_total(first, row.content, len(header)):
                totals.append(row.line)
                continue
            if first == named and row.content[: len(header)] == header:
                yield Skipped(row.line, "the header again")
                continue
            if totals:
                for line in totals:
                    yield Refusal(line, "a row of totals before the end of the file")
                totals.clear()
            yield row
    for line in totals:
        yield Skipped(line, "a row of totals at the end")


def _is_total(first: Any, cells: list[Any], width: int) -> bool:
    """Whether a row begins as the foot of an export does (its first cell that is not blank) and is mostly blank, as
    records are not; of a text file it may have fewer cells than the `width` of the header."""
    if not isinstance(first, str) or not _TOTAL.fullmatch(first.strip()):
        return False
    return sum(map(holds_text, cells)) * 2 <= max(len(cells), width)
