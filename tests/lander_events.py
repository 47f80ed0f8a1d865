"""Events of one source, and what a log holds, for the tests of the lander."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.lander.chunks import Chunk, ChunkMaker, Keys
from ingestion.log import open_for_reading
from ingestion.personal.secrets import Secrets, new_secrets
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import CONTROL

KAFKA_MS = 1_792_000_000_000
TOPIC = "leads.autohome"


def lead(number: int, remark: str = "周末来店", version: str = "0", **attributes: Any) -> bytes:
    """A whole event of one lead, as the adapters send it."""
    event = {
        "specversion": "1.0",
        "id": f"L{number}~{version}",
        "source": "/autohome/D1",
        "type": "autohome.lead.v1",
        "subject": f"L{number}",
        "time": "2026-10-01T00:00:00Z",
        "datacontenttype": "application/json",
        "pulledat": "2026-10-01T01:00:00Z",
        **attributes,
        "data": {
            "lead_id": f"L{number}",
            "dealer_id": "D1",
            "submitted_at": "2026-10-01 08:00:00",
            "customer_name": "王先生",
            "customer_phone": f"138{number:08d}",
            "remark": remark,
        },
    }
    return json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()


@dataclass
class Record:
    """What the decoder reads of kafka-python's record."""

    offset: int
    value: bytes | None
    topic: str = TOPIC
    partition: int = 0
    timestamp: int = KAFKA_MS


def keys(secrets: Secrets | None = None) -> Keys:
    from datetime import date

    return Keys(secrets or new_secrets(), {TOPIC: 1, CONTROL: 1}, date(2026, 10, 1), b"k" * 32)


def chunk_of(values: Iterable[bytes | None], secrets: Secrets | None = None, topic: str = TOPIC) -> Chunk:
    return ChunkMaker(keys(secrets)).chunk([Record(offset, value, topic) for offset, value in enumerate(values)])


def send(settings: Settings, values: Iterable[bytes], topic: str = TOPIC) -> None:
    with Producer(settings) as producer:
        for number, value in enumerate(values):
            producer.send(topic, f"K{number}".encode(), value)


def contents(settings: Settings) -> dict[str, Any]:
    """What a log says, without what a second landing may not repeat: batch ids and landing times."""
    place = 'topic, generation, partition, "offset"'
    with open_for_reading(settings.log_path) as log:
        rows = {
            "places": log.execute(
                f"select {place} from raw.events union all select {place} from raw.duplicates"
                f" union all select {place} from raw.dead_letters where resolved_at is null order by all"
            ).fetchall(),
            "events": log.execute(
                "select source, event_id, subject, data::varchar, content_hash from raw.events order by all"
            ).fetchall(),
            "duplicates": log.execute("select source, event_id from raw.duplicates order by all").fetchall(),
            "dead": log.execute(f"select {place}, reason, detail from raw.dead_letters order by all").fetchall(),
            "offsets": log.execute("from raw.offsets order by all").fetchall(),
        }
    assert len(rows["places"]) == len(set(rows["places"])), "an offset stands twice"
    return rows


def land_in_batches(home: str, bootstrap: str, batch_events: int, workers: bool) -> None:
    """A landing of small batches, for a process of its own."""
    from ingestion.lander import land, landing, session

    landing.BATCH_EVENTS = batch_events
    session.WORKERS_PAY_FROM = 0 if workers else 1_000_000
    land(Settings(home=Path(home), kafka_bootstrap=bootstrap))
