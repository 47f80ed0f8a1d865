"""Whatever the cells: no published group is under five, none stands alone for one that was, none is lost."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from publishing.groups import MINIMUM, OTHER, Cell, labels

_PERSONS = st.frozensets(st.integers(0, 40).map(str), min_size=1, max_size=12)


@st.composite
def cells(draw: st.DrawFn) -> list[Cell]:
    """Cells of up to two weeks, six stores of three brands, two levels of kinds; persons work in one store."""
    chosen = draw(
        st.lists(
            st.tuples(st.integers(1, 2), st.integers(1, 6), st.sampled_from("xyz"), st.sampled_from("pqr"), _PERSONS),
            min_size=1,
            max_size=30,
            unique_by=lambda row: row[:4],
        )
    )
    return [
        Cell((week,), f"S{store}", f"B{store % 3}", (coarse, fine), frozenset(f"S{store}-{one}" for one in persons))
        for week, store, coarse, fine, persons in chosen
    ]


@given(cells())
@settings(max_examples=150, deadline=None)
def test_publish_groups_of_any_cells_are_safe(found: list[Cell]) -> None:
    given_labels = labels(found)
    assert len(given_labels) == len(found)

    by_week: dict[object, set[str]] = defaultdict(set)
    groups: dict[object, set[str]] = defaultdict(set)
    stores: dict[object, set[object]] = defaultdict(set)
    for cell, label in zip(found, given_labels, strict=True):
        by_week[cell.fixed] |= cell.persons
        if not label.is_dropped:
            groups[cell.fixed, label.store, label.kinds] |= cell.persons
            stores[cell.fixed, label.store].add(cell.store)

    assert all(len(persons) >= MINIMUM for persons in groups.values())
    assert all(
        label.is_dropped == (len(by_week[cell.fixed]) < MINIMUM)
        for cell, label in zip(found, given_labels, strict=True)
    )
    rolled = {key: its for key, its in stores.items() if str(key[1]).startswith(OTHER)}  # type: ignore[index]
    assert all(len(its) >= 2 for its in rolled.values())
