"""A hundred simulated groups, published twice: no figure of fewer than five persons can be computed from the files."""

from __future__ import annotations

from pathlib import Path
from random import Random

import duckdb
import pytest

from publishing import disclosure, files, groups, rollup
from tests import published_groups as simulated

SEEDS = [0, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(1, 100))]


def both(folder: Path, seed: int, largest: int = 40) -> tuple[Path, Path]:
    """A group of stores of 5 to `largest`, and the same after somebody has left and somebody has come."""
    folder.mkdir(exist_ok=True)
    rng = Random(seed)
    sizes = [rng.randint(5, largest) for _ in range(rng.randint(2, 6))]
    later = [max(5, size + rng.choice((-1, 0, 1))) for size in sizes]
    first = simulated.published(folder / "first", simulated.warehouse(folder / "first.duckdb", seed, sizes))
    again = simulated.warehouse(folder / "second.duckdb", seed, later)
    return first, simulated.published(folder / "second", again, before=first)


@pytest.mark.parametrize("seed", SEEDS)
def test_files_of_a_simulated_group_and_those_before_give_nobody_away(tmp_path: Path, seed: int) -> None:
    first, second = both(tmp_path, seed)

    for folder in (first, second):
        found = simulated.sums(folder)
        assert found["mart_hours"], "something is published"
        assert all(len({one.partition("/")[0] for one in row}) >= 5 for rows in found.values() for row in rows)
    assert simulated.given_away(first) == []
    assert simulated.given_away(first, second) == []


@pytest.mark.parametrize("off", ["roll-up of the complement", "the check of all tables together", "the one before"])
def test_files_give_somebody_away_when_a_protection_is_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, off: str
) -> None:
    if off == "the one before":
        monkeypatch.setattr(files, "_earlier", lambda _: {})
    else:
        monkeypatch.setattr(disclosure, "_leaks", lambda *_: [])
    if off == "roll-up of the complement":
        monkeypatch.setattr(groups, "rolled_up", lambda members, start, minimum=5, more=0: set(start))
        monkeypatch.setattr(files, "check", lambda *_: None)  # it would refuse the small `other`
    assert any(simulated.given_away(*both(tmp_path / str(seed), seed, largest=14)) for seed in range(8))


def test_totals_hold_and_at_most_a_fifth_of_stores_of_eight_ends_in_other_stores(tmp_path: Path) -> None:
    built = simulated.warehouse(tmp_path / "w.duckdb", 1, [8] * 12)
    published = simulated.published(tmp_path / "first", built)

    whole = {name: frozenset[str]().union(*rows) for name, rows in simulated.sums(published).items()}
    assert whole["mart_hours"] == whole["mart_kind_hours"]
    assert all(share <= 0.2 for share in simulated.share_elsewhere(published).values())


def test_one_who_joined_stays_hidden_when_everybody_elses_rows_changed_otherwise(tmp_path: Path) -> None:
    """The six of a store were sent a late notice each; their hours are as they were, so that the publications' hours
    differ by the seventh's."""
    shown = []
    before = None
    for notices, size in enumerate((6, 7)):
        built = simulated.warehouse(tmp_path / f"{size}.duckdb", 3, [size, 9, 9])
        with duckdb.connect(str(built)) as made:
            made.execute(f"alter table {simulated.CUBE} add column notices int default {notices}")
        before = simulated.published(tmp_path / str(size), built, before)
        with duckdb.connect(str(before / "marts.duckdb"), read_only=True) as marts:
            shown += marts.execute("select persons, hours from mart_hours where store_id = 'S000'").fetchall()
    with duckdb.connect(str(built), read_only=True) as made:
        ((seventh,),) = made.execute(
            f"select sum(hours) from {simulated.CUBE} where employee_id = 'S000E06'"
        ).fetchall()

    (_, first), (_, second) = shown

    assert second - first != pytest.approx(seventh)


@pytest.mark.parametrize(("as_of", "is_over"), [("2026-10-18 15:59:59Z", False), ("2026-10-18 16:00:00Z", True)])
def test_week_is_published_once_its_sunday_is_past_in_shanghai(tmp_path: Path, as_of: str, is_over: bool) -> None:
    built = simulated.warehouse(tmp_path / "w.duckdb", 3, [9, 9])
    with duckdb.connect(str(built)) as made:
        made.execute(f"create table {rollup.AS_OF} as select timestamptz '{as_of}' as as_of")

    found = simulated.sums(simulated.published(tmp_path / "first", built, has_as_of=True))

    assert {name: bool(rows) for name, rows in found.items()} == dict.fromkeys(simulated.GRAINS, is_over)


def test_as_of_by_which_periods_are_over_is_a_model_of_the_project() -> None:
    models = Path(__file__).resolve().parents[3] / "dbt_project" / "models"
    assert list(models.rglob(f"{rollup.AS_OF}.sql"))
