"""Comparing two warehouses: what counts as equal, which rows are named, what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import duckdb
import pytest

from expectations.manifest import Manifest, Model
from orchestration.comparing import Compared, compare

MADE = """
create schema {side}.core; create schema {side}.staging;
create table {side}.core.mart_day as
  select date '2026-10-01' + n::integer as date_day, 'S' || n as store_id, n * 0.0078125e0 as hours, n as visits
  from range(1, 5) r(n);
create table {side}.core.fct_visits as select 'V' || n as visit_id, 'E' || n as employee_id from range(3) r(n);
create table {side}.staging.stg_visits as
  select 'id' || n as event_id, 1 as batch_id, 'free text' as remark from range(3) r(n);
"""


def model(name: str, key: tuple[str, ...], files: Iterable[str], people_only: Iterable[str] = ()) -> Model:
    return Model(
        name=name,
        relation="",
        description="",
        columns=(),
        files=frozenset(files),
        people_only=frozenset(people_only),
        subject=None,
        is_pooled=False,
        cube=None,
        cell=(),
        sql="",
        parents=(),
        key=key,
    )


MODELS = Manifest(
    {
        "mart_day": model("mart_day", ("date_day", "store_id"), {"marts"}),
        "fct_visits": model("fct_visits", ("visit_id",), {"detail", "people"}, {"employee_id"}),
        "stg_visits": model("stg_visits", (), set()),
    },
    "ours",
)


@pytest.fixture
def both() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for side in ("ours", "rebuilt"):
            connection.execute(f"attach ':memory:' as {side}")
            connection.execute(MADE.format(side=side))
        yield connection


def differences(both: duckdb.DuckDBPyConnection) -> list[str]:
    return [str(one) for one in compare(both, MODELS).differences]


def test_compare_of_equal_warehouses_in_another_order_counts_what_was_compared(both: duckdb.DuckDBPyConnection) -> None:
    both.execute("create or replace table ours.core.mart_day as from rebuilt.core.mart_day order by visits desc")
    assert compare(both, MODELS) == Compared(3, 10, ())


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (
            "update ours.core.mart_day set visits = 9 where store_id = 'S2'",
            "mart_day differs in 1 rows: date_day=2026-10-03, store_id=S2: visits is 9, by the log 2",
        ),
        (
            "update ours.core.mart_day set visits = null",
            "mart_day differs in 4 rows: date_day=2026-10-02, store_id=S1: visits is None, by the log 1; "
            "date_day=2026-10-03, store_id=S2: visits is None, by the log 2; "
            "date_day=2026-10-04, store_id=S3: visits is None, by the log 3",
        ),
        (
            "delete from ours.core.mart_day where store_id = 'S2'",
            "mart_day differs in 1 rows: date_day=2026-10-03, store_id=S2 stands in the log only",
        ),
        (
            "insert into ours.core.mart_day values ('2026-10-09', 'S9', 1, 1)",
            "mart_day differs in 1 rows: date_day=2026-10-09, store_id=S9 stands in the warehouse only",
        ),
        (
            "insert into ours.core.mart_day from rebuilt.core.mart_day where store_id = 'S2'",
            "mart_day differs in 1 rows: date_day=2026-10-03, store_id=S2, hours=0.015625, visits=2 "
            "stands in the warehouse only",
        ),
        (
            "update ours.core.fct_visits set employee_id = 'E9' where visit_id = 'V1'",
            "fct_visits differs in 1 rows: visit_id=V1: employee_id is (not shown), by the log (not shown)",
        ),
        (
            "update ours.staging.stg_visits set remark = 'anders' where event_id = 'id1'",
            "stg_visits differs in 1 rows: event_id=id1, batch_id=1 stands in the warehouse only; "
            "event_id=id1, batch_id=1 stands in the log only",
        ),
        (
            "drop table ours.core.fct_visits",
            "fct_visits differs in 1 rows: table=fct_visits stands in the log only",
        ),
        (
            "alter table ours.core.fct_visits rename employee_id to who",
            "fct_visits differs in 3 rows: columns=employee_id VARCHAR, who VARCHAR: the table is 2 columns, "
            "by the log 2 columns",
        ),
    ],
)
def test_compare_of_a_changed_warehouse_names_the_first_rows(
    both: duckdb.DuckDBPyConnection, fault: str, says: str
) -> None:
    both.execute(fault)
    assert differences(both) == [says]


@pytest.mark.parametrize(
    ("change", "is_equal"),
    [
        ("hours * (1 - 1e-15)", True),
        ("hours * (1 + 1e-15)", True),
        ("hours + 1e-13 - 1e-13", True),
        ("hours * 1.001", False),
        ("hours + 0.00001", False),
        ("'nan'::double", False),
        ("null", False),
    ],
)
def test_compare_of_doubles_asks_whether_another_order_of_sums_explains_it(
    both: duckdb.DuckDBPyConnection, change: str, is_equal: bool
) -> None:
    both.execute(f"update ours.core.mart_day set hours = {change}")
    assert (differences(both) == []) is is_equal
