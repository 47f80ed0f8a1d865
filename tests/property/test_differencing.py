"""Nothing below five can be computed from what is published together, this time and the last."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import product
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from publishing import disclosure, groups
from publishing.differencing import brute, computable
from publishing.disclosure import Decision, Table, decided, said
from publishing.groups import OTHER, Cell, Label

WEEK = ("2026-10-12",)
ROLES = ("sales", "dcc", "aftersales", "manager")
KINDS = ("morning", "training", "oem", "review", "live", "price")


def week(seed: int, sizes: Sequence[int], brands: int = 2) -> tuple[Table, Table, Table]:
    """One week of a group: everybody at their store, everybody by role, who sat in which kind of meeting. Whoever is in
    two worlds of one seed did the same in both."""
    at_store: dict[str, set[str]] = defaultdict(set)
    by_role: dict[str, set[str]] = defaultdict(set)
    met: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for number, size in enumerate(sizes):
        store = f"S{number:03d}"
        for place in range(size):
            person = f"{store}E{place:02d}"
            rng = Random(f"{seed}:{person}")
            at_store[store].add(person)
            by_role[rng.choices(ROLES, (60, 15, 20, 5))[0]].add(person)
            for kind in KINDS:
                if rng.random() < 0.4:
                    met[store, rng.choice(("store", "oem")), kind].add(person)
    brand = {store: f"B{number % brands}" for number, store in enumerate(at_store)}
    return (
        Table("week", "week_start_date", tuple(Cell(WEEK, s, brand[s], (), frozenset(p)) for s, p in at_store.items())),
        Table("role", "week_start_date", tuple(Cell(WEEK, None, None, (r,), frozenset(p)) for r, p in by_role.items())),
        Table(
            "meetings",
            "week_start_date",
            tuple(Cell(WEEK, s, brand[s], (level, kind), frozenset(p)) for (s, level, kind), p in met.items()),
        ),
    )


def as_said(tables: Sequence[Table], decision: Decision) -> disclosure.Earlier:
    """What a publication leaves behind for the next one."""
    return {table.name: {WEEK[0]: said(table, decision.labels[table.name])[WEEK[0]]} for table in tables}


def leaks(
    tables: Sequence[Table],
    labels: Mapping[str, list[Label]],
    earlier: disclosure.Earlier | None = None,
    period: str = WEEK[0],
) -> int:
    """Groups under five that could be computed, family by family."""
    found = 0
    for family in disclosure._families(tables):
        parts = [disclosure._of(table, labels[table.name], period) for table in family]
        before = [(earlier or {}).get(table.name, {}).get(WEEK[0], ()) for table in family]
        found += len(disclosure._leaks(parts, family, before, groups.MINIMUM))
    return found


@given(
    st.integers(6, 11).flatmap(
        lambda n: st.tuples(
            st.just(n), st.lists(st.frozensets(st.integers(0, n - 1), min_size=1), min_size=1, max_size=6)
        )
    )
)
@settings(max_examples=60, deadline=None)
def test_computable_groups_are_those_that_trying_all_of_them_finds(case: tuple[int, list[frozenset[int]]]) -> None:
    size, rows = case
    persons = [str(one) for one in range(size)]
    found = [frozenset(persons[place] for place in one) for one in computable(persons, rows)]
    tried = brute(persons, rows)
    assert set(found) <= tried
    assert all(any(less <= group for less in found) for group in tried)


@given(
    st.lists(
        st.tuples(st.frozensets(st.sampled_from("abcdefgh"), min_size=1), st.sampled_from(["m", "r", "mr"])), min_size=1
    )
)
@settings(max_examples=100, deadline=None)
@example([(frozenset("abcdefgh"), "mr"), (frozenset("defgh"), "mr"), (frozenset("abcdefgh"), "m")])
def test_computable_finds_persons_whose_kinds_are_told_apart(said: list[tuple[frozenset[str], str]]) -> None:
    """Eight persons did two kinds each, and rows sum persons over one or both: three persons are six unknowns."""
    unknowns = list(product("abcdefgh", "mr"))
    persons = [person for person, _ in unknowns]
    rows = [
        frozenset(place for place, (person, kind) in enumerate(unknowns) if person in whose and kind in kinds)
        for whose, kinds in said
    ]

    found = computable(persons, rows)

    for group in brute(persons, rows):
        own = frozenset(place for place, person in enumerate(persons) if person in group)
        classes = {tuple(place in row for row in rows) for place in own}
        assert len(classes) > 4 or any(less <= own for less in found)


def test_computable_finds_a_total_less_its_shown_parts() -> None:
    persons = list("abcdefghijkl")
    everybody, shown = frozenset(range(12)), frozenset(range(9))
    assert computable(persons, [everybody, shown]) == [frozenset({9, 10, 11})]
    assert computable(persons, [everybody, frozenset(range(7))]) == []


def test_computable_finds_what_three_tables_say_together() -> None:
    """Stores and roles alone say nothing of one person; a third table's overlap does."""
    persons = [str(one) for one in range(20)]
    stores = [frozenset(range(10)), frozenset(range(10, 20))]
    roles = [frozenset({*range(5), *range(10, 15)}), frozenset({*range(5, 10), *range(15, 20)})]
    assert computable(persons, [*stores, *roles]) == []
    third = frozenset({*range(5), *range(10, 15), 5})
    assert frozenset({5}) in computable(persons, [*stores, *roles, third])


