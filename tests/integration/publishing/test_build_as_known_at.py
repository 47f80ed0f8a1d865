"""What was known then: five days with late, corrected, repeated and refused visits, each day's warehouse built again.

The small house's models; tests/e2e/test_as_known_at.py does the same with all of them, at length.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import duckdb
import pytest

from expectations import manifest
from ingestion.lander import decode, land
from ingestion.lander.replay import replay
from ingestion.settings import Settings
from ingestion.sources import sources
from orchestration import build as runner
from orchestration.comparing import OURS, REBUILT, Compared, compare
from tests.lander_events import send
from tests.visit_model import BROKEN, sent

pytestmark = pytest.mark.slow_start
OLDER = MappingProxyType({name: one for name, one in sources().items() if name != "crm.visit"})
DAYS = [
    [sent(0), sent(1), sent(2), BROKEN],
    [sent(3), sent(7), sent(1, 1), sent(1)],  # 3 and 7 were months ago; 1 is corrected, and comes again
    [sent(8), sent(9), sent(2, 1)],  # refused on their day, replayed two days later
    [sent(2, 2), sent(0, other=True), sent(10)],
    [sent(11), sent(2, 1), sent(1, 2)],  # the correction that was refused comes again before its replay
]


def compared(settings: Settings, then: Path, again: Path) -> Compared:
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{then}' as {OURS} (read_only); attach '{again}' as {REBUILT} (read_only)")
        return compare(connection, manifest.read(manifest.kept_at(settings)))


def test_build_as_known_at_each_of_five_days_equals_what_that_day_built(
    small_house: Settings, with_broker: Settings, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    small_house.log_path.unlink()
    kept: list[tuple[datetime, Path]] = []
    for day, values in enumerate(DAYS):
        at = datetime.now(UTC) + timedelta(hours=day - len(DAYS))
        monkeypatch.setenv("UPLOG_NOW", at.isoformat())
        send(with_broker, [one.value for one in values], topic="crm")
        with monkeypatch.context() as older:
            if day == 2:
                older.setattr(decode, "sources", lambda: OLDER)
            land(with_broker)
        if day == 4:
            assert (replay(with_broker).events, replay(with_broker).letters) == (2, 2)
        runner.build(with_broker)
        kept.append((at, Path(shutil.copy(with_broker.warehouse_path, tmp_path / f"{day}.duckdb"))))

    for at, then in kept:
        again = runner.build(with_broker, as_known_at=at, warehouse=tmp_path / "again" / "warehouse.duckdb").warehouse
        found = compared(with_broker, then, again)
        assert found.differences == (), at
    assert found.rows > 30
    assert len(compared(with_broker, kept[2][1], kept[4][1]).differences) > 3
