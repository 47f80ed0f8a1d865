"""Two versions of one record in one log: each landed by its own contract, brought to one shape in staging.

No record of ours has needed a second version yet, so the test makes one: a visit whose consultant and brand have moved.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import duckdb
import pytest
import yaml

from ingestion import payload_shapes
from ingestion.contract import Record
from ingestion.lander import deadletters, decode, land
from ingestion.lander.replay import replay
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.sources.crm import Visit
from orchestration import build as runner
from orchestration import dbt_runs
from orchestration.verify import verify
from tests.lander_events import send
from tests.small_house import SMALL_HOUSE
from tests.visit_model import sent

pytestmark = pytest.mark.slow_start
REAL_PROJECT = Path(__file__).parents[3] / "dbt_project"

STAGING = """
{{ config(materialized='incremental', incremental_strategy='append') }}

with events as (
  {{ raw_events('crm.visit') }}
)

select
  data.visit_id as visit_id,
  data.store_id as store_id,
  case when type_version = 1 then data.brand else data.car.brand end as brand,
  case when type_version = 1 then data.employee_id else data.served_by.employee_id end as employee_id,
  data.kind as kind,
  data.updated_at as updated_at,
  occurred_at as arrived_at,
  event_id,
  batch_id
from events
"""


class VisitV1(Visit):
    """A visit as it is, with the two fields of the small house's own."""

    brand: str | None = None
    kind: str | None = None


class Server(Record):
    employee_id: str


class Car(Record):
    brand: str


class VisitV2(Record):
    """A visit that says who received in an object of its own."""

    visit_id: str
    store_id: str
    arrived_at: str
    updated_at: str
    served_by: Server
    car: Car
    kind: str | None = None


BOTH = MappingProxyType(
    {
        **sources(),
        "crm.visit": replace(sources()["crm.visit"], contracts={1: VisitV1, 2: VisitV2}),
    }
)


def second_version(visit: int, **changed: Any) -> bytes:
    event = json.loads(sent(visit).value)
    data = event["data"]
    moved = {"served_by": {"employee_id": data.pop("employee_id")}, "car": {"brand": data.pop("brand")}}
    return json.dumps({**event, "type": "crm.visit.v2", "data": {**data, **moved, **changed}}).encode()


@pytest.fixture
def project(tmp_path: Path, small_house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The small house with the project's own macros and a staging model that knows both versions."""
    folder = tmp_path / "project"
    shutil.copytree(SMALL_HOUSE, folder)
    for name in ("log", "engine"):
        shutil.copytree(REAL_PROJECT / "macros" / name, folder / "macros" / name)
    ours, real = (yaml.safe_load((one / "dbt_project.yml").read_text()) for one in (folder, REAL_PROJECT))
    (folder / "dbt_project.yml").write_text(yaml.safe_dump({**ours, "vars": real["vars"]}))
    (folder / "models" / "stg_crm__visit.sql").write_text(STAGING)
    (folder / "macros" / "log" / "payload_shape.sql").write_text(payload_shapes.macro(BOTH.values()))
    alias = REAL_PROJECT / "models" / "staging" / "uplog" / "stg_uplog__alias.sql"
    (folder / "models" / alias.name).write_text(alias.read_text())
    monkeypatch.setattr(dbt_runs, "PROJECT", folder)
    small_house.log_path.unlink()


def visits(settings: Settings) -> list[tuple[str, str, str]]:
    with duckdb.connect(settings.warehouse_path, read_only=True) as warehouse:
        return warehouse.execute("select visit_id, employee_id, brand from int_visits order by all").fetchall()


def test_two_versions_in_one_log_reach_one_shape(
    project: None, with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = second_version(9, served_by={})
    send(with_broker, [sent(1).value, second_version(2), sent(3).value, broken], topic="crm")
    land(with_broker)
    refused = {one.reason for one in deadletters.listed(with_broker)}
    runner.build(with_broker)
    assert visits(with_broker) == [(f"V{n}", f"S{1 + n % 3}E0", "AB"[n % 2]) for n in (1, 3)]
    monkeypatch.setattr(decode, "sources", lambda: BOTH)
    send(with_broker, [second_version(4)], topic="crm")

    done, landed = replay(with_broker), land(with_broker)
    increment = runner.build(with_broker)

    assert not increment.is_full
    assert refused == {"version_unknown"}
    assert (done.events, done.refused, landed.events) == (1, {"contract_violated": 1}, 1)
    assert visits(with_broker) == [(f"V{n}", f"S{1 + n % 3}E0", "AB"[n % 2]) for n in (1, 2, 3, 4)]
    assert verify(with_broker).compared.differences == ()
