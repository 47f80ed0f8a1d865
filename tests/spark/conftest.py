"""A small simulated group built on both engines, once a session; the tests of this folder only read it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingestion import broker
from ingestion.imports import import_files
from ingestion.lander import land
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.topics import CONTROL, ensure_topics
from orchestration.build import build
from orchestration.simulation import send_deliveries, world
from orchestration.spark import load_log, missing_for_spark, spark_session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

EXAMPLES = Path(__file__).parents[2] / "examples"
EXAMPLES_KNOWN = "2026-11-01T00:00:00+00:00"
"""After the last day of any example, so that all of them land."""

_SMALL_TABLES = {
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
}
"""Compiling a query, or planning it anew half-way, takes longer than running it here."""


@pytest.fixture(scope="session")
def landed_group(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A home into which a simulated group has landed day by day, then every example: payslips, surveys, aliases."""
    settings = Settings(home=tmp_path_factory.mktemp("group"), landing_workers=0)
    broker.start(settings.home)
    try:
        ensure_topics(settings)
        with Producer(settings) as producer, pytest.MonkeyPatch.context() as patch:
            deliveries = world(stores=2, days=9, seed=11).deliveries()
            for _, of_day in itertools.groupby(deliveries, key=lambda one: one.day):
                held = list(of_day)
                now = datetime.fromtimestamp(max(one.delivered_at for one in held), UTC)
                patch.setenv("UPLOG_NOW", now.isoformat())
                send_deliveries(settings, held, producer)
                land(settings)
            patch.setenv("UPLOG_NOW", EXAMPLES_KNOWN)
            for one in (one for one in sources().values() if one.topic != CONTROL):
                import_files(settings, one.name, [EXAMPLES / one.example], account=one.example_account)
            land(settings)
    finally:
        broker.stop(settings.home)
    return settings


@pytest.fixture(scope="session")
def built_on_duckdb(landed_group: Settings) -> Settings:
    build(landed_group)
    return landed_group


@pytest.fixture(scope="session")
def spark(landed_group: Settings) -> Iterator[SparkSession]:
    """A session that has the log's tables."""
    if lacking := missing_for_spark():
        pytest.skip(lacking)
    with spark_session(landed_group, _SMALL_TABLES) as session:
        load_log(session, landed_group)
        yield session
