"""Kill -9 of build and publish, anywhere: readers see the old build or the new, whole; doing it again ends it."""

from __future__ import annotations

import random
from contextlib import closing

import duckdb
import pytest

from ingestion.failpoints import POINTS
from ingestion.settings import Settings
from publishing import history, layout
from tests import kills, small_house

kills.preload("dbt.cli.main", "dbt.adapters.duckdb", "great_expectations", "tests.small_house")
OLD, NEW = 19, 20


def count(path: object, table: str) -> int:
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def seen(settings: Settings) -> int:
    """Visits that readers see, the same in every file."""
    files = settings.published_path
    with closing(duckdb.connect(str(files / "marts.duckdb"), read_only=True)) as marts:
        found = {int(marts.execute("select sum(visits) from mart_visits_daily").fetchall()[0][0])}
        (current,) = marts.execute("select max(build_id) from mart_build_history").fetchall()[0]
    assert current == layout.current(files)
    found |= {count(files / f"{file}.duckdb", "fct_visits") for file in ("detail", "people")}
    assert len(found) == 1
    return found.pop()


def assert_published_next_time(settings: Settings) -> None:
    assert kills.run(small_house.published, settings.home) == 0
    assert seen(settings) == NEW
    assert history.builds(settings.home)[0].published
    assert not list((settings.published_path / "builds").glob(".draft-*"))


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["publish"]))
def test_publish_killed_at_a_failpoint_leaves_old_or_new_and_completes_next_time(
    rebuilt: Settings, point: str, turn: int
) -> None:
    kills.kill_at(point, small_house.published, rebuilt.home)

    assert seen(rebuilt) == (NEW if point in ("publish.after_swap", "publish.after_history") else OLD)
    assert_published_next_time(rebuilt)


@pytest.mark.parametrize("seed", kills.seeds(1, 34))
def test_publish_killed_at_random_leaves_old_or_new_and_completes_next_time(rebuilt: Settings, seed: int) -> None:
    seeded = random.Random(seed)
    for _ in range(3):
        kills.kill_within(2.0, seeded, small_house.published, rebuilt.home)
        assert seen(rebuilt) in (OLD, NEW)

    assert_published_next_time(rebuilt)


def assert_built_next_time(settings: Settings) -> None:
    assert kills.run(small_house.built, settings.home) == 0
    assert history.builds(settings.home)[0].outcome == "built"
    assert count(settings.warehouse_path, "fct_visits") == count(settings.warehouse_path, "stg_crm__visit") == NEW


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["build"]))
def test_build_killed_at_a_failpoint_leaves_what_is_published_and_completes_next_time(
    published: Settings, point: str, turn: int
) -> None:
    small_house.add_batch(published, [small_house.late_visit("S3E9", 1)], 1)
    kills.kill_at(point, small_house.built, published.home)

    assert seen(published) == OLD
    assert_built_next_time(published)


@pytest.mark.parametrize("seed", kills.seeds(1, 34))
def test_build_killed_at_random_leaves_what_is_published_and_completes_next_time(
    published: Settings, seed: int
) -> None:
    small_house.add_batch(published, [small_house.late_visit("S3E9", 1)], 1)
    seeded = random.Random(seed)
    for _ in range(3):
        kills.kill_within(4.0, seeded, small_house.built, published.home)
        assert seen(published) == OLD

    assert_built_next_time(published)
