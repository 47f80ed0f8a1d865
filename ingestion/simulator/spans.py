"""Arithmetic of half-open spans of seconds: unions, parts inside and outside, pieces by business day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from ingestion.simulator.instants import DAY, day_of, midnight

Span = tuple[int, int]


def union(spans: Iterable[Span]) -> list[Span]:
    """The same time as disjoint spans in order."""
    found: list[Span] = []
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ends))
        else:
            found.append((begins, ends))
    return found


def inside(spans: list[Span], others: list[Span]) -> list[Span]:
    """What of `spans` lies in `others`, both disjoint and in order."""
    found = []
    for begins, ends in spans:
        for first, last in others:
            low, high = max(begins, first), min(ends, last)
            if low < high:
                found.append((low, high))
    return found


def outside(spans: list[Span], others: list[Span]) -> list[Span]:
    """What of `spans` lies in none of `others`, both disjoint and in order."""
    found = []
    for begins, ends in spans:
        for first, last in others:
            if last <= begins or first >= ends:
                continue
            if begins < first:
                found.append((begins, first))
            begins = max(begins, last)
        if begins < ends:
            found.append((begins, ends))
    return found


def seconds(spans: Iterable[Span]) -> int:
    return sum(ends - begins for begins, ends in spans)


def by_day(spans: Iterable[Span]) -> Iterator[tuple[date, Span]]:
    """The pieces of each span by the business day they lie on."""
    for begins, ends in spans:
        while begins < ends:
            day = day_of(begins)
            stop = min(ends, midnight(day) + DAY)
            yield day, (begins, stop)
            begins = stop
