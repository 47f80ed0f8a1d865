"""From an event's staging row to its fact, to the lead it belongs to, to the cells of the marts both count in."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from expectations.manifest import Manifest, Model
from orchestration.trace import _facts

ROW = {"record_key": "c1", "call_id": "c1", "account": "a"}


def model(name: str, key: tuple[str, ...], columns: tuple[str, ...], parents: tuple[str, ...]) -> Model:
    nothing: frozenset[str] = frozenset()
    described = tuple((column, "") for column in columns)
    return Model(name, name, "", described, nothing, nothing, None, False, None, (), "", parents, key)


MODELS = (
    model("stg_v__call", ("record_key",), (), ()),
    model("fct_calls", ("call_id",), ("call_id", "lead_id"), ("stg_v__call",)),
    model("fct_leads", ("lead_id",), ("lead_id", "store_id", "created_at"), ("fct_calls",)),
    model("mart_leads_daily", ("store_id", "date_day"), ("store_id", "date_day", "leads"), ("fct_leads",)),
)


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("""
            set timezone = 'UTC';
            create table fct_calls as from (values ('v:c1', 'lead-1'), ('v:c2', 'lead-2')) t(call_id, lead_id);
            create table fct_leads as select id as lead_id, 'S1' as store_id, moment::timestamptz as created_at
              from (values ('lead-1', '2026-10-01 17:00:00Z'), ('lead-2', '2026-10-01 10:00:00Z')) t(id, moment);
            create table mart_leads_daily as select 'S1' as store_id, day::date as date_day, leads
              from (values ('2026-10-01', 1), ('2026-10-02', 7)) t(day, leads);
        """)
        yield connection


def test_trace_follows_a_fact_to_its_lead_and_both_to_their_cells_by_the_day_in_shanghai(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    tables = Manifest({one.name: one for one in MODELS}, "warehouse")

    hops = list(_facts(warehouse, tables, tables.below("stg_v__call"), ROW, "v"))

    assert [(hop.layer, hop.table) for hop in hops] == [
        ("fact", "fct_calls"),
        ("fact", "fct_leads"),
        ("mart", "mart_leads_daily"),
    ]
    assert hops[0].row == {"call_id": "v:c1", "lead_id": "lead-1"}
    assert hops[1].row["lead_id"] == "lead-1"
    assert hops[2].row["leads"] == 7
