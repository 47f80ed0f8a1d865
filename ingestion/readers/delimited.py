"""CSV and its kin: any delimiter, quoted newlines, a `sep=;` line; rows that do not add up are for the table to judge.

A quote that is never closed would swallow the rest of the file: a record over 200 lines is refused instead.
"""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    codec = text.codec_of(file, encoding)
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
    at = _Place(skipped, skipped)
    reader = csv.reader(_counted(lines, at), delimiter=delimiter)
    while True:
        at.started = at.line
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            reason = _span("a cell over 1 MiB or a quote that is never closed", at.started + 1, at.line)
            yield Refusal(at.started + 1, reason)
            at.is_spoilt = at.was_cut = False
            continue
        if at.is_spoilt:
            yield _refused(at)
            at.is_spoilt = at.was_cut = False
        elif len(cells) > _MAX_COLUMNS:
            yield Refusal(at.started + 1, f"over {_MAX_COLUMNS} columns")
        else:
            yield Found(at.started + 1, cells)


@dataclass(slots=True)
class _Place:
    """Where the reader stands: lines read, the line before the present record, and what is wrong with that record."""

    line: int
    started: int
    is_spoilt: bool = False
    was_cut: bool = False
    bad_line: int = 0


def _counted(lines: Iterator[str], at: _Place) -> Iterator[str]:
    """The lines, counted; a record that runs over too many of them ends by closing its quote."""
    for line in lines:
        if at.line - at.started >= _MAX_RECORD_LINES:
            at.was_cut = at.is_spoilt = True
            yield '"\n'
        at.line += 1
        if line == text.BAD:
            at.bad_line, at.is_spoilt = at.line, True
        yield line


def _refused(at: _Place) -> Refusal:
    if at.was_cut:
        return Refusal(at.started + 1, _span("a quote that is never closed", at.started + 1, at.line))
    return Refusal(at.bad_line, "not in the file's encoding, or over 4 MiB")


def _span(reason: str, first: int, last: int) -> str:
    return f"{reason} (lines {first} to {last})" if last > first else reason
