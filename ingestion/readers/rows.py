"""What a reader yields: the place in the file and either what stands there or why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Found(Generic[T]):
    """`line` counts from 1: the line of a text file, the row of a sheet, the record of a JSON document."""

    line: int
    content: T


@dataclass(slots=True)
class Refusal:
    """A place that cannot be read; the reason names a column or field, never a value."""

    line: int
    reason: str


@dataclass(slots=True)
class Skipped:
    """A place that holds no record and is left out, such as the totals at the end of an export."""

    line: int
    reason: str


@dataclass(slots=True)
class Columns:
    """How a table's header is read: each header and the field it fills (a column of its own where none is named)."""

    line: int
    fields: dict[str, str]


Cells = Found[list[Any]] | Refusal
Payload = Found[Any] | Refusal | Skipped | Columns
