"""`uplog erase` of a customer and of a consultant, by the command: every mart stays as it was, and stays so."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from expectations import manifest
from ingestion import broker
from ingestion.lander import land
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration import simulation
from orchestration.build import build
from orchestration.cli.app import main
from orchestration.comparing import OURS, REBUILT, compare
from tests.e2e.way import WholeWay

pytestmark = [pytest.mark.slow_start, pytest.mark.long]
STEPS = ["tombstone", "keys", "log", "archives", "set_aside", "warehouse", "published"]
CUSTOMER = """
  select s.customer_id from core.fct_lead_submissions s join core.fct_orders o using (customer_id)
  join core.dim_customer c using (customer_id) where len(c.platforms) > 0
  group by all order by count(*) desc, 1 limit 1
"""
CONSULTANT = """
  select employee_id from workload.mart_consultant_day where employee_id not in ('unassigned', 'unmatched')
  group by all order by sum(outbound_touches) desc, 1 limit 1
"""

OF_A_PERSON = {"fct_checkins": ("checkin_id", "device_key"), "fct_payslips": ("payslip_id",)}
"""Ids that hold the staff number or a hash of an account, and devices: an erased person's are others afterwards."""


@pytest.fixture
def copied(whole_way: WholeWay, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """The whole way's home once more, with a broker of its own; its clock stands where the last batch landed."""
    home = tmp_path / "home"
    shutil.copytree(
        whole_way.settings.home, home, symlinks=True, ignore=shutil.ignore_patterns("broker.*", "as-known-at")
    )
    settings = Settings(home=home)
    (landed,) = (row["at"] for row in whole_way.log("select max(landed_at) as at from raw.batches"))
    monkeypatch.setenv("UPLOG_NOW", landed.isoformat())
    monkeypatch.setenv("UPLOG_HOME", str(home))
    read_settings.cache_clear()
    broker.start(home)
    yield settings
    broker.stop(home)


def one(path: Path, sql: str) -> Any:
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        return connection.execute(sql).fetchall()[0][0]


def erased(capsys: pytest.CaptureFixture[str], *whom: str) -> dict[str, Any]:
    assert main(["erase", *whom, "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def renamed(before: Path, after: Path, employee: str) -> str:
    """Writes the pseudonym of an erased employee into the warehouse of before, so that the two can be compared."""
    with closing(duckdb.connect(str(before))) as connection:
        connection.execute(f"attach '{after}' as after (read_only)")
        (pseudonym,) = connection.execute(
            "select distinct employee_id from after.core.dim_consultant where employee_id not in "
            "(select employee_id from core.dim_consultant)"
        ).fetchall()[0]
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where database_name = 'before' "
            "and schema_name in ('core', 'conversion', 'workload', 'operations') "
            "and regexp_matches(column_name, '(employee_id|consultant_key)$')"
        ).fetchall()
        assert len(columns) > 20
        for schema, table, column in columns:
            connection.execute(
                f"update {schema}.{table} set {column} = '{pseudonym}' || substr({column}, {len(employee) + 1}) "
                f"where {column} = '{employee}' or starts_with({column}, '{employee}:')"
            )
    return str(pseudonym)


def differing(settings: Settings, before: Path) -> dict[str, int]:
    """How many rows of each published table are not what they were."""
    tables = manifest.read(manifest.kept_at(settings))
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{before}' as {OURS} (read_only)")
        connection.execute(f"attach '{settings.warehouse_path}' as {REBUILT} (read_only)")
        found = compare(connection, tables).differences
    published = {name for name, model in tables.models.items() if model.files}
    return {difference.table: difference.rows for difference in found if difference.table in published}


def only_names_of(settings: Settings, before: Path, pseudonym: str) -> set[str]:
    """Tables in which nothing but the ids of one person has changed, one for one."""
    found = set[str]()
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute(f"attach '{before}' as {OURS} (read_only)")
        connection.execute(f"attach '{settings.warehouse_path}' as {REBUILT} (read_only)")
        for table, ids in OF_A_PERSON.items():
            distinct = ", ".join(f"count(distinct {one}) as {one}" for one in ids)
            theirs = f"employee_id = '{pseudonym}'"
            for asked in (
                f"select * exclude ({', '.join(ids)}) from {{}}.core.{table}",
                f"select * from {{}}.core.{table} where not {theirs}",
                f"select {distinct} from {{}}.core.{table} where {theirs}",
            ):
                ours, rebuilt = asked.format(OURS), asked.format(REBUILT)
                assert connection.execute(f"{ours} except all {rebuilt}").fetchall() == []
                assert connection.execute(f"{rebuilt} except all {ours}").fetchall() == []
            found.add(table)
    return found


def test_marts_stay_equal_when_a_customer_and_a_consultant_are_erased(
    copied: Settings, whole_way: WholeWay, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = tmp_path / "before.duckdb"
    shutil.copy(copied.warehouse_path, before)
    customer, employee = one(before, CUSTOMER), one(before, CONSULTANT)

    done = erased(capsys, "--customer", customer)
    assert done["receipt"]["steps"] == STEPS
    assert done["counts"]["events"] > 2
    assert done["counts"]["vault_keys"] > 0
    assert differing(copied, before) == {"dim_customer": 1, "mart_data_quality": 1}
    assert (
        one(copied.warehouse_path, "select string_agg(customer_id) from core.dim_customer where is_erased") == customer
    )

    done = erased(capsys, "--employee", employee)
    assert done["receipt"]["steps"] == STEPS
    pseudonym = renamed(before, copied.warehouse_path, employee)
    changed = only_names_of(copied, before, pseudonym) | {"dim_customer", "mart_data_quality"}
    assert differing(copied, before).keys() == changed

    again = erased(capsys, "--employee", employee)
    assert (again["already"], again["receipt"]) == (done["receipt"]["erasure_id"], done["receipt"])

    simulation.send(copied, whole_way.world)  # everything anybody ever sent, once more
    assert land(copied).events == 0
    build(copied, full=True)
    assert differing(copied, before).keys() == changed
    assert one(copied.warehouse_path, "select count(*) from core.dim_customer where is_erased") == 1
    assert one(copied.warehouse_path, f"select count(*) from core.dim_consultant where employee_id = '{employee}'") == 0
    assert only_names_of(copied, before, pseudonym)