SEEDS = [*range(12), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(12, 100))]


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_below_five_can_be_computed_of_a_simulated_group(seed: int) -> None:
    rng = Random(seed)
    sizes = [rng.randint(5, 40) for _ in range(rng.randint(2, 6))]
    tables = week(seed, sizes)
    before = decided(tables)
    assert not before.kept
    assert leaks(tables, before.labels) == 0
    assert any(not label.is_dropped for label in before.labels["week"])

    later = week(seed, [max(5, size + rng.choice((-1, 0, 1))) for size in sizes])  # somebody left, somebody came
    earlier = as_said(tables, before)

    assert leaks(later, decided(later, earlier).labels, earlier) == 0


def test_a_new_role_in_mid_week_hides_no_leak_from_the_check() -> None:
    """All of S1 and three of S2 are sales: sales less S1 are the three, also when somebody of S2 has two roles."""

    def people(prefix: str, first: int, last: int) -> frozenset[str]:
        return frozenset(f"{prefix}{one}" for one in range(first, last))

    at_store = {"S1": people("E", 0, 6), "S2": people("F", 0, 9), "S3": people("G", 0, 6)}
    by_role = {
        "sales": people("E", 0, 6) | people("F", 0, 3),
        "dcc": people("F", 3, 9),
        "manager": people("G", 0, 6) | people("F", 8, 9),
    }
    tables = (
        Table("role", "week_start_date", tuple(Cell(WEEK, None, None, (r,), own) for r, own in by_role.items())),
        Table("week", "week_start_date", tuple(Cell(WEEK, s, "B", (), own) for s, own in at_store.items())),
    )

    labels = decided(tables).labels

    shown = [{label.kinds for label in labels["role"]}, {label.store for label in labels["week"]}]
    assert ("sales",) not in shown[0] or "S1" not in shown[1]
    assert leaks(tables, labels) == 0


@pytest.mark.parametrize("seed", [6, 11])
def test_a_week_like_the_one_before_is_merged_like_it(seed: int) -> None:
    rng = Random(seed)
    tables = week(seed, [rng.randint(5, 9) for _ in range(rng.randint(2, 6))])
    assert leaks(tables, {table.name: groups.labels(table.cells) for table in tables}) > 0, "something is to be merged"
    again = [
        Table(one.name, one.period, (*one.cells, *(replace(cell, fixed=("2026-10-19",)) for cell in one.cells)))
        for one in tables
    ]

    labels = decided(again).labels

    assert [leaks(again, labels, period=period) for period in (*WEEK, "2026-10-19")] == [0, 0]
    for table in again:
        half = len(table.cells) // 2
        assert labels[table.name][:half] == labels[table.name][half:]


def test_the_leak_is_found_when_the_complement_is_not_rolled_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(groups, "rolled_up", lambda members, start, minimum=5, more=0: set(start))
    found = 0
    for seed in range(12):
        rng = Random(seed)
        tables = week(seed, [rng.randint(5, 40) for _ in range(4)])
        found += leaks(tables, {table.name: groups.labels(table.cells) for table in tables}) > 0
    assert found >= 6


def test_a_period_that_a_table_left_out_before_is_none_that_it_keeps() -> None:
    """By role the week was said, by store it was left out; now that somebody has come neither may be said anew."""

    def of(persons: int) -> tuple[Table, Table]:
        staff = frozenset(f"E{one}" for one in range(persons))
        return (
            Table("role", "week_start_date", (Cell(WEEK, None, None, ("sales",), staff),)),
            Table("week", "week_start_date", (Cell(WEEK, "S1", "B", (), staff),)),
        )

    role, _ = of(8)
    earlier = {"role": {WEEK[0]: said(role, [Label(None, ("sales",))])[WEEK[0]]}}

    after = decided(of(9), earlier)

    assert after.kept == {("role", WEEK[0], None)}
    assert all(label.is_dropped for label in (*after.labels["role"], *after.labels["week"]))


