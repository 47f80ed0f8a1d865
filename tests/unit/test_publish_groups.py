"""Rolling small groups up: hand-made cells and where each must be published."""

from __future__ import annotations

from publishing.groups import Cell, Label, labels, rolled_up


def people(prefix: str, count: int) -> frozenset[str]:
    return frozenset(f"{prefix}{number}" for number in range(count))


def cell(store: str, brand: str, count: int, *kinds: str, week: str = "w1") -> Cell:
    return Cell((week,), store, brand, kinds, people(store, count))


def test_groups_of_five_and_more_stay_as_they_are() -> None:
    cells = [cell("S1", "A", 5), cell("S2", "A", 9)]

    assert labels(cells) == [Label("S1", ()), Label("S2", ())]


def test_groups_small_store_joins_its_brand_and_takes_the_smallest_neighbour_along() -> None:
    cells = [cell("S1", "A", 4), cell("S2", "A", 9), cell("S3", "A", 6), cell("S4", "B", 8)]

    assert [one.store for one in labels(cells)] == ["other:A", "S2", "other:A", "S4"]


def test_groups_two_small_stores_need_no_neighbour_once_they_are_five() -> None:
    cells = [cell("S1", "A", 2), cell("S2", "A", 3), cell("S3", "A", 6)]

    assert [one.store for one in labels(cells)] == ["other:A", "other:A", "S3"]


def test_groups_brand_of_one_small_store_joins_others_across_brands() -> None:
    cells = [cell("S1", "A", 3), cell("S2", "B", 9), cell("S3", "B", 6)]

    assert [one.store for one in labels(cells)] == ["other", "S2", "other"]


def test_groups_small_kind_inside_a_store_joins_other_with_the_smallest_neighbour() -> None:
    persons = people("S1", 9)
    kinds = {"rare": people("S1", 2), "usual": people("S1", 9), "some": people("S1", 6)}
    cells = [Cell(("w1",), "S1", "A", (kind,), kinds[kind] & persons) for kind in kinds]

    assert [one.kinds for one in labels(cells)] == [("other",), ("usual",), ("other",)]


def test_groups_levels_are_rolled_from_the_coarser_kind_down() -> None:
    cells = [
        Cell(("w1",), "S1", "A", ("oem", "training"), people("x", 2)),
        Cell(("w1",), "S1", "A", ("store", "morning"), people("x", 8)),
        Cell(("w1",), "S1", "A", ("store", "evening"), people("x", 3)),
        Cell(("w1",), "S1", "A", ("group", "review"), people("x", 7)),
    ]

    found = [one.kinds for one in labels(cells)]

    assert found == [("other", "other"), ("store", "other"), ("store", "other"), ("other", "other")]


def test_groups_a_genuine_other_takes_the_small_ones_in() -> None:
    cells = [cell("S1", "A", 6, "other"), cell("S1", "A", 3, "rare"), cell("S1", "A", 8, "usual")]

    assert [one.kinds for one in labels(cells)] == [("other",), ("other",), ("usual",)]


def test_groups_period_with_fewer_than_five_in_all_is_left_out() -> None:
    cells = [cell("S1", "A", 2), cell("S2", "A", 2), cell("S1", "A", 8, week="w2")]

    assert [one.is_dropped for one in labels(cells)] == [True, True, False]


def test_groups_without_a_store_roll_their_kind_only() -> None:
    cells = [Cell(("w1", "G"), None, None, (role,), people(role, count)) for role, count in (("dcc", 2), ("sales", 9))]

    assert labels(cells) == [Label(None, ("other",)), Label(None, ("other",))]


def test_groups_lone_small_member_takes_one_neighbour() -> None:
    members = {"a": people("a", 1), "b": people("b", 9), "c": people("c", 7)}

    assert rolled_up(members, {"a"}) == {"a", "c"}
    assert rolled_up(members, set()) == set()
