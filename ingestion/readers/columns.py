"""Rows of cells to payloads by a plan, a column at a time: that costs half of what it costs cell by cell."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ingestion.readers.rows import Cells, Found, Payload, Refusal, Skipped

_EXACT_DIGITS, _LONG = 15, 18
_AS_TEXT = "export the column as text"
_ENOUGH = 3
"""Different long numbers that end in zeros and no chance: three of them do so once in a thousand million files."""


class Planned(NamedTuple):
    """A column: the field it fills, its header, and what reads its cells (None for a blank one, else a ValueError)."""

    name: str
    header: str
    read: Callable[[Any], Any]

    @property
    def where(self) -> str:
        """How a refusal names it."""
        return self.name if self.name == self.header else f"{self.name} ({self.header})"


class RowReader:
    """Makes payloads of rows; one is refused for its first cell that cannot be read, or for a blank required one."""

    def __init__(self, plan: Sequence[Planned], required: Collection[str], constants: Mapping[str, Any]) -> None:
        self._plan = plan
        self._names = [column.name for column in plan]
        self._required = required
        self._constants = constants
        self._least = max((number for number, column in enumerate(plan, 1) if column.header), default=0)

    def __call__(self, rows: Sequence[Cells | Skipped]) -> Iterator[Payload]:
        """One payload, or the reason for none, for each row; what is no row stays in its place."""
        fitted = [self._fitted(row) if isinstance(row, Found) else row for row in rows]
        records = [row.content for row in fitted if isinstance(row, Found)]
        refused: dict[int, str] = {}
        columns = [
            _values(column, cells, refused)
            for column, cells in zip(self._plan, zip(*records, strict=True), strict=False)
        ]
        for column, values in zip(self._plan, columns, strict=False):
            if column.name in self._required and None in values:
                for at in [at for at, value in enumerate(values) if value is None]:
                    refused.setdefault(at, f"{column.where}: blank")
        numbered = enumerate(zip(*columns, strict=True))
        for row in fitted:
            if not isinstance(row, Found):
                yield row
                continue
            at, found = next(numbered)
            if at in refused:
                yield Refusal(row.line, refused[at])
                continue
            payload = {name: value for name, value in zip(self._names, found, strict=True) if value is not None}
            yield Found(row.line, {**self._constants, **payload} if self._constants else payload)

    def _fitted(self, row: Found[list[Any]]) -> Cells:
        """A row of the plan's width; blank cells too many or too few say nothing."""
        cells, width = row.content, len(self._plan)
        if len(cells) == width:
            return row
        if len(cells) < self._least or any(map(holds_text, cells[width:])):
            return Refusal(row.line, f"{len(cells)} columns where the header has {width}: its cells are shifted")
        return Found(row.line, [*cells[:width], *[""] * (width - len(cells))])


def _values(column: Planned, cells: tuple[Any, ...], refused: dict[int, str]) -> list[Any]:
    """What the cells of one column say; notes the rows whose cell cannot be read."""
    for at in _rounded(cells):
        refused.setdefault(at, f"{column.where}: all long numbers end in zeros, Excel has dropped digits; {_AS_TEXT}")
    try:
        return list(map(column.read, cells))
    except ValueError:
        pass
    values: list[Any] = []
    for at, cell in enumerate(cells):
        try:
            values.append(column.read(cell))
        except ValueError as wrong:
            values.append(None)
            refused.setdefault(at, f"{column.where}: {wrong}")
    return values


def _rounded(cells: tuple[Any, ...]) -> list[int]:
    """Where numbers of 18 digits and more stand, if all of the column have zeros beyond the 15 that Excel keeps."""
    if not any(map(_is_long, cells[:_ENOUGH])):
        return []
    long = {cell for cell in cells if _is_long(cell)}
    if len(long) < _ENOUGH or any(cell[_EXACT_DIGITS:].strip("0") for cell in long):
        return []
    return [at for at, cell in enumerate(cells) if cell in long]


def _is_long(cell: Any) -> bool:
    return isinstance(cell, str) and len(cell) >= _LONG and cell.isdecimal()


def holds_text(cell: Any) -> bool:
    """Whether a cell is not blank."""
    return bool(cell.strip()) if isinstance(cell, str) else True
