"""An E table that cannot be rolled up safely is refused before anything is published."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import pytest

from expectations.manifest import Manifest, Model
from ingestion.errors import UplogError
from publishing.rollup import check, table_of

CUBE = Model(
    name="int_cube",
    relation='"memory"."main"."int_cube"',
    description="",
    columns=(),
    files=frozenset(),
    people_only=frozenset(),
    is_pooled=False,
    subject=None,
    cube=None,
    cell=(),
    sql="select 1",
    parents=(),
    key=(),
)
MART = replace(
    CUBE,
    name="mart_load",
    relation='"memory"."main"."mart_load"',
    subject="E",
    is_pooled=False,
    cube="int_cube",
    cell=("week_start_date", "store_id"),
    sql=f"select week_start_date, store_id, count(distinct employee_id) as persons from {CUBE.relation} group by all",
    parents=("int_cube",),
)


@pytest.mark.parametrize(
    ("mart", "why"),
    [
        (replace(MART, parents=("int_cube", "fct_leads")), "reads fct_leads"),
        (replace(MART, sql="select 1"), "reads not its cube"),
        (replace(MART, cube=None), "without `cube`"),
        (replace(MART, cell=()), "without `cube`"),
        (replace(MART, cell=("week_start_date", "store_id", "tool")), "lacks a column"),
    ],
    ids=["reads a fact as well", "reads another table", "no cube", "no cell", "cell beyond the cube"],
)
def test_publish_of_a_mart_that_cannot_be_rolled_up_is_refused(mart: Model, why: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table int_cube (week_start_date date, store_id text, brand text, employee_id text)")
        with pytest.raises(UplogError, match=why):
            table_of(connection, Manifest({"int_cube": CUBE, "mart_load": mart}, "memory"), mart)


@pytest.mark.parametrize("rows", ["('2026-10-12', 'S1', 4)", "('2026-10-12', 'S1', 6), ('2026-10-12', 'S1', 7)"])
def test_publish_of_a_small_or_repeated_cell_is_refused(rows: str) -> None:
    with duckdb.connect() as connection:
        connection.execute("create table mart_load (week_start_date date, store_id text, persons bigint)")
        connection.execute(f"insert into mart_load values {rows}")
        with pytest.raises(UplogError, match="mart_load would publish"):
            check(connection, MART, "mart_load")


@pytest.mark.parametrize(
    ("passed", "is_safe"), [(5, True), (7, True), (None, True), (4, False), (0, False), (8, False)]
)
def test_publish_of_a_count_of_cases_that_tells_of_under_five_is_refused(passed: int | None, is_safe: bool) -> None:
    mart = replace(MART, bounded=(("passed", "persons"),))
    with duckdb.connect() as connection:
        connection.execute("create table mart_load (week_start_date date, store_id text, persons int, passed int)")
        connection.execute("insert into mart_load values ('2026-10-12', 'S1', 12, ?)", [passed])
        if is_safe:
            check(connection, mart, "mart_load")
        else:
            with pytest.raises(UplogError, match=r"mart_load\.passed tells of fewer than 5"):
                check(connection, mart, "mart_load")
