"""CSV and its kin: any delimiter, quoted newlines, a `sep=;` line; rows that do not add up are for the table to judge.

A quote that is never closed would swallow the rest of the file: a record over 200 lines is refused instead.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from typing import BinaryIO

from ingestion.readers import text
from ingestion.readers.rows import Cells, Found, Refusal

DELIMITERS = (",", "\t", ";", "|", "，")
_SAMPLE_LINES = 60
_MAX_RECORD_LINES = 200
_MAX_CELL = 1 << 20
_MAX_COLUMNS = 2_000


def rows(
    file: BinaryIO, *, encoding: str | None, delimiter: str | None, score: Callable[[list[str]], int]
) -> Iterator[Cells]:
    """The records of a delimited file, each at the line it starts on.

    `score` says how much a row looks like the header; the delimiter that gives the best one is taken.
    """
    codec = text.known_encoding(encoding) if encoding else text.encoding_of(file)
    stream = text.lines(file, codec)
    sample = list(itertools.islice(stream, _SAMPLE_LINES))
    skipped = 0
    if sample and sample[0].lower().startswith("sep=") and len(sample[0].strip()) == 5:
        delimiter = delimiter or sample[0].strip()[4]
        sample, skipped = sample[1:], 1
    delimiter = delimiter or _best_delimiter(sample, score)
    yield from _records(itertools.chain(sample, stream), delimiter, skipped)


def _best_delimiter(sample: list[str], score: Callable[[list[str]], int]) -> str:
    def merit(delimiter: str) -> tuple[int, int]:
        cells = [found.content for found in _records(iter(sample), delimiter, 0) if isinstance(found, Found)]
        return max(map(score, cells), default=0), max(map(len, cells), default=0)

    return max(DELIMITERS, key=merit)


def _records(lines: Iterator[str], delimiter: str, skipped: int) -> Iterator[Cells]:
    csv.field_size_limit(_MAX_CELL)
    source = _Counted(lines, skipped)
    reader = csv.reader(source, delimiter=delimiter)
    while True:
        first = source.line + 1
        source.started = source.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Refusal(first, _span("a cell over 1 MiB or a quote that is never closed", first, source.line))
            continue
        if source.was_cut:
            yield Refusal(first, _span("a quote that is never closed", first, source.line))
            source.was_cut = False
        elif len(cells) > _MAX_COLUMNS:
            yield Refusal(first, f"over {_MAX_COLUMNS} columns")
        elif source.bad_line is not None:
            yield Refusal(source.bad_line, "not in the file's encoding, or over 4 MiB")
            source.bad_line = None
        else:
            yield Found(first, cells)


class _Counted:
    """Physical lines, counted; ends a record that runs over too many of them by closing its quote."""

    def __init__(self, lines: Iterator[str], skipped: int) -> None:
        self._lines = lines
        self.line = skipped
        self.started = skipped
        self.was_cut = False
        self.bad_line: int | None = None

    def __iter__(self) -> _Counted:
        return self

    def __next__(self) -> str:
        if self.line - self.started >= _MAX_RECORD_LINES:
            self.was_cut = True
            self.started = self.line
            return '"\n'
        line = next(self._lines)
        self.line += 1
        if text.is_bad(line):
            self.bad_line = self.line
        return line


def _span(reason: str, first: int, last: int) -> str:
    return f"{reason} (lines {first} to {last})" if last > first else reason
