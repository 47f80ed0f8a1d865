"""What a replay makes of dead letters reaches the warehouse with the next build, as an increment."""

from __future__ import annotations

import json
from types import MappingProxyType

import duckdb
import pytest

from ingestion.lander import decode, land
from ingestion.lander.replay import replay
from ingestion.settings import Settings
from ingestion.sources import sources
from orchestration import build as runner
from tests.lander_events import send

REAL = sources()
OLDER = MappingProxyType({name: one for name, one in REAL.items() if name != "crm.visit"})
pytestmark = pytest.mark.slow_start


def visit(number: int) -> bytes:
    data = {
        "visit_id": f"V{number}",
        "store_id": "S1",
        "arrived_at": "2026-10-01 10:00:00",
        "updated_at": "2026-10-01 11:00:00",
        "employee_id": f"E{number}",
        "brand": "A",
        "kind": "usual",
    }
    event = {
        "specversion": "1.0",
        "id": f"V{number}",
        "source": "/crm/S1",
        "type": "crm.visit.v1",
        "subject": f"V{number}",
    }
    return json.dumps({**event, "time": "2026-10-01T02:00:00Z", "data": data}).encode()


def warehouse(settings: Settings) -> list[tuple[object, ...]]:
    with duckdb.connect(settings.warehouse_path, read_only=True) as connection:
        return connection.execute("select visit_id, batch_id from stg_crm__visit order by all").fetchall()


def test_build_after_a_replay_appends_the_mended_events(
    small_house: Settings, with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_house.log_path.unlink()
    send(with_broker, [visit(1)], topic="crm")
    land(with_broker)
    with monkeypatch.context() as older:
        older.setattr(decode, "sources", lambda: OLDER)
        send(with_broker, [visit(2), visit(3)], topic="crm")
        assert land(with_broker).dead == 2
    runner.build(with_broker)
    assert warehouse(with_broker) == [("V1", 1)]

    replay(with_broker)
    report = runner.build(with_broker)

    assert not report.is_full
    assert warehouse(with_broker) == [("V1", 1), ("V2", 3), ("V3", 3)]
