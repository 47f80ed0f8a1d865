"""Every table about employees decided together, so that none gives away what another rolled up.

First each table by itself (`groups`). Then, for each period, what all of them say together (`differencing`): while a
group of fewer than five can be computed, a cell that helps is merged further. Last, with the publication before: stores
from which somebody who came or left meanwhile could be computed stay as they were published. Whose contributions each
cell summed is kept beside the build (`groups.duckdb`, 0600) for the next publication.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

from publishing import groups
from publishing.differencing import computable
from publishing.groups import MINIMUM, Cell, Label

Fixed = tuple[Hashable, ...]
Unknown = tuple[str, str | None, tuple[str, ...]]
"""One contribution: whose, at which store, of which kinds. The same one in every publication, whatever its figures are:
how they changed is often known (everybody sat in the meeting that came late), and some never change.
"""
Sum = tuple[str | None, frozenset[Unknown]]
"""One published cell: under which store (None: of no store, or not noted), and the contributions it summed."""

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


Earlier = Mapping[str, Mapping[str, Sequence[Sum]]]
"""What the publication before said: by table and period (as text), its cells."""
Kept = frozenset[tuple[str, Hashable, str | None]]
"""Table, period and published store (None: all of the period) of the rows that stay as they were published before."""


@dataclass(frozen=True)
class Decision:
    """Labels of each table's cells, in their order, and what stays as the publication before said it."""

    labels: Mapping[str, list[Label]]
    kept: Kept


def decided(tables: Sequence[Table], earlier: Earlier | None = None, minimum: int = MINIMUM) -> Decision:
    """What may be published of all tables together."""
    found = {table.name: groups.labels(table.cells, minimum) for table in tables}
    kept: set[tuple[str, Hashable, str | None]] = set()
    for period in sorted({table.period for table in tables}):
        of_period = [table for table in tables if table.period == period]
        for family in _families(of_period):
            _made_safe(family, found, kept, earlier or {}, minimum)
    return Decision(found, frozenset(kept))


def said(table: Table, labels: Sequence[Label]) -> dict[Hashable, list[Sum]]:
    """By period, the published cells of a table."""
    rows: dict[tuple[Fixed, str | None, tuple[str, ...]], set[Unknown]] = defaultdict(set)
    for cell, label in zip(table.cells, labels, strict=True):
        if not label.is_dropped:
            rows[cell.fixed, label.store, label.kinds] |= set(_unknowns(cell))
    by_period: dict[Hashable, list[Sum]] = defaultdict(list)
    for (fixed, store, _), row in rows.items():
        by_period[fixed[0]].append((store, frozenset(row)))
    return by_period


def stays(kept: Kept, table: str, period: Hashable, store: str | None) -> bool:
    """Whether the row of this published store is the publication's before."""
    return (table, period, store) in kept or (table, period, None) in kept


def _families(tables: Sequence[Table]) -> list[list[Table]]:
    """Tables that may say sums of the same contributions: those by person alone, and each by kind with them."""
    partitions = [table for table in tables if table.is_partition]
    others = [table for table in tables if not table.is_partition]
    return [family for family in (partitions, *([*partitions, one] for one in others)) if family]


def _made_safe(
    family: Sequence[Table],
    found: dict[str, list[Label]],
    kept: set[tuple[str, Hashable, str | None]],
    earlier: Earlier,
    minimum: int,
) -> None:
    """Merge further in the family's last table, then in those before it, period by period; then keep what was said."""
    judged: dict[Hashable, tuple[list[Mapping[Hashable, Label]], list[tuple[str, str | None]]]] = {}
    labels: list[Mapping[Hashable, Label]]
    for period in sorted({cell.fixed[0] for table in family for cell in table.cells}, key=str):
        parts = [_of(table, found[table.name], period) for table in family]
        before = [earlier.get(table.name, {}).get(str(period), ()) for table in family]
        if _is_as_before(parts, before):
            continue
        if (shape := _shape(parts, before)) not in judged:
            _until_safe(parts, family, minimum)
            held: list[tuple[str, str | None]] = []
            if any(before) and not _is_as_before(parts, before):
                held = _held_back(parts, family, before, minimum)
            labels = [dict(zip(map(_standing, cells), own, strict=True)) for _, cells, own in parts]
            judged[shape] = labels, held
        labels_of, stores = judged[shape]
        kept.update((name, period, store) for name, store in stores)
        for table, (places, cells, _), own in zip(family, parts, labels_of, strict=True):
            for place, cell in zip(places, cells, strict=True):
                found[table.name][place] = own[_standing(cell)]


