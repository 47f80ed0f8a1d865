"""What a reader yields: the place in the file and either what stands there or why it is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from typing import Any, Generic, NamedTuple, TypeVar

from ingestion.errors import UplogError

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
    """How a table's header is read: each header and the field it fills (a column of its own where none is named).

    `missing` are the mapping's fields that no column fills, each with the header looked for and the nearest there is.
    """

    line: int
    fields: dict[str, str]
    missing: dict[str, str]


class Share(NamedTuple):
    """One of `of` readers of the same rows: of each round of chunks it works on the one with its number, from 0."""

    number: int = 0
    of: int = 1

    def parts(self, items: Iterator[T], chunk: int) -> Iterator[list[T]]:
        """Its chunks of `items`, in their order; what stood before an error comes before it."""
        for at in count():
            here: list[T] = []
            try:
                here.extend(islice(items, chunk))
            except UplogError:
                yield here
                raise
            if at % self.of == self.number and here:
                yield here
            if len(here) < chunk:
                return


WHOLE = Share()
CHUNK = 2_000
"""Rows of one share, one after the other; large enough for Kafka's batches, small enough for memory."""
Cells = Found[list[Any]] | Refusal
Payload = Found[Any] | Refusal | Skipped | Columns