def test_what_was_said_before_stops_no_publication() -> None:
    """A week whose last publication gives the sixth away by itself: it stays as it was said, whoever has come since."""

    def of(persons: int, sales: int) -> tuple[Table, Table]:
        staff = [f"E{one}" for one in range(persons)]
        roles = {"sales": frozenset(staff[:sales]), "dcc": frozenset(staff[sales:])}
        return (
            Table("role", "week_start_date", tuple(Cell(WEEK, None, None, (r,), own) for r, own in roles.items())),
            Table("week", "week_start_date", (Cell(WEEK, "S1", "B", (), frozenset(staff)),)),
        )

    role, store = of(6, 5)
    labels = {"role": groups.labels(role.cells, minimum=1), "week": groups.labels(store.cells)}
    earlier = as_said((role, store), Decision(labels, frozenset()))

    after = decided(of(7, 5), earlier)

    assert after.kept == {("role", WEEK[0], None), ("week", WEEK[0], "S1")}
    assert all(label.is_dropped for labels in after.labels.values() for label in labels)


def test_kinds_said_for_the_first_time_are_held_against_what_was_said_of_all() -> None:
    """Of a week kept with six persons, the meetings of seven would be those of the six and the seventh's."""

    def of(persons: int) -> Table:
        return Table("week", "week_start_date", (Cell(WEEK, "S1", "B", (), frozenset(map(str, range(persons)))),))

    kinds = tuple(Cell(WEEK, "S1", "B", (kind,), frozenset(map(str, range(7)))) for kind in ("morning", "review"))
    tables = (of(7), Table("meetings", "week_start_date", kinds))
    earlier = as_said([of(6)], decided([of(6)]))
    assert leaks(tables, {table.name: groups.labels(table.cells) for table in tables}, earlier) == 2

    after = decided(tables, earlier)

    assert after.kept == {("week", WEEK[0], "S1")}
    assert all(label.is_dropped for label in after.labels["meetings"])


def at_stores(**sizes: int) -> Table:
    """A week by store, all of one brand."""
    cells = [Cell(WEEK, s, "B", (), frozenset(f"{s}E{one}" for one in range(size))) for s, size in sizes.items()]
    return Table("week", "week_start_date", tuple(cells))


def test_one_who_joined_cannot_be_computed_from_the_publication_before() -> None:
    earlier = as_said([at_stores(S1=6, S2=9)], decided([at_stores(S1=6, S2=9)]))
    later = at_stores(S1=7, S2=9)
    assert leaks([later], {"week": groups.labels(later.cells)}, earlier) == 1

    after = decided([later], earlier)

    assert after.kept == {("week", WEEK[0], "S1")}
    assert [label.is_dropped for label in after.labels["week"]] == [True, False], "S2 has the same people: said anew"
    assert leaks([later], after.labels, earlier) == 0


def test_five_who_joined_are_published() -> None:
    earlier = as_said([at_stores(S1=6, S2=9)], decided([at_stores(S1=6, S2=9)]))
    assert not decided([at_stores(S1=11, S2=9)], earlier).kept


def test_stores_that_shared_a_cell_stay_together() -> None:
    """S1 and S2 were three each and one cell; now that four have joined S1 it would stand alone, and S3 join S2."""
    before = at_stores(S1=3, S2=3, S3=6, S4=9)
    earlier = as_said([before], decided([before]))
    assert {store for store, _ in earlier["week"][WEEK[0]]} == {"other:B", "S3", "S4"}

    after = decided([at_stores(S1=7, S2=3, S3=6, S4=9)], earlier)

    assert after.kept == {("week", WEEK[0], "other:B"), ("week", WEEK[0], "S3")}
    assert [label.is_dropped for label in after.labels["week"]] == [True, True, True, False]


def test_a_cell_whose_published_store_an_earlier_version_did_not_note_keeps_its_period() -> None:
    before = at_stores(S1=6, S2=9)
    earlier = {"week": {WEEK[0]: [(None, row) for _, row in as_said([before], decided([before]))["week"][WEEK[0]]]}}

    after = decided([at_stores(S1=7, S2=9)], earlier)

    assert after.kept == {("week", WEEK[0], None)}
    assert all(label.is_dropped for label in after.labels["week"])


def test_stores_of_eight_end_in_other_stores_for_at_most_a_fifth_of_the_facts() -> None:
    for seed in range(4):
        tables = week(seed, [8] * 12)
        labels = decided(tables).labels
        facts = gone = 0
        for table in tables:
            for cell, label in zip(table.cells, labels[table.name], strict=True):
                if cell.store is not None:
                    facts += len(cell.persons)
                    gone += len(cell.persons) * (label.is_dropped or str(label.store).startswith(OTHER))
        assert gone <= 0.2 * facts


@pytest.mark.long
def test_a_hundred_stores_take_at_most_twenty_seconds() -> None:
    rng = Random(2)
    tables = week(1, [rng.randint(5, 40) for _ in range(100)], brands=8)
    began = time.process_time()
    labels = decided(tables).labels
    assert time.process_time() - began < 20
    assert leaks(tables, labels) == 0
