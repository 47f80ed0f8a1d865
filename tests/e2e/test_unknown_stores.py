"""A store that HR's file does not hold yet stops no build: what names it is of the store `unknown` until it does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from ingestion import broker
from ingestion.lander import land
from ingestion.settings import Settings
from ingestion.topics import ensure_topics
from orchestration.dbt_runs import run_dbt
from tests.examples import import_example, outside

pytestmark = pytest.mark.long

NAMING = [
    "fct_appointments",
    "fct_checkins",
    "fct_customer_levels",
    "fct_orders",
    "fct_platform_costs",
    "fct_shifts",
    "fct_surveys",
    "fct_touches",
    "fct_visits",
]
"""Facts whose store a record names: the CRM's, the care system's, the survey's, the accounts', HR's employments."""

Stores = dict[str, dict[str, int]]
"""Of each table how many rows each store has."""


@dataclass(frozen=True)
class Told:
    """What the tables say of stores before HR's file has come, and after."""

    before: Stores
    after: Stores
    anew: Stores


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    settings = Settings(home=tmp_path_factory.mktemp("unknown"), landing_workers=0)
    broker.start(settings.home)
    try:
        ensure_topics(settings)
        for late in (False, True):
            for source in outside():
                if (source.name == "hr.store") is late:
                    import_example(settings, source)
            land(settings)
            run_dbt(settings, settings.warehouse_path, tests="of data")
            if not late:
                before = stores_in(settings.warehouse_path)
        run_dbt(settings, anew := settings.home / "anew.duckdb", tests="none")
        yield Told(before, stores_in(settings.warehouse_path), stores_in(anew))
    finally:
        broker.stop(settings.home)


def stores_in(warehouse: Path) -> Stores:
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        tables = connection.execute(
            "select distinct table_schema, table_name from information_schema.columns "
            "where column_name = 'store_id' and regexp_matches(table_name, '^(dim|fct|mart)_')"
        ).fetchall()
        return {
            table: dict(connection.execute(f"select store_id, count(*) from {schema}.{table} group by all").fetchall())
            for schema, table in tables
        }


def test_stores_nobody_knows_are_unknown_and_every_data_test_passes(told: Told) -> None:
    assert [table for table in NAMING if not told.before[table]] == []
    assert {store for found in told.before.values() for store in found} == {"unknown"}


def test_records_move_to_their_store_when_hr_tells_of_it(told: Told) -> None:
    counted = [
        table for table in NAMING if table != "fct_platform_costs"
    ]  # a group's invoice has nobody to be shared by
    assert [sum(told.after[table].values()) for table in counted] == [
        sum(told.before[table].values()) for table in counted
    ]
    assert {store for table in NAMING for store in told.after[table]} == {"S01", "S02"}
    assert told.after == told.anew
