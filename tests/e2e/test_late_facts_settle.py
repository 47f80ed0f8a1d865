"""Late, changed and taken-back facts change the same rows that a full build gives, in whatever order they came.

The simulated world holds them: pages days late and stale, records corrected, portals' marks, defeats taken back,
customer files merged days after the visit they explain, and files merged by mistake and taken apart again.
"""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

import duckdb
import pytest

from expectations import manifest
from ingestion import broker
from ingestion.lander import land
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.simulator import Delivery
from orchestration import simulation
from orchestration.comparing import OURS, REBUILT, compare
from orchestration.dbt_runs import run_dbt, target_folder

CONVERSION = ("+path:models/marts/conversion", "+fct_customer_conflicts", "+fct_surveys")
STAGING = ("+path:models/marts/conversion,path:models/staging", "int_seen_again")
ABOUT_LANDING = {"mart_data_quality", "fct_late_events"}
"""Tables about when things landed, which another order changes by its nature."""


@dataclass(frozen=True)
class Lives:
    """One world landed twice: day by day with a build after each, and shuffled in random batches with one build."""

    settled: Settings
    shuffled: Settings


def live(tmp: Path, *, stores: int, days: int, builds: int, select: tuple[str, ...], daily: tuple[str, ...]) -> Lives:
    """`daily` is what the builds before the last one make: only staging remembers anything from build to build.

    The second life stands where the first did, so that dbt finds the project parsed already.
    """
    home = Settings(home=tmp / "home", landing_workers=0)
    world = simulation.world(stores=stores, days=days, seed=23)
    deliveries = list(world.deliveries())
    by_day = [list(files) for _, files in groupby(deliveries, key=lambda delivery: delivery.day)]
    chunks = [*by_day[: builds - 1], [one for rest in by_day[builds - 1 :] for one in rest]]
    for number, _ in enumerate(landed(home, chunks), start=1):
        of_day = select if number == len(chunks) else daily
        run_dbt(home, home.warehouse_path, select=of_day, tests="none")
    settled = Settings(home=home.home.rename(tmp / "settled"), landing_workers=0)
    shutil.copytree(settled.home / "dbt", home.home / "dbt")
    shutil.copy(settled.home / "secret.json", home.home / "secret.json")
    rng = random.Random(5)
    rng.shuffle(deliveries)
    cuts = sorted(rng.sample(range(1, len(deliveries)), 7))
    pieces = [deliveries[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(deliveries)], strict=True)]
    last = max(one.delivered_at for one in deliveries)
    for _ in landed(home, pieces, at=last):
        pass
    run_dbt(home, home.warehouse_path, full=True, select=select, tests="none")
    return Lives(settled, shuffled=home)


def landed(settings: Settings, chunks: Sequence[Sequence[Delivery]], at: int | None = None) -> Iterator[None]:
    """Land chunk by chunk, each at its last delivery (or all at one instant)."""
    before = os.environ.get("UPLOG_NOW")
    broker.start(_made(settings.home))
    try:
        with Producer(settings) as producer:
            for chunk in chunks:
                moment = at if at is not None else max(one.delivered_at for one in chunk)
                os.environ["UPLOG_NOW"] = datetime.fromtimestamp(moment, UTC).isoformat()
                simulation.send_deliveries(settings, chunk, producer)
                producer.flush()
                land(settings)
                yield
    finally:
        os.environ.pop("UPLOG_NOW", None)
        if before is not None:
            os.environ["UPLOG_NOW"] = before
        broker.stop(settings.home)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def differences(settings: Settings, other: Path, *, only_marts: bool = True) -> list[str]:
    """What the two warehouses hold differently, table by table."""
    models = manifest.read(target_folder(settings, settings.warehouse_path) / "manifest.json")
    with closing(duckdb.connect()) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{settings.warehouse_path}' as {OURS} (read_only)")
        connection.execute(f"attach '{other}' as {REBUILT} (read_only)")
        compared = compare(connection, models)
    assert compared.rows > 1000
    marts = {name for name, model in models.models.items() if model.files} - ABOUT_LANDING
    return [str(one) for one in compared.differences if not only_marts or one.table in marts]


@pytest.fixture(scope="module")
def lives(tmp_path_factory: pytest.TempPathFactory) -> Lives:
    return live(tmp_path_factory.mktemp("lives"), stores=1, days=5, builds=5, select=CONVERSION, daily=STAGING)


def test_build_after_each_of_five_days_equals_one_full_build_of_the_same_facts_in_another_order(lives: Lives) -> None:
    assert differences(lives.settled, lives.shuffled.warehouse_path) == []


def test_facts_that_came_late_are_there_to_be_settled(lives: Lives) -> None:
    """A world without late merges and stale pages would prove nothing."""
    with duckdb.connect(str(lives.settled.warehouse_path), read_only=True) as connection:
        merged = (
            "select count(*) filter (where taken_back_at is null), count(taken_back_at) from staging.stg_crm__merge"
        )
        versions = "select count(*) - count(distinct record_key) from staging.stg_wav__lead_status"
        held, taken_back = connection.execute(merged).fetchall()[0]
        assert held > 0
        assert taken_back > 0
        assert connection.execute(versions).fetchall()[0][0] > 50


@pytest.mark.long
def test_build_after_each_of_twenty_eight_days_equals_one_full_build(tmp_path: Path) -> None:
    lives = live(tmp_path, stores=2, days=28, builds=28, select=(), daily=())
    whole = tmp_path / "whole.duckdb"
    run_dbt(lives.settled, whole, full=True, tests="none")
    assert differences(lives.settled, whole, only_marts=False) == []
    assert differences(lives.settled, lives.shuffled.warehouse_path) == []
