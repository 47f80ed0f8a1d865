"""The log written anew without a person: whatever its size, within the little memory a writer of the log may take."""

from __future__ import annotations

import pyarrow as pa
import pytest

from ingestion.erasure.rewriting import Changes, rewrite
from ingestion.log import open_for_reading, open_for_writing
from ingestion.settings import Settings
from tests.lander_events import lead
from tests.small_logs import DAYS, land_here

EVENTS = 150_000


def test_rewrite_of_a_log_larger_than_its_memory_keeps_all_others(
    fresh: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    land_here(fresh, [lead(0)], DAYS[0])
    with open_for_writing(fresh) as log:
        log.execute(f"""
            insert into raw.events select e.* replace (
              "offset" + n as "offset", event_id || n as event_id,
              '{{"remark": "' || array_to_string([md5(n::varchar || part) for part in range(20)], '') || '"}}' as data
            ) from raw.events e, range(1, {EVENTS}) r(n) order by n
        """)
        log.execute(f"update raw.offsets set next_offset = {EVENTS}")
        log.execute(f"update raw.batches set received = {EVENTS}, events = {EVENTS}")
        ((source,),) = log.execute("select source from raw.events limit 1").fetchall()
    row = {"row": [70_000], "source": [source], "event_id": ["gone"], "subject": ["gone"], "data": ["{}"]}
    monkeypatch.setattr("ingestion.log.opening._MEMORY", "40MB")
    rewrite(fresh, Changes(pa.table(row), frozenset()), [])
    with open_for_reading(fresh.log_path) as log:
        rest = 'count(*), count(distinct "offset"), count(*) filter (where length(data) = 654)'
        assert log.execute(f"select {rest} from raw.events where event_id <> 'gone'").fetchall() == [
            (EVENTS - 1, EVENTS - 1, EVENTS - 2)
        ]
        assert log.execute("select \"offset\", data from raw.events where event_id = 'gone'").fetchall() == [
            (70_000, "{}")
        ]
