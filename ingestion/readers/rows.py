"""What a reader yields: the place in the file and either what stands there or why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Found(Generic[T]):
    """`line` counts from 1: the line of a text file, the row of a sheet, the record of a JSON document."""

    line: int
    content: T


@dataclass(frozen=True, slots=True)
class Refusal:
    """A place that cannot be read; the reason names a column or field, never a value."""

    line: int
    reason: str


Cells = Found[list[Any]] | Refusal
Payload = Found[Any] | Refusal
