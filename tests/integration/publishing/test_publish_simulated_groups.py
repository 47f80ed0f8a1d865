"""A hundred simulated groups, published twice: no figure of fewer than five persons can be computed from the files."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from publishing import disclosure, files, groups
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
