"""Erasing a consultant takes them out of warehouse, kept builds, exports and caches, at whatever step it was killed."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion import broker
from ingestion.erasure.journal import Journal, Receipt
from ingestion.failpoints import POINTS
from ingestion.personal.secrets import load_secrets
from ingestion.settings import Settings
from tests import kills, small_house
from tests.bytes_of import readable_in

kills.preload("dbt.cli.main", "dbt.adapters.duckdb", "tests.small_house")
NOW = "2026-10-12T02:00:00+00:00"
QUICK = ["erase.after_log", "erase.after_published"]
LONG = [point for point in POINTS["erase"] if point not in QUICK]


def said(settings: Settings) -> list[tuple[object, ...]]:
    """What readers see: the figures of every kept build and of the warehouse, whoever the persons are called."""
    found = []
    for path in sorted(settings.published_path.glob("builds/*/marts.duckdb")):
        with closing(duckdb.connect(str(path), read_only=True)) as marts:
            found += marts.execute(
                "select store_id, kind, persons, visits from mart_visits_week order by all"
            ).fetchall()
    with closing(duckdb.connect(str(settings.warehouse_path), read_only=True)) as warehouse:
        sql = "select store_id, count(*), count(distinct employee_id) from fct_visits group by all order by all"
        return found + warehouse.execute(sql).fetchall()


def receipts(settings: Settings) -> list[Receipt]:
    journal = Journal(settings, load_secrets(settings))
    found = [journal.receipt(path.stem) for path in sorted((settings.home / "erasures").glob("*.json"))]
    return [one for one in found if one is not None]


@pytest.mark.parametrize("point", [*QUICK, *(pytest.param(one, marks=pytest.mark.long) for one in LONG)])
def test_erase_killed_anywhere_is_finished_by_the_next_and_figures_stay(
    published: Settings, tmp_path: Path, point: str
) -> None:
    before = said(published)
    for made in ("as-known-at/cache.duckdb", "exports/000001/my_day.csv", "me/S1E0-2026-W41.html"):
        path = published.home / made
        path.parent.mkdir(parents=True)
        path.write_bytes(b"S1E0")
    for of_killed in (published.warehouse_path, published.published_path / "current" / "people.duckdb"):
        spill = of_killed.with_name(f"{of_killed.name}.tmp")
        spill.mkdir()
        (spill / "duckdb_temp_storage_DEFAULT-0.tmp").write_bytes(b"S1E0")
    bootstrap = broker.start(published.home).bootstrap
    try:
        assert readable_in(published.home, {"S1E0"}, tmp_path)
        kills.kill_at(point, small_house.erased, published.home, bootstrap, "S1E0", UPLOG_NOW=NOW)
        for _ in range(2):  # finished, and then nothing is left to do
            assert kills.run(small_house.erased, published.home, bootstrap, "S1E0", UPLOG_NOW=NOW) == 0
    finally:
        broker.stop(published.home)

    assert said(published) == before
    assert readable_in(published.home, {"S1E0"}, tmp_path) == set()
    (receipt,) = receipts(published)
    assert receipt.steps == ["tombstone", "keys", "log", "archives", "set_aside", "warehouse", "published"]
    assert (receipt.counts["events"], receipt.counts["published_files"], receipt.kafka_until) == (2, 4, "2026-10-19")
    assert not list((published.home / "erasures").glob("*.plan"))
