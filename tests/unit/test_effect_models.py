"""The dbt Python models of effects: a panel of the warehouse in, typed rows out."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from tests.unit.test_effects_statistics import MEASURE, interventions, panel

MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "intermediate" / "effects"


class Tables:
    """What dbt hands to a model: relations by name."""

    def __init__(self, **tables: Any) -> None:
        self._connection = duckdb.connect()
        for name, frame in tables.items():
            self._connection.register(name, frame)

    def ref(self, name: str) -> Any:
        return self._connection.table(name)


def run(name: str, tables: Tables) -> dict[str, dict[str, Any]]:
    spec = importlib.util.spec_from_file_location(name, MODELS / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = module.model(tables, None)
    assert isinstance(found, pa.Table)
    return {row["measure"]: row for row in found.to_pylist()}


def test_control_effects_of_a_large_group_are_told_and_absent_measures_are_not() -> None:
    rows = run("int_control_effects", Tables(int_effect_panel=panel(2, control=-0.04)))
    assert rows[MEASURE]["verdict"] == "goes with less"
    assert rows[MEASURE]["estimate"] == pytest.approx(-0.04, abs=0.01)
    assert rows[MEASURE]["low"] < -0.04 < rows[MEASURE]["high"]
    assert (rows["invited_14d_rate"]["stores"], rows["invited_14d_rate"]["verdict"]) == (0, "not enough data")


def test_intervention_effects_without_any_intervention_are_an_empty_table() -> None:
    tables = Tables(int_effect_panel=panel(2), interventions=interventions().iloc[:0])
    assert run("int_intervention_effects", tables) == {}


def test_intervention_effects_of_a_large_group_are_told() -> None:
    tables = Tables(int_effect_panel=panel(4, cut=0.06), interventions=interventions())
    row = run("int_intervention_effects", tables)[MEASURE]
    assert (row["intervention_id"], row["treated_stores"], row["control_stores"]) == ("cut", 8, 8)
    assert (row["verdict"], row["estimate"]) == ("more after", pytest.approx(0.06, abs=0.02))
