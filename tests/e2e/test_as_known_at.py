"""What was known then, for every model over a simulated group: each day's warehouse comes back from the final log."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from expectations import manifest
from ingestion import broker
from ingestion.log import open_for_reading
from ingestion.settings import Settings
from orchestration.build import build
from orchestration.comparing import OURS, REBUILT, Compared, compare
from orchestration.dbt_runs import target_folder
from orchestration.demo import land_days
from orchestration.simulation import world
from publishing.publication import publish

pytestmark = [pytest.mark.slow_start, pytest.mark.long]


@contextmanager
def days_of(home: Path, days: int) -> Iterator[tuple[Settings, list[tuple[datetime, Path]]]]:
    """A log of all days, and each day's last landing with a copy of the warehouse as it was built then: fit to be
    published, whatever the hour, with leads that are minutes old.
    """
    settings = Settings(home=home, landing_workers=0)
    deliveries = list(world(stores=1, days=days, seed=11).deliveries())
    kept: list[tuple[datetime, Path]] = []
    broker.start(home)
    try:
        for day, files in groupby(deliveries, key=lambda one: one.day):
            _, _, landed_at = land_days(settings, list(files), lambda _what, _number, _of: None)
            if len(kept) < days:
                build(settings)
                with pytest.MonkeyPatch.context() as then:
                    then.setenv("UPLOG_NOW", landed_at.isoformat())
                    publish(settings)
                kept.append((landed_at, Path(shutil.copy(settings.warehouse_path, home / f"{day}.duckdb"))))
        yield settings, kept
    finally:
        broker.stop(home)


def compared(settings: Settings, then: Path, again: Path) -> Compared:
    tables = manifest.read(target_folder(settings, settings.warehouse_path) / "manifest.json")
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{then}' as {OURS} (read_only); attach '{again}' as {REBUILT} (read_only)")
        return compare(connection, tables)


def late_and_again(settings: Settings) -> tuple[int, int]:
    with open_for_reading(settings.log_path) as log:
        (late,) = log.execute(
            "select count(*) from raw.events where landed_at > occurred_at + interval 1 day"
        ).fetchall()[0]
        (again,) = log.execute("select count(*) from raw.duplicates").fetchall()[0]
    return int(late), int(again)


@pytest.mark.parametrize("days", [5, 28])
def test_build_as_known_at_a_day_equals_what_that_day_built(tmp_path: Path, days: int) -> None:
    with days_of(tmp_path / "home", days) as (settings, kept):
        assert min(late_and_again(settings)) > 0, "nothing came late or again: the days prove nothing"
        again = tmp_path / "again" / "warehouse.duckdb"
        for landed_at, then in kept:
            build(settings, as_known_at=landed_at, warehouse=again)
            found = compared(settings, then, again)
            assert found.differences == (), landed_at
            assert found.rows > 100
        assert compared(settings, kept[0][1], again).differences != (), "the days do not differ"
