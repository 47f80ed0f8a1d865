"""Every table about employees decided together, so that none gives away what another rolled up.

First each table by itself (`groups`). Then, for each period, what all of them say together (`differencing`): while a
group of fewer than five can be computed, a cell that helps is merged further. Last, with the publication before: a
period from which somebody who came or left meanwhile could be computed stays as it was published. What each cell summed
is kept beside the build (`groups.duckdb`, 0600) for the next publication.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from publishing import groups
from publishing.differencing import computable
from publishing.groups import MINIMUM, Cell, Label

Fixed = tuple[Hashable, ...]
Unknown = tuple[str, str | None, tuple[str, ...], str]
"""One contribution: whose, at which store, of which kinds, and the digest of what it is."""

_ROUNDS = 60
_EVERYWHERE = "*"


@dataclass(frozen=True)
class Table:
    """The cells of one table; `period` is the name of its period's column."""

    name: str
    period: str
    cells: tuple[Cell, ...]

    @cached_property
    def is_partition(self) -> bool:
        """Whether it says nothing of kinds of things done: everybody at their store, or over all stores as what they
        are. Who has a new role in mid-week stands in two cells.
        """
        return all(cell.store is None or not cell.kinds for cell in self.cells)


Earlier = Mapping[str, Mapping[str, Sequence[frozenset[Unknown]]]]
"""What the publication before said: by table and period (as text), the contributions each cell summed."""


@dataclass(frozen=True)
class Decision:
    """Labels of each table's cells, in their order; `kept` are the tables and periods that stay as published before."""

    labels: Mapping[str, list[Label]]
    kept: frozenset[tuple[str, Hashable]]


def decided(tables: Sequence[Table], earlier: Earlier | None = None, minimum: int = MINIMUM) -> Decision:
    """What may be published of all tables together."""
    found = {table.name: groups.labels(table.cells, minimum) for table in tables}
    kept: set[tuple[str, Hashable]] = set()
    for period in sorted({table.period for table in tables}):
        of_period = [table for table in tables if table.period == period]
        for family in _families(of_period):
            _made_safe(family, found, kept, earlier or {}, minimum)
    return Decision(found, frozenset(kept))


def said(table: Table, labels: Sequence[Label]) -> dict[Hashable, list[frozenset[Unknown]]]:
    """By period, the contributions each published cell of a table sums."""
    rows: dict[tuple[Fixed, str | None, tuple[str, ...]], set[Unknown]] = defaultdict(set)
    for cell, label in zip(table.cells, labels, strict=True):
        if not label.is_dropped:
            rows[cell.fixed, label.store, label.kinds] |= set(_unknowns(cell))
    by_period: dict[Hashable, list[frozenset[Unknown]]] = defaultdict(list)
    for (fixed, _, _), row in rows.items():
        by_period[fixed[0]].append(frozenset(row))
    return by_period


