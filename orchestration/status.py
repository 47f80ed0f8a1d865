"""How things stand: lag per topic, the last batch, dead letters, freshness, the last build and what is published.

Reading never blocks landing for long and never fails because a follower holds the log: then the follower's small
state file answers. A broker that is away leaves the lag unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ingestion import clock
from ingestion.errors import InUse, UplogError
from ingestion.log import open_up_to_date
from ingestion.settings import Settings

Place = tuple[str, int]
"""A topic and a partition."""


@dataclass(frozen=True)
class TopicStatus:
    """One topic: `lag` is null when the broker is away or the log is held, counts when the log is held."""

    topic: str
    end: int | None
    lag: int | None
    events: int | None
    dead_letters: int | None


@dataclass(frozen=True)
class Batch:
    """The last transaction of the lander."""

    batch_id: int
    landed_at: datetime
    hours_ago: float


@dataclass(frozen=True)
class Status:
    """`notes` say why something is unknown. `landing` is the lander's own state, as it wrote it last."""

    home: str
    broker: str | None
    topics: tuple[TopicStatus, ...]
    last_batch: Batch | None
    dead_by_reason: dict[str, int]
    landing: dict[str, Any] | None
    last_build: dict[str, Any] | None
    current: str | None
    kept: tuple[str, ...]
    notes: tuple[str, ...]


def status(settings: Settings) -> Status:
    """Everything `uplog status` shows; what cannot be known is null and noted."""
    from ingestion import kafka_client
    from ingestion.lander.state import read_state
    from ingestion.topics import TOPICS
    from publishing import history, layout

    notes: list[str] = []
    log = _log(settings, notes)
    ends: dict[Place, int] = {}
    starts: dict[Place, int] = {}
    bootstrap: str | None = None
    try:
        bootstrap = kafka_client.bootstrap(settings)
        starts, ends = _reach(settings, TOPICS)
    except UplogError as away:
        notes.append(f"lag is unknown: {away}")
    last = history.last(settings.home)
    batch = log.batch if log else None
    return Status(
        home=str(settings.home),
        broker=bootstrap,
        topics=tuple(_topic(topic, log, starts, ends) for topic in TOPICS),
        last_batch=batch,
        dead_by_reason=log.dead_by_reason if log else {},
        landing=read_state(settings),
        last_build=None
        if last is None
        else {
            "build_id": last.build_id,
            "started_at": last.started_at.isoformat(),
            "seconds": last.seconds,
            "events": last.events,
            "outcome": last.outcome,
            "gate": last.gate,
            "published": last.published,
            "new_batches": None if batch is None else batch.batch_id - last.batch_id,
        },
        current=layout.current(settings.published_path),
        kept=tuple(layout.builds(settings.published_path)),
        notes=tuple(notes),
    )


def topic_lag(settings: Settings, topic: str) -> tuple[int, int]:
    """Records of one topic that have not landed, and the sum of its partitions' ends.

    Raises:
        BrokerUnavailable: no broker answers.
        InUse: a process writes the log.
    """
    starts, ends = _reach(settings, [topic])
    return _behind(_positions(settings), starts, ends), sum(ends.values())


def ends_and_lag(settings: Settings) -> tuple[str, int]:
    """A text that changes when Kafka holds more (or other) records, and how many have not landed.

    Raises:
        BrokerUnavailable: no broker answers.
        InUse: a process writes the log.
    """
    from ingestion.topics import TOPICS, topic_ids

    starts, ends = _reach(settings, TOPICS)
    made = topic_ids(settings)
    held = [f"{topic}:{partition}@{made[topic][1]}={end}" for (topic, partition), end in sorted(ends.items()) if end]
    return ";".join(held), _behind(_positions(settings), starts, ends)


@dataclass(frozen=True)
class _Log:
    batch: Batch | None
    events: dict[str, int]
    dead: dict[str, int]
    dead_by_reason: dict[str, int]
    positions: dict[Place, int] | None


def _log(settings: Settings, notes: list[str]) -> _Log | None:
    try:
        with open_up_to_date(settings) as log:
            row = log.execute("select batch_id, landed_at from raw.batches order by batch_id desc limit 1").fetchone()
            events = dict(log.execute("select topic, count(*) from raw.events group by all").fetchall())
            refused = log.execute(
                "select topic, reason, count(*) from raw.dead_letters where resolved_at is null group by all"
            ).fetchall()
    except InUse as held:
        notes.append(f"{held.what}: counts are the lander's own")
        return None
    except UplogError as absent:
        notes.append(str(absent))
        return None
    dead: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for topic, reason, count in refused:
        dead[topic] = dead.get(topic, 0) + count
        reasons[reason] = reasons.get(reason, 0) + count
    batch = None
    if row is not None:
        hours = round((clock.now() - row[1]).total_seconds() / 3600, 1)
        batch = Batch(row[0], row[1], hours)
    try:
        positions = _positions(settings)
    except UplogError:  # no broker: which generation is the present one is unknown
        positions = None
    return _Log(batch, events, dead, reasons, positions)


def _topic(topic: str, log: _Log | None, starts: dict[Place, int], ends: dict[Place, int]) -> TopicStatus:
    mine = {place: end for place, end in ends.items() if place[0] == topic}
    positions = None if log is None else log.positions
    return TopicStatus(
        topic=topic,
        end=sum(mine.values()) if ends else None,
        lag=_behind(positions, starts, mine) if ends and positions is not None else None,
        events=log.events.get(topic, 0) if log else None,
        dead_letters=log.dead.get(topic, 0) if log else None,
    )


def _behind(positions: dict[Place, int], starts: dict[Place, int], ends: dict[Place, int]) -> int:
    return sum(max(0, end - max(positions.get(place, 0), starts[place])) for place, end in ends.items())


def _positions(settings: Settings) -> dict[Place, int]:
    """Where landing goes on in the topics as they are now; a topic made anew begins at its start."""
    from ingestion.topics import topic_ids

    if not settings.log_path.exists():
        return {}
    made = topic_ids(settings)
    with open_up_to_date(settings) as log:
        rows = log.execute(
            "select o.topic, o.partition, o.next_offset, g.cluster_id, g.topic_id "
            "from raw.offsets o join raw.generations g on g.topic = o.topic and g.generation = o.generation"
        ).fetchall()
    return {
        (topic, partition): position
        for topic, partition, position, cluster, topic_id in rows
        if made.get(topic) == (cluster, topic_id)
    }


def _reach(settings: Settings, topics: Iterable[str]) -> tuple[dict[Place, int], dict[Place, int]]:
    """The first and the end offset of each partition that exists."""
    from kafka import TopicPartition

    from ingestion import kafka_client

    with closing(kafka_client.consumer(settings)) as consumer:
        present = consumer.topics()
        places = [
            TopicPartition(topic, partition)
            for topic in topics
            if topic in present
            for partition in consumer.partitions_for_topic(topic) or ()
        ]
        if not places:
            return {}, {}
        with kafka_client.answering(consumer.config["bootstrap_servers"]):
            ends = kafka_client.end_offsets(consumer, places)
            starts = kafka_client.told(consumer.beginning_offsets, places)
    return (
        {(place.topic, place.partition): offset for place, offset in starts.items()},
        {(place.topic, place.partition): offset for place, offset in ends.items()},
    )
