"""No published group of employees is smaller than five: small cells are rolled up, never blanked, so totals hold.

A cell of an E table (docs/privacy.md) counts the distinct persons of its cube. From the coarsest level down:
stores too small join `other:<brand>`, then `other`; inside each store, kinds (organiser level, kind, tool, role)
too small join `other`. A rolled-up cell never stands alone: if it held one member, or still too few persons, the
smallest neighbour joins it, so that it cannot be computed as a total minus the rest. The mart's own SQL then
runs over the relabelled cube, so that medians, ratios and distinct counts are those of the new cells.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias, TypeVar

MINIMUM = 5
OTHER = "other"
Name = TypeVar("Name", bound=Hashable)
Members: TypeAlias = Mapping[Name, frozenset[str]]
"""Members of one level (a store, a kind) with the persons in each."""


@dataclass(frozen=True)
class Cell:
    """One cell at the finest grain: its period and fixed labels, its store and brand, its kinds, its persons."""

    fixed: tuple[Hashable, ...]
    store: str | None
    brand: str | None
    kinds: tuple[str, ...]
    persons: frozenset[str]


@dataclass(frozen=True)
class Label:
    """Where a cell is published: its store and kinds; `is_dropped` when its whole period has too few persons."""

    store: str | None
    kinds: tuple[str, ...]
    is_dropped: bool = False


Merged: TypeAlias = Mapping[tuple[str | None, tuple[str, ...]], int]
"""Published labels (a store, and kinds down to some level) that may not stand alone, and how often that was said."""


def labels(cells: Sequence[Cell], minimum: int = MINIMUM, merged: Merged = MappingProxyType({})) -> list[Label]:
    """The label of each cell, in their order. What is in `merged` is rolled up as if it were too small."""
    found: dict[int, Label] = {}
    for places in _groups(range(len(cells)), lambda place: cells[place].fixed).values():
        if len(_persons(cells, places)) < minimum:
            found |= {place: Label(cells[place].store, cells[place].kinds, is_dropped=True) for place in places}
            continue
        stores = _store_labels(cells, places, minimum, merged)
        for store, inside in _groups(places, stores.__getitem__).items():
            for place, kinds in _kind_labels(cells, inside, (store, ()), minimum, merged).items():
                found[place] = Label(store, kinds)
    return [found[place] for place in range(len(cells))]


def rolled_up(members: Members[Name], start: set[Name], minimum: int = MINIMUM, more: int = 0) -> set[Name]:
    """The members that must be published together so that those of `start` can be.

    The smallest neighbours join until there are two members and `minimum` persons in all, and `more` beyond, or no
    neighbour is left (then the one cell is the parent's total).
    """
    gone = set(start)
    rest = sorted((name for name in members if name not in gone), key=lambda name: (len(members[name]), str(name)))
    persons = frozenset[str]().union(*(members[name] for name in gone))
    while gone and rest and (len(gone) < 2 or len(persons) < minimum):
        gone.add(rest[0])
        persons |= members[rest.pop(0)]
    return gone | set(rest[:more]) if gone else gone


def _store_labels(cells: Sequence[Cell], places: Sequence[int], minimum: int, merged: Merged) -> dict[int, str | None]:
    """The published store of each cell of one period: inside its brand first, then across brands."""
    label = {place: cells[place].store for place in places}
    if all(store is None for store in label.values()):
        return label
    for brand, inside in _groups(places, lambda place: cells[place].brand).items():
        by_store = _groups(inside, label.__getitem__)
        members = {store: _persons(cells, its) for store, its in by_store.items()}
        small = {store for store, persons in members.items() if len(persons) < minimum or (store, ()) in merged}
        rest = f"{OTHER}:{brand}"
        for store in rolled_up(members, small, minimum, merged.get((rest, ()), 0)):
            label |= dict.fromkeys(by_store[store], rest)
    by_label = _groups(places, label.__getitem__)
    members = {name: _persons(cells, its) for name, its in by_label.items()}
    unsafe = {
        name
        for name, its in by_label.items()
        if str(name).startswith(f"{OTHER}:")
        and (len({cells[place].store for place in its}) < 2 or len(members[name]) < minimum)
    }
    for name in rolled_up(members, unsafe, minimum, merged.get((OTHER, ()), 0)):
        label |= dict.fromkeys(by_label[name], OTHER)
    return label


def _kind_labels(
    cells: Sequence[Cell],
    places: Sequence[int],
    above: tuple[str | None, tuple[str, ...]],
    minimum: int,
    merged: Merged,
) -> dict[int, tuple[str, ...]]:
    """The published kinds of the cells of one published store, from the level below `above` on."""
    store, kinds = above
    if len(kinds) >= len(cells[places[0]].kinds):
        return dict.fromkeys(places, ())
    by_kind = _groups(places, lambda place: cells[place].kinds[len(kinds)])
    members = {kind: _persons(cells, its) for kind, its in by_kind.items()}
    small = {
        kind
        for kind, persons in members.items()
        if len(persons) < minimum or (kind != OTHER and (store, (*kinds, kind)) in merged)
    }
    if small and OTHER in members:
        small.add(OTHER)
    gone = rolled_up(members, small, minimum, merged.get((store, (*kinds, OTHER)), 0))
    published = {kind: its for kind, its in by_kind.items() if kind not in gone}
    if gone:
        published[OTHER] = [place for kind in gone for place in by_kind[kind]]
    return {
        place: (kind, *deeper)
        for kind, inside in published.items()
        for place, deeper in _kind_labels(cells, inside, (store, (*kinds, kind)), minimum, merged).items()
    }


def _persons(cells: Sequence[Cell], places: Sequence[int]) -> frozenset[str]:
    return frozenset[str]().union(*(cells[place].persons for place in places))


def _groups(places: Iterable[int], key: Callable[[int], Name]) -> dict[Name, list[int]]:
    found: dict[Name, list[int]] = {}
    for place in places:
        found.setdefault(key(place), []).append(place)
    return found