def _families(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables that may say sums of the same contributions: those by person alone, and each by kind with them."""
    partitions = [table for table in tables if table.is_partition]
    others = [table for table in tables if not table.is_partition]
    return [family for family in (partitions, *([*partitions, one] for one in others)) if family]


def _made_safe(
    family: Sequence[Table],
    found: dict[str, list[Label]],
    kept: set[tuple[str, Hashable]],
    earlier: Earlier,
    minimum: int,
) -> None:
    """Merge further in the family's last table, then in those before it, period by period; then keep what was said."""
    judged: dict[Hashable, tuple[list[Mapping[Hashable, Label]], list[str]]] = {}
    labels: list[Mapping[Hashable, Label]]
    for period in sorted({cell.fixed[0] for table in family for cell in table.cells}, key=str):
        parts = [_of(table, found[table.name], period) for table in family]
        before = [earlier.get(table.name, {}).get(str(period), ()) for table in family]
        if _is_as_before(parts, before):
            continue
        if (shape := _shape(parts, before)) not in judged:
            held: list[int] = []
            _until_safe(_merged, parts, family, [()] * len(family), minimum)
            if any(before):  # what leaks when all of them stay was said before, and nothing is added
                held = _until_safe(_as_before, parts, family, before, minimum)
            labels = [dict(zip(map(_standing, cells), own, strict=True)) for _, cells, own in parts]
            judged[shape] = labels, [family[number].name for number in held if before[number]]
        labels_of, names = judged[shape]
        kept.update((name, period) for name in names)
        for table, (places, cells, _), own in zip(family, parts, labels_of, strict=True):
            for place, cell in zip(places, cells, strict=True):
                found[table.name][place] = own[_standing(cell)]


def _until_safe(
    step: Callable[[Sequence[Part], int, Sequence[Table], int], Part],
    parts: list[Part],
    family: Sequence[Table],
    before: Sequence[Sequence[frozenset[Unknown]]],
    minimum: int,
) -> list[int]:
    """Put as many of `parts` as it takes for nothing to leak through `step`, the last first: which."""
    done: list[int] = []
    for number in reversed(range(len(family))):
        if not _leaks(parts, family, before, minimum):
            break
        parts[number] = step(parts, number, family, minimum)
        done.append(number)
    return done


def _as_before(parts: Sequence[Part], number: int, family: Sequence[Table], minimum: int) -> Part:
    """The table says nothing new of the period: what it said before stays."""
    places, cells, labels = parts[number]
    return places, cells, [Label(one.store, one.kinds, is_dropped=True) for one in labels]


def _is_as_before(parts: Sequence[Part], before: Sequence[Sequence[frozenset[Unknown]]]) -> bool:
    """Whether a period says the very sums it said before: they were judged then."""
    now = [{frozenset(row) for row in _rows(cells, labels, {}, False)} for _, cells, labels in parts]
    return now == [set(rows) for rows in before]


Part = tuple[list[int], list[Cell], list[Label]]
"""One table's cells of one period: their places in the table, the cells, their labels."""


def _of(table: Table, labels: Sequence[Label], period: Hashable) -> Part:
    places = [place for place, cell in enumerate(table.cells) if cell.fixed[0] == period]
    return places, [table.cells[place] for place in places], [labels[place] for place in places]


def _merged(parts: Sequence[Part], number: int, family: Sequence[Table], minimum: int) -> Part:
    """The part of one table with cells merged until nothing leaks; left out when merging does not help."""
    places, cells, labels = parts[number]
    merged: Counter[tuple[str | None, tuple[str, ...]]] = Counter()
    tried, nothing = list(parts), [()] * len(family)
    finest = _finest(_contributed(parts), parts, family)
    for _ in range(_ROUNDS):
        leaking = _leaks(tried, family, nothing, minimum)
        if not leaking:
            return tried[number]
        at = [
            (len(cell.persons), label.store, label.kinds, _spread(_unknowns(cell), finest) | set(_unknowns(cell)))
            for cell, label in zip(cells, labels, strict=True)
            if not label.is_dropped
        ]
        helping = [[(size, store, kinds) for size, store, kinds, own in at if own & one] for one in leaking]
        asked = {min(ones, key=str)[1:] for ones in helping if ones}
        if not asked:
            break
        merged.update(asked)
        before, labels = labels, groups.labels(cells, minimum, merged)
        tried[number] = (places, cells, labels)
        if labels == before and max(merged.values()) > _ROUNDS // 2:
            break
    return places, cells, [Label(cell.store, cell.kinds, is_dropped=True) for cell in cells]


def _leaks(
    parts: Sequence[Part], family: Sequence[Table], before: Sequence[Sequence[frozenset[Unknown]]], minimum: int
) -> list[frozenset[Unknown]]:
    """Sets of contributions of too few persons that these parts and what was said before let compute.

    Where the finest table said nothing before, an earlier sum is told apart as it is now for whoever is unchanged.
    """
    leading = _leading(parts, family)
    finest = _finest(_contributed(parts), parts, family)
    then = _finest([[one for row in rows for one in row] for rows in before], parts, family)
    is_known = any(before[place] for place in leading)
    rows: list[frozenset[Unknown]] = []
    for (_, cells, labels), table, earlier in zip(parts, family, before, strict=True):
        rows += map(frozenset, _rows(cells, labels, finest, table.is_partition))
        if table.is_partition and not is_known:
            unchanged = {one for cell in cells for one in _unknowns(cell)}
            rows += [frozenset(_spread(row & unchanged, finest) | (row - unchanged)) for row in earlier]
        else:
            rows += [frozenset(_spread(row, then)) if table.is_partition else row for row in earlier]
    unknowns = sorted({one for row in rows for one in row}, key=str)
    number = {one: place for place, one in enumerate(unknowns)}
    persons = [whose for whose, *_ in unknowns]
    found = computable(persons, [frozenset(number[one] for one in row) for row in rows], minimum)
    return [frozenset(unknowns[place] for place in one) for one in found]


def _contributed(parts: Sequence[Part]) -> list[list[Unknown]]:
    """The contributions in each table's cells."""
    return [[one for cell in cells for one in _unknowns(cell)] for _, cells, _ in parts]


def _leading(parts: Sequence[Part], family: Sequence[Table]) -> list[int]:
    """The table of a family that tells contributions apart the finest: the one by kinds, else one by stores."""
    by_kind = [place for place, table in enumerate(family) if not table.is_partition]
    at_store = [place for place, part in enumerate(parts) if any(cell.store is not None for cell in part[1])]
    return by_kind or at_store[:1] or [0]


Finest: TypeAlias = Mapping[Hashable, set[Unknown]]
"""The contributions of each person at each store, and at all of them; beside them those that stand for themselves."""


def _finest(said: Sequence[Sequence[Unknown]], parts: Sequence[Part], family: Sequence[Table]) -> Finest:
    """Contributions as the table tells them that tells them apart the finest; `said` are those of each table.

    Who stands in several cells of a table over all stores (a new role in mid-week) has a part in each: at their one
    store they have these, elsewhere nobody knows which are which.
    """
    found: dict[Hashable, set[Unknown]] = defaultdict(set)
    leading = _leading(parts, family)
    for one in (one for place in leading for one in said[place]):
        found[one[0], one[1]].add(one)
        found[one[0], _EVERYWHERE].add(one)
    for own, table in zip(said, family, strict=True):
        if not table.is_partition:
            continue
        several: dict[str, set[Unknown]] = defaultdict(set)
        for one in own:
            if one[1] is None:
                several[one[0]].add(one)
        for person, ones in several.items():
            if len(ones) > 1:
                found.update({one: {one} for one in ones})
                if all(family[place].is_partition for place in leading) and len(found[person, _EVERYWHERE]) == 1:
                    ((_, store, *_),) = found[person, _EVERYWHERE]
                    found[person, store] = found[person, _EVERYWHERE] = ones
    return found


def _rows(cells: Sequence[Cell], labels: Sequence[Label], finest: Finest, spread: bool) -> Iterable[set[Unknown]]:
    rows: dict[object, set[Unknown]] = defaultdict(set)
    for cell, label in zip(cells, labels, strict=True):
        if not label.is_dropped:
            own = _unknowns(cell)
            rows[cell.fixed, label.store, label.kinds] |= _spread(own, finest) if spread else set(own)
    return rows.values()


def _spread(row: Iterable[Unknown], finest: Finest) -> set[Unknown]:
    """A sum over persons as one over all they did, at the stores it covers (a table over all stores covers all).

    Who did nothing of these kinds adds nothing.
    """
    found: set[Unknown] = set()
    for one in row:
        person, store, *_ = one
        if one in finest:
            found |= finest[one]
        elif store is not None:
            found |= finest.get((person, store), set())
        else:
            found |= finest.get((person, _EVERYWHERE), set())
    return found


def _unknowns(cell: Cell) -> list[Unknown]:
    return [(person, cell.store, cell.kinds, cell.digests.get(person, "")) for person in cell.persons]


def _shape(parts: Sequence[Part], before: Sequence[Sequence[frozenset[Unknown]]]) -> Hashable:
    """What decides whether a period is safe: who stands where. Weeks that are alike are looked at once."""
    now = tuple(
        frozenset(
            (_standing(cell), cell.persons, label.store, label.kinds, label.is_dropped)
            for cell, label in zip(cells, labels, strict=True)
        )
        for place, (_, cells, labels) in enumerate(parts)
    )
    return now, tuple(frozenset(rows) for rows in before)


def _standing(cell: Cell) -> Hashable:
    """Which cell of its period it is."""
    return cell.fixed[1:], cell.store, cell.kinds