def _until_safe(parts: list[Part], family: Sequence[Table], minimum: int) -> None:
    """Merge as many of `parts` as it takes for nothing to leak, the last first."""
    for number in reversed(range(len(family))):
        if not _leaks(parts, family, [()] * len(family), minimum):
            break
        parts[number] = _merged(parts, number, family, minimum)


def _held_back(
    parts: list[Part], family: Sequence[Table], before: Sequence[Sequence[Sum]], minimum: int
) -> list[tuple[str, str | None]]:
    """Keep stores as they were said before, those of who leaks and the last table first, until nothing leaks; the
    tables and published stores of what stays.

    What leaks when all of it stays was said before, and nothing is added.
    """
    stay: list[tuple[str, str | None]] = []
    blocks = [_blocks(part, then) for part, then in zip(parts, before, strict=True)]
    for is_everybody in (False, True):
        for number, table in reversed(list(enumerate(family))):
            while blocks[number] and (leaking := _leaks(parts, family, before, minimum)):
                whose = {person for one in leaking for person, *_ in one}
                held = [block for block in blocks[number] if is_everybody or block.persons & whose]
                if not held:
                    break
                blocks[number] = [block for block in blocks[number] if block not in held]
                parts[number] = _as_before(parts[number], frozenset[str | None]().union(*(one.stores for one in held)))
                stay += [(table.name, store) for block in held for store in block.said]
    return stay


@dataclass(frozen=True)
class Block:
    """Stores of a table that share a published cell, now or in the publication before: they stay together or not.

    `said` are the published stores they had then, `persons` who stands in them, now or then.
    """

    stores: frozenset[str | None]
    said: frozenset[str | None]
    persons: frozenset[str]


def _blocks(part: Part, before: Sequence[Sum]) -> list[Block]:
    _, cells, labels = part
    together: dict[tuple[bool, str | None], list[Block]] = defaultdict(list)
    for cell, label in zip(cells, labels, strict=True):
        together[False, label.store].append(Block(frozenset({cell.store}), frozenset(), cell.persons))
    for published, row in before:
        stores, persons = frozenset(store for _, store, _ in row), frozenset(person for person, *_ in row)
        together[True, published].append(Block(stores, frozenset({published}), persons))
    found: list[Block] = []
    for block in map(_joined, together.values()):
        beside = [one for one in found if one.stores & block.stores]
        found = [one for one in found if not one.stores & block.stores] + [_joined([*beside, block])]
    return found


def _joined(blocks: Sequence[Block]) -> Block:
    return Block(
        frozenset[str | None]().union(*(one.stores for one in blocks)),
        frozenset[str | None]().union(*(one.said for one in blocks)),
        frozenset[str]().union(*(one.persons for one in blocks)),
    )


def _as_before(part: Part, stores: frozenset[str | None]) -> Part:
    """The table says nothing new of these stores: what it said before stays."""
    places, cells, labels = part
    return (
        places,
        cells,
        [
            replace(label, is_dropped=label.is_dropped or cell.store in stores)
            for cell, label in zip(cells, labels, strict=True)
        ],
    )


def _is_as_before(parts: Sequence[Part], before: Sequence[Sequence[Sum]]) -> bool:
    """Whether a period says sums of the very contributions it said before: they were judged then."""
    now = [{frozenset(row) for row in _rows(cells, labels, {}, False)} for _, cells, labels in parts]
    return now == [{row for _, row in rows} for rows in before]


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
    parts: Sequence[Part], family: Sequence[Table], before: Sequence[Sequence[Sum]], minimum: int
) -> list[frozenset[Unknown]]:
    """Sets of contributions of too few persons that these parts and what was said before let compute.

    Where the finest table said nothing before, an earlier sum is told apart as it is now for whoever is still there.
    """
    leading = _leading(parts, family)
    finest = _finest(_contributed(parts), parts, family)
    then = _finest([[one for _, row in rows for one in row] for rows in before], parts, family)
    is_known = any(before[place] for place in leading)
    rows: list[frozenset[Unknown]] = []
    for (_, cells, labels), table, earlier in zip(parts, family, before, strict=True):
        rows += map(frozenset, _rows(cells, labels, finest, table.is_partition))
        if table.is_partition and not is_known:
            here = {one for cell in cells for one in _unknowns(cell)}
            rows += [frozenset(_spread(row & here, finest) | (row - here)) for _, row in earlier]
        else:
            rows += [frozenset(_spread(row, then)) if table.is_partition else row for _, row in earlier]
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
    return [(person, cell.store, cell.kinds) for person in cell.persons]


def _shape(parts: Sequence[Part], before: Sequence[Sequence[Sum]]) -> Hashable:
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
