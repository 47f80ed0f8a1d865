"""What stands between the warehouse and its readers refuses a wrong build: faults planted into a built one, one by one.

dbt's data tests and the gate's critical rules look at the warehouse as they do in a build; a fault is undone before
the next.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from expectations import engine, manifest
from expectations.marts import MARTS
from expectations.rules import Suite
from tests.e2e.way import WholeWay

ONE = "rowid = (select min(rowid) from {t} where {c} is not null)"
COUNTED = {
    "mart_activity_daily": "attempts connected appointments_set appointments_due appointments_kept visits_first"
    " walk_ins test_drives orders cancellations deliveries defeats",
    "mart_conversion_funnel": "submissions leads valid_leads",
    "mart_contact_timing": "attempts connected",
    "mart_control_burden": "actions hours",
    "mart_customer_care": "deliveries_surveyed callback_rounds",
    "mart_followup_discipline": "due missed",
    "mart_lead_pipeline": "open_leads",
    "mart_platform_scorecard": "submissions valid_leads hotline_calls",
    "mart_reconciliation": "ours theirs difference",
    "mart_response_sla": "valid_leads",
    "mart_training_load": "exams",
    "mart_workload_role_week": "shift_hours meeting_hours training_hours estimated_hours after_hours_presence_hours",
    "mart_workload_week": "shift_hours tracked_hours meeting_hours training_hours estimated_hours invitation_hours"
    " after_hours_idle_hours conflict_hours customer_facing_hours",
}
"""Columns that add up to something told elsewhere: one more of any is found."""


def more(table: str, column: str) -> tuple[str, str]:
    return table, f"update {{t}} set {column} = {column} + 1 where {ONE}".replace("{c}", column)


def one_is(table: str, column: str, value: str) -> tuple[str, str]:
    return table, f"update {{t}} set {column} = {value} where {ONE}".replace("{c}", column)


def lost(table: str, column: str) -> tuple[str, str]:
    """All rows of the value of `column` that has most of them."""
    return table, f"delete from {{t}} where {column} = (select mode({column}) from {{t}})"


FAULTS: dict[str, tuple[str, str]] = {
    **{f"one more of {table}.{one}": more(table, one) for table, names in COUNTED.items() for one in names.split()},
    "a day of the funnel is lost": lost("mart_conversion_funnel", "date_day"),
    "a platform of the funnel is lost": lost("mart_conversion_funnel", "platform"),
    "a day of activity is lost": lost("mart_activity_daily", "date_day"),
    "a week of response times is lost": lost("mart_response_sla", "week_start_date"),
    "a platform of the scorecard is lost": lost("mart_platform_scorecard", "platform"),
    "a week of the pipeline is lost": lost("mart_lead_pipeline", "week_start_date"),
    "an hour of contact timing is lost": lost("mart_contact_timing", "hour"),
    "a store's week is lost": lost("mart_workload_week", "store_id"),
    "a month of training is lost": lost("mart_training_load", "month_start_date"),
    "a day of landing is lost": lost("mart_data_quality", "date_day"),
    "a rate is over one": one_is("mart_workload_week", "customer_facing_ratio", "1.01"),
    "a rate is not that of its hours": one_is("mart_workload_week", "coverage", "coverage / 2"),
    "a rate is none where there are hours": one_is("mart_workload_role_week", "coverage", "null"),
    "hours are below zero": one_is("mart_training_load", "rest_day_person_hours", "-1"),
    "hours are endless": one_is("mart_training_load", "person_hours", "'inf'::double"),
    "hours are no number": one_is("mart_meeting_load", "conflict_person_hours", "'nan'::double"),
    "a median is no number": one_is("mart_response_sla", "p90_response_minutes", "'nan'::double"),
    "a count is below zero": one_is("mart_customer_care", "blocked_customers", "-1"),
    "a count is null": one_is("mart_conversion_funnel", "contacted_leads", "null"),
    "more showed than were valid": one_is("mart_conversion_funnel", "showed_leads", "1000000"),
    "more were answered than could be": one_is("mart_response_sla", "le_15m", "1000000"),
    "the day of the build is another": one_is("mart_conversion_funnel", "as_of_day", "as_of_day - 1"),
    "the day of the build is none": one_is("mart_conversion_funnel", "as_of_day", "null"),
    "a horizon is told too early": (
        "mart_conversion_funnel",
        "update {t} set ordered_90d_leads = 0 where date_day = (select max(date_day) from {t})",
    ),
    "a person's day has 25 hours": one_is("mart_consultant_day", "presence_hours", "25"),
    "a part is longer than its whole": one_is("mart_consultant_day", "after_hours_idle_hours", "23"),
    "more notices off shift than notices": one_is("mart_consultant_day", "notices_off_shift", "1000"),
    "a difference nobody explains is hidden": (
        "mart_reconciliation",
        "update {t} set unexplained = unexplained + 1 where explained_by is null",
    ),
    "a lead's store is unheard of": one_is("fct_leads", "store_id", "'nowhere'"),
    "a lead's platform is unheard of": one_is("fct_leads", "platform", "'nowhere'"),
    "an order's lead is unheard of": one_is("fct_orders", "lead_id", "'nobody'"),
    "a visit's customer is unheard of": one_is("fct_visits", "customer_id", "'nobody'"),
    "a cell's store is unheard of": one_is("mart_workload_week", "store_id", "'nowhere'"),
    "a key stands twice": ("mart_conversion_funnel", "insert into {t} select * from {t} limit 1"),
}


@dataclass
class Built:
    """A copy of the warehouse, open to be spoiled, and what judges it."""

    connection: duckdb.DuckDBPyConnection
    tables: manifest.Manifest
    tests: dict[str, str]

    def refused_by(self, table: str) -> set[str]:
        """dbt's tests and critical rules that read `table` and fail."""
        relation = str(self.tables.relation(table))
        found = {
            name
            for name, sql in self.tests.items()
            if relation in sql and self.connection.execute(f"select 1 from ({sql}) limit 1").fetchall()
        }
        batches = tuple(one for one in MARTS.batches if table in one.needs)
        relations = {name: str(self.tables.relation(name)) for one in batches for name in one.needs}
        frames = {
            place: self.connection.execute(one.query.format(**relations)).df() for place, one in enumerate(batches)
        }
        findings = engine.validate(Suite("marts", "Marts", batches), frames) if batches and not found else []
        return found | {one.rule for one in findings if not one.passed and one.severity == "critical"}


