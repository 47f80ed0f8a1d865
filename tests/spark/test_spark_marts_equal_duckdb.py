"""The dbt project on Spark: every model, test and unit test passes, and every mart is equal to DuckDB's.

Two marts exist on DuckDB alone: Python estimates them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import duckdb
import pytest

from ingestion.settings import Settings
from orchestration.dbt_runs import target_folder
from orchestration.spark import run_on_spark, tables_folder
from tests.spark.comparing import TwoEngines, marts

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.java

ESTIMATED_IN_PYTHON = {"mart_control_effect", "mart_intervention_effect"}
EMPTY_HERE = {"fct_customer_conflicts"}
"""Of these the small group and the examples give no row; their unit tests run on both engines."""


@pytest.fixture(scope="module")
def both(built_on_duckdb: Settings, spark: SparkSession) -> Iterator[TwoEngines]:
    run_on_spark(built_on_duckdb)
    with duckdb.connect(str(built_on_duckdb.warehouse_path), read_only=True) as warehouse:
        warehouse.execute("set timezone = 'UTC'")
        yield TwoEngines(warehouse, spark, tables_folder(built_on_duckdb))


def test_marts_built_on_both_engines_are_equal(both: TwoEngines, built_on_duckdb: Settings) -> None:
    every = marts(target_folder(built_on_duckdb, built_on_duckdb.warehouse_path) / "manifest.json")
    compared = [mart for mart in every if mart.name not in ESTIMATED_IN_PYTHON]
    differences = [line for mart in compared for line in both.differences(mart)]
    assert len(every) - len(compared) == len(ESTIMATED_IN_PYTHON)
    assert not differences, "\n".join(differences)


def test_almost_every_mart_has_rows_to_compare(both: TwoEngines, built_on_duckdb: Settings) -> None:
    every = marts(target_folder(built_on_duckdb, built_on_duckdb.warehouse_path) / "manifest.json")
    empty = {
        mart.name
        for mart in every
        if mart.name not in ESTIMATED_IN_PYTHON and not both.warehouse.execute(f"from {mart} limit 1").fetchall()
    }
    assert empty == EMPTY_HERE


def test_comparison_finds_a_changed_double_and_a_changed_text(both: TwoEngines, built_on_duckdb: Settings) -> None:
    every = marts(target_folder(built_on_duckdb, built_on_duckdb.warehouse_path) / "manifest.json")
    day = next(mart for mart in every if mart.name == "mart_consultant_day")
    store = next(mart for mart in every if mart.name == "dim_store_current")
    with duckdb.connect() as copy:
        copy.execute(f"attach '{built_on_duckdb.warehouse_path}' as built (read_only)")
        copy.execute("set timezone = 'UTC'; create schema workload; create schema core")
        copy.execute(
            f"create table {day} as select * replace (shift_hours * (1 + 1e-8) as shift_hours) from built.{day}"
        )
        copy.execute(f"create table {store} as select * replace (city || ' ' as city) from built.{store}")
        changed = TwoEngines(copy, both.spark, both.tables)
        assert any("shift_hours is" in line for line in changed.differences(day))
        assert any(line.startswith("only on Spark") for line in changed.differences(store))
