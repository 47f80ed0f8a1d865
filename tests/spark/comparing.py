"""One table on two engines: by an order-free hash each computes itself, doubles by the grain's key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from orchestration.engine_macros import Macros

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

RELATIVE = 1e-9
"""Doubles may differ by this share: their sums run in another order."""

SHOWN = 3
_KINDS = {"TIMESTAMP WITH TIME ZONE": "instant", "VARCHAR": "text", "DOUBLE": "double"}


@dataclass(frozen=True)
class Mart:
    """A model of the marts' layer; `key` are the columns its `is_key` test names."""

    schema: str
    name: str
    key: tuple[str, ...]

    @property
    def identifier(self) -> str:
        return self.name

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"


def marts(manifest: Path) -> list[Mart]:
    """Every mart of a built project, in the manifest's words."""
    nodes = json.loads(manifest.read_text(encoding="utf-8"))["nodes"].values()
    keys = {
        node["attached_node"]: tuple(node["test_metadata"]["kwargs"]["columns"])
        for node in nodes
        if node["resource_type"] == "test" and (node.get("test_metadata") or {}).get("name") == "is_key"
    }
    return sorted(
        (
            Mart(node["schema"], node["name"], keys.get(node["unique_id"], ()))
            for node in nodes
            if node["resource_type"] == "model" and node["fqn"][1] == "marts"
        ),
        key=str,
    )


@dataclass(frozen=True)
class TwoEngines:
    """The DuckDB warehouse, the running Spark and its tables' folder."""

    warehouse: duckdb.DuckDBPyConnection
    spark: SparkSession
    tables: Path

    def differences(self, mart: Mart) -> list[str]:
        """What is not equal, each in a line; empty when all is."""
        columns = self._columns(mart)
        on_spark = self.spark.table(str(mart)).columns
        if on_spark != list(columns):
            return [f"{mart} has the columns {list(columns)} on DuckDB, {on_spark} on Spark"]
        exact = [(name, kind) for name, kind in columns.items() if kind != "double"]
        ours = self._row(Macros("duckdb").table_hash(mart, exact))
        theirs = tuple(self.spark.sql(Macros("spark").table_hash(mart, exact)).collect()[0])
        if _hash(ours) != _hash(theirs):
            return [
                f"{mart} has {ours[1]} rows on DuckDB, {theirs[1]} on Spark",
                *self._rows_of_one_side(mart, [name for name, _ in exact]),
            ]
        doubles = [name for name, kind in columns.items() if kind == "double"]
        return self._doubles(mart, doubles) if ours[1] and doubles else []

    def _columns(self, mart: Mart) -> dict[str, str]:
        described = self.warehouse.execute(f"describe {mart}").fetchall()
        return {row[0]: _KINDS.get(row[1], "plain") for row in described}

    def _row(self, sql: str) -> tuple[Any, ...]:
        row = self.warehouse.execute(sql).fetchone()
        assert row is not None
        return row

    def _parquet(self, mart: Mart) -> str:
        return f"read_parquet('{self.tables}/{mart.schema}.db/{mart.name}/*.parquet')"

    def _rows_of_one_side(self, mart: Mart, names: list[str]) -> list[str]:
        listed = ", ".join(names)
        sides = {"DuckDB": str(mart), "Spark": self._parquet(mart)}
        lines = []
        for engine, other in (("DuckDB", "Spark"), ("Spark", "DuckDB")):
            found = self.warehouse.execute(
                f"select {listed} from {sides[engine]} except all select {listed} from {sides[other]} "
                f"order by all limit {SHOWN}"
            ).fetchall()
            lines += [f"only on {engine}: {dict(zip(names, row, strict=True))}" for row in found]
        return lines

    def _doubles(self, mart: Mart, names: list[str]) -> list[str]:
        if not mart.key:
            return [f"{mart} has doubles and no is_key test to join them by"]
        joined = " and ".join(f"o.{name} is not distinct from t.{name}" for name in mart.key)
        lines = []
        for name in names:
            found = self.warehouse.execute(
                f"select {', '.join(f'o.{key}' for key in mart.key)}, o.{name}, t.{name} "
                f"from {mart} o inner join {self._parquet(mart)} t on {joined} "
                f"where o.{name} is distinct from t.{name} and not coalesce("
                f"abs(o.{name} - t.{name}) <= {RELATIVE} * greatest(abs(o.{name}), abs(t.{name})), false) "
                f"order by all limit {SHOWN}"
            ).fetchall()
            lines += [f"{mart} {row[:-2]}: {name} is {row[-2]} on DuckDB, {row[-1]} on Spark" for row in found]
        return lines


def _hash(row: tuple[Any, ...]) -> tuple[int, int, int]:
    return int(row[1]), int(row[2] or 0), int(row[3] or 0)