@pytest.fixture(scope="module")
def built(whole_way: WholeWay, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    copy = tmp_path_factory.mktemp("spoiled") / "copy.duckdb"
    shutil.copy(whole_way.settings.warehouse_path, copy)
    kept: Path = manifest.kept_at(whole_way.settings)
    tables = manifest.read(kept)
    nodes = json.loads(kept.read_bytes())["nodes"].values()
    tests = {one["name"]: one["compiled_code"] for one in nodes if one["resource_type"] == "test"}
    with duckdb.connect() as connection:
        connection.execute(f"set timezone = 'UTC'; set threads = 1; attach '{copy}' as {tables.database}")
        yield Built(connection, tables, tests)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("fault", FAULTS)
def test_fault_planted_into_a_build_is_refused(built: Built, fault: str) -> None:
    table, spoils = FAULTS[fault]
    relation = str(built.tables.relation(table))
    built.connection.execute("begin")
    try:
        assert built.connection.execute(spoils.format(t=relation)).fetchall() != [(0,)]
        refused = built.refused_by(table)
    except duckdb.ConstraintException:  # the table itself refuses it
        return
    finally:
        built.connection.execute("rollback")
    assert refused


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("table", sorted({table for table, _ in FAULTS.values()}))
def test_build_without_a_fault_is_refused_by_nothing(built: Built, table: str) -> None:
    assert built.refused_by(table) == set()
