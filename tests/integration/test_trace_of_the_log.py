"""Following what came again, what was refused, and what was replayed."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import pytest

from ingestion.errors import UplogError
from ingestion.lander import deadletters, decode, land
from ingestion.lander.replay import replay
from ingestion.log import open_for_reading
from ingestion.settings import Settings
from ingestion.sources import sources
from orchestration.trace import trace
from tests.lander_events import lead, send

pytestmark = pytest.mark.slow_start
REAL = sources()
NARROW = MappingProxyType({name: one for name, one in REAL.items() if name != "autohome.lead"})


@pytest.fixture
def landed(with_broker: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """L1 landed and came again twice; L2 was refused twice, L9 for ever."""
    send(with_broker, [lead(1)])
    land(with_broker)
    with monkeypatch.context() as older:
        older.setattr(decode, "sources", lambda: NARROW)
        send(with_broker, [lead(2)])
        send(with_broker, [lead(2), lead(9, type="nobody.lead.v1")])
        land(with_broker)
    send(with_broker, [lead(1), lead(1, pulledat="2026-10-05T00:00:00Z")])
    land(with_broker)
    return with_broker


def places(settings: Settings, table: str) -> list[str]:
    with open_for_reading(settings.log_path) as log:
        rows = log.execute(
            f'select topic, generation, partition, "offset" from raw.{table} order by batch_id, "offset", partition'
        ).fetchall()
    return ["/".join(map(str, row)) for row in rows]


def tables(hops: list[Any]) -> list[str]:
    return [hop.table for hop in hops if hop.layer == "log"]


def test_trace_of_a_copy_shows_the_first_and_every_further_place(landed: Settings) -> None:
    first, copies = places(landed, "events")[0], places(landed, "duplicates")
    by_id = trace(landed, "L1~0")

    assert tables(by_id) == ["raw.events", "raw.duplicates", "raw.duplicates"]
    stood = [hop.row for hop in by_id if hop.layer == "kafka"]
    assert ["/".join(str(row[name]) for name in ("topic", "generation", "partition", "offset")) for row in stood] == [
        first,
        *copies,
    ]
    pulled = [str(hop.row["pulled_at"])[:10] for hop in by_id if hop.table == "raw.duplicates"]
    assert sorted(pulled) == ["2026-10-01", "2026-10-05"]
    assert all(trace(landed, place) == by_id for place in (first, *copies))


def test_trace_of_a_refused_record_gives_its_reason_and_what_a_replay_made_of_it(landed: Settings) -> None:
    refused = {one.coordinates: one for one in deadletters.listed(landed)}
    for place in refused:
        (_, letter) = trace(landed, place)
        assert (letter.table, letter.row["reason"], letter.row["resolved_at"]) == (
            "raw.dead_letters",
            "type_unknown",
            None,
        )
    done = replay(landed)

    hops = trace(landed, "L2~0")
    assert tables(hops) == ["raw.dead_letters", "raw.events", "raw.dead_letters", "raw.duplicates"]
    marked = [hop.row for hop in hops if hop.table == "raw.dead_letters"]
    assert {row["resolved_at"] for row in marked} == {done.resolved_at}
    assert [row["resolved_batch_id"] for row in marked] == [*done.batches] * 2
    still = [place for place in refused if tables(trace(landed, place)) == ["raw.dead_letters"]]
    assert len(still) == 1


def test_trace_finds_an_id_by_the_phone_it_was_sent_with(with_broker: Settings) -> None:
    send(with_broker, [lead(1, id="call-13812345678")])
    land(with_broker)
    hops = trace(with_broker, "call-13812345678")
    assert tables(hops) == ["raw.events"]
    assert "13812345678" not in str(hops)


@pytest.mark.parametrize("wanted", ["nope", "leads.autohome/1/0/999", "hr/1"])
def test_trace_of_nothing_says_what_to_give(landed: Settings, wanted: str) -> None:
    with pytest.raises(UplogError, match=f"no event '{wanted}' has landed: give a whole id"):
        trace(landed, wanted)
