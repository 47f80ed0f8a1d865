"""A week from which somebody who joined since could be computed stays, figure by figure, as it was published."""

from __future__ import annotations

from contextlib import closing

import duckdb
import pytest

import publishing
from ingestion.settings import Settings
from orchestration import build as runner
from publishing import files
from tests import small_house

Row = tuple[object, ...]
WEEK = "select store_id, kind, persons, visits from mart_visits_week order by all"


def read(settings: Settings, sql: str, file: str = "marts") -> list[Row]:
    with closing(duckdb.connect(settings.published_path / f"{file}.duckdb", read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def test_publish_of_a_week_that_somebody_joined_keeps_its_figures(rebuilt: Settings) -> None:
    """S3 had six consultants; the seventh's one visit would be this publication less the last."""
    before, groups = read(rebuilt, WEEK), read(rebuilt, "from sums order by all", "builds/../current/groups")
    assert ("S3", "usual", 6, 6) in before

    publishing.publish(rebuilt)

    assert read(rebuilt, WEEK) == before
    assert read(rebuilt, "from sums order by all", "builds/../current/groups") == groups
    assert read(rebuilt, "select sum(visits) from mart_visits_daily") == [(20,)], "what is no employee's is new"


def test_publish_without_a_look_at_the_last_gives_the_one_who_joined_away(
    rebuilt: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_earlier", lambda _: {})
    publishing.publish(rebuilt)
    assert ("S3", "usual", 7, 7) in read(rebuilt, WEEK)


def test_publish_of_a_kept_week_names_its_stores_and_lives_with_other_columns(published: Settings) -> None:
    """Two join S2, which would now stand alone; the last publication had no `visits`, and a column that is gone."""
    joined = [
        {"visit_id": f"j{one}", "store_id": "S2", "brand": "A", "employee_id": f"S2E{one}", "kind": "usual"}
        for one in (7, 8)
    ]
    small_house.add_batch(published, joined, 1)
    runner.build(published)
    last = published.published_path / "current" / "marts.duckdb"
    with closing(duckdb.connect(last)) as then:
        then.execute("alter table mart_visits_week drop visits; alter table mart_visits_week add gone int")

    publishing.publish(published)

    week = read(published, WEEK)
    assert {store for store, *_ in week} == {"S3", "other:A"}
    assert {count for store, _, _, count in week if store == "other:A"} == {None}
    unnamed = "select store_id from mart_visits_week anti join dim_store_current using (store_id)"
    assert read(published, unnamed) == []


def test_publish_after_a_rollback_stands_beside_what_was_published_last(published: Settings) -> None:
    """Five join S3, readers see eleven and then the six of before again: the twelfth would be twelve less eleven."""
    small_house.add_batch(published, [small_house.late_visit(f"S3E{one}", one) for one in range(11, 16)], 1)
    runner.build(published)
    publishing.publish(published)
    last = read(published, WEEK)
    assert ("S3", "usual", 11, 11) in last

    publishing.rollback(published)
    small_house.add_batch(published, [small_house.late_visit("S3E16", 16)], 2)
    runner.build(published)
    publishing.publish(published)

    assert read(published, WEEK) == last
