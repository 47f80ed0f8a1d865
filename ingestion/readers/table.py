"""Rows of cells to payloads by a mapping: the header found, columns matched, each row checked against it.

Columns the mapping does not name are kept under their own header, as text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ingestion.contract import Source
from ingestion.errors import UsageError
from ingestion.readers.cells import reader_of, text_of
from ingestion.readers.mapping import ExportMapping, nearest, required_fields
from ingestion.readers.rows import Cells, Found, Payload, Refusal

_HEADER_WITHIN = 20
_TOTAL = re.compile(r"(合计|总计|共计|小计|汇总|总数|total|grand total|sum)\s*[:：(（]?.*", re.IGNORECASE)


def folded(header: object) -> str:
    """A header as it is compared: width, case, spaces, stars and bracketed hints do not count."""
    text = unicodedata.normalize("NFKC", str(header)).lower()
    return re.sub(r"\(.*?\)|[\s*:\u200b\ufeff]", "", text)


@dataclass
class Table:
    """Reads one export's rows. `skipped` counts rows that are no records: blank ones and totals at the end."""

    source: Source
    mapping: ExportMapping
    name: str
    skipped: int = 0
    _least: int = 0
    _plan: list[tuple[str, str, Callable[[Any], Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._fields = {folded(h): name for name, column in self.mapping.fields.items() for h in column.headers}
        self._required = required_fields(self.source.contract) & self.mapping.fields.keys()

    def score(self, cells: list[Any]) -> int:
        """How many of the mapping's fields these cells name, as a header would."""
        return len({self._fields[key] for cell in cells if (key := folded(cell)) in self._fields})

    def payloads(self, rows: Iterator[Cells]) -> Iterator[Payload]:
        """One payload, or the reason for none, for each row under the header.

        Raises:
            UsageError: no header, or it lacks a required column (with the nearest header found).
        """
        held: Refusal | None = None
        for row in self._under_header(rows):
            if isinstance(row, Refusal):
                yield row
                continue
            if not any(text.strip() if isinstance(text, str) else True for text in row.content):
                self.skipped += 1
                continue
            if held:
                yield held
                held = None
            if self._is_total(row.content):
                held = Refusal(row.line, "a row of totals before the end of the file")
            else:
                yield self._payload(row)
        self.skipped += held is not None

    def _under_header(self, rows: Iterator[Cells]) -> Iterator[Cells]:
        first: list[Cells] = []
        for row in rows:
            first.append(row)
            at_header = isinstance(row, Found) and row.line == self.mapping.header_row
            if at_header or len(first) == _HEADER_WITHIN:
                break
        candidates = [
            (position, row)
            for position, row in enumerate(first)
            if isinstance(row, Found) and self.mapping.header_row in (None, row.line)
        ]
        if not candidates:
            raise UsageError(f"{self.name} has no header row", "is it empty, or is the mapping's header_row wrong?")
        position, header = max(candidates, key=lambda one: (self.score(one[1].content), -one[0]))
        self._read_header(header.content)
        yield from first[position + 1 :]
        yield from rows

    def _read_header(self, cells: list[Any]) -> None:
        readers = {name: reader_of(column) for name, column in self.mapping.fields.items()}
        seen: set[str] = set()
        headers = [str(cell).strip().lstrip("\ufeff") for cell in cells]
        self._least = max((number for number, header in enumerate(headers, 1) if header), default=0)
        for number, header in enumerate(headers, 1):
            name = self._fields.get(folded(header))
            if name is None:
                own = header or f"column {number}"
                self._plan.append((own if own not in seen else f"{own} ({number})", header, text_of))
            elif name in seen:
                raise UsageError(f"{self.name} has two columns for {name}", f"the second is {header!r}")
            else:
                self._plan.append((name, header, readers[name]))
            seen.add(self._plan[-1][0])
        for name in self.mapping.fields:
            if name in self._required and name not in seen:
                wanted = self.mapping.fields[name].headers[0]
                raise UsageError(
                    f"{self.name} has no column {wanted!r} (for {name})" + nearest(wanted, [h for h in headers if h]),
                    "name the header in a mapping file and give it with --mapping",
                )

    def _is_total(self, cells: list[Any]) -> bool:
        texts = [str(cell).strip() for cell in cells]
        first = next((text for text in texts if text), "")
        return bool(_TOTAL.fullmatch(first)) and texts.count("") * 2 >= len(texts)

    def _payload(self, row: Found[list[Any]]) -> Payload:
        cells, width = row.content, len(self._plan)
        if len(cells) < self._least or any(str(cell).strip() for cell in cells[width:]):
            return Refusal(row.line, f"{len(cells)} columns where the header has {width}: its cells are shifted")
        payload = dict(self.mapping.constants)
        for (name, header, read), cell in zip(self._plan, cells, strict=False):
            try:
                value = read(cell)
            except ValueError as wrong:
                where = name if name == header else f"{name} ({header})"
                return Refusal(row.line, f"{where}: {wrong}")
            if value is not None:
                payload[name] = value
        for name in self._required:
            if name not in payload:
                return Refusal(row.line, f"{name} ({self._header_of(name)}): blank")
        return Found(row.line, payload)

    def _header_of(self, name: str) -> str:
        return next(header for field_name, header, _ in self._plan if field_name == name)
