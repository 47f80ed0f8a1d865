"""What a round needs of Kafka and the files, gathered once: spans to read, the ledger to write, chunks to come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import duckdb
import pyarrow as pa

from ingestion import clock, kafka_client
from ingestion.erasure.door import tombstones
from ingestion.errors import PassingFault
from ingestion.lander.chunks import Chunk, Keys
from ingestion.lander.commit import Ledger
from ingestion.lander.feed import WORKERS_PAY_FROM, Stop, chunks_here, values_at
from ingestion.lander.identity import Index
from ingestion.lander.positions import Coordinate, Place, generations, spans
from ingestion.lander.sealing import DeadLetterSeal
from ingestion.lander.workers import chunks_of_workers
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from ingestion.topics import topic_ids

if TYPE_CHECKING:
    from kafka import KafkaConsumer

GROUP = "uplog-lander"
"""The group under which offsets are committed to Kafka for lag tools; nobody joins it."""

_ANSWER_MS = 10_000
"""How long a broker may take to answer before it counts as gone."""

_LOOKS = 6
"""After so many looks a follower asks for topics and partitions anew: some may have come."""

Chunks = Callable[[Stop], Iterator[Chunk]]


@contextmanager
def session(
    settings: Settings, connection: duckdb.DuckDBPyConnection, *, accept_new_topics: bool
) -> Iterator[tuple[Ledger, Chunks, int, Sequence[str]]]:
    """The ledger, the chunks to land, the backlog in records, and notices.

    Raises:
        BrokerUnavailable: no broker answers.
        UplogError: a topic was made anew and that is not accepted, or the broker lost records.
    """
    secrets = load_secrets(settings)
    today = clock.now().date()
    with (
        Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault,
        _consumer(settings) as consumer,
    ):
        generation_of, notices = generations(
            connection,
            topic_ids(settings),
            accept_new_topics=accept_new_topics,
            is_embedded=kafka_client.is_embedded(settings),
        )
        to_read = spans(connection, generation_of, *_bounds(consumer, generation_of))
        index = Index(settings.index_path, connection)
        if index.was_ahead:
            notices.append("the log is behind its index: batches it had acknowledged are gone and are landed again")
        keys = Keys(secrets, generation_of, today, vault.dead_letter_key(today), tombstones(connection))
        backlog = sum(span.backlog for span in to_read)
        is_large = backlog > WORKERS_PAY_FROM and sum(span.backlog > 0 for span in to_read) > 1
        read = chunks_of_workers if is_large and settings.landing_workers else chunks_here
        ledger = Ledger(
            connection,
            vault,
            index,
            seal=lambda records: _sealed_again(settings, keys, records),
            tell_kafka=_teller(consumer),
            stored={span.coordinate: span.stored for span in to_read},
            spans={span.coordinate: span for span in to_read},
        )
        yield ledger, lambda stop: read(settings, keys, to_read, stop) if backlog else iter(()), backlog, notices


class Watch:
    """What Kafka looks like between rounds, with the log closed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._ids = topic_ids(settings)
        with _consumer(settings) as consumer:
            self._ends = self._look(consumer)

    def is_like(self, other: Watch) -> bool:
        """Whether neither a topic nor an end has changed."""
        return self._ids == other._ids and self._ends == other._ends

    def wait_for_more(self, stop: Stop) -> None:
        """Returns when an end has moved, after six looks (half a minute by default), or when `stop` is set."""
        with _consumer(self._settings) as consumer:
            for _ in range(_LOOKS):
                if stop.wait(self._settings.follow_seconds) or self._look(consumer) != self._ends:
                    return

    def _look(self, consumer: KafkaConsumer) -> Mapping[object, int]:
        """Ends as the broker says; on the embedded one too low, but they move with every batch."""
        with _named_faults(consumer):
            ends: Mapping[object, int] = kafka_client.told(consumer.end_offsets, _places(consumer, self._ids))
        return ends


@contextmanager
def _consumer(settings: Settings) -> Iterator[KafkaConsumer]:
    consumer = kafka_client.consumer(settings, group_id=GROUP, request_timeout_ms=_ANSWER_MS)
    try:
        yield consumer
    finally:
        with suppress(Exception):  # a broker that is gone is not news any more
            consumer.close()


@contextmanager
def _named_faults(consumer: KafkaConsumer) -> Iterator[None]:
    from kafka.errors import KafkaError

    with kafka_client.answering(consumer.config["bootstrap_servers"]):
        try:
            yield
        except KafkaError as wrong:
            if wrong.retriable:
                raise PassingFault(f"Kafka: {type(wrong).__name__}", "see whether the broker runs") from None
            raise


def _places(consumer: KafkaConsumer, topics: Mapping[str, object]) -> list[object]:
    from kafka import TopicPartition

    return [
        TopicPartition(topic, partition)
        for topic in sorted(topics)
        for partition in sorted(consumer.partitions_for_topic(topic) or ())
    ]


def _bounds(consumer: KafkaConsumer, topics: Mapping[str, object]) -> tuple[dict[Place, int], dict[Place, int]]:
    with _named_faults(consumer):
        places = _places(consumer, topics)
        if not places:
            return {}, {}
        beginnings = kafka_client.told(consumer.beginning_offsets, places)
        ends = kafka_client.end_offsets(consumer, places)
    return (
        {(place.topic, place.partition): offset for place, offset in beginnings.items()},
        {(place.topic, place.partition): offset for place, offset in ends.items()},
    )


def _teller(consumer: KafkaConsumer) -> Callable[[Mapping[Coordinate, int]], None]:
    """Commits offsets to Kafka for lag tools; a failure is no fault of the landing, and is not tried again."""
    from kafka import TopicPartition
    from kafka.errors import KafkaError
    from kafka.structs import OffsetAndMetadata

    works = True

    def tell(next_offsets: Mapping[Coordinate, int]) -> None:
        nonlocal works
        if not works or not next_offsets:
            return
        offsets = {
            TopicPartition(topic, partition): OffsetAndMetadata(next_offset, "", -1)
            for (topic, _, partition), next_offset in next_offsets.items()
        }
        try:
            consumer.commit(offsets, timeout_ms=2_000)
        except KafkaError:
            works = False

    return tell


def _sealed_again(settings: Settings, keys: Keys, records: pa.Table) -> pa.Array:
    """The sealed bytes of records whose plain bytes were not kept; null where Kafka no longer has them."""
    seal = DeadLetterSeal(keys.day, keys.day_key)
    rows = records.select(["topic", "generation", "partition", "offset"]).to_pylist()
    values = values_at(settings, [(row["topic"], row["partition"], row["offset"]) for row in rows])
    sealed = []
    for row in rows:
        value = values.get((row["topic"], row["partition"], row["offset"]))
        coordinates = "/".join(str(row[name]) for name in ("topic", "generation", "partition", "offset"))
        sealed.append(None if value is None else seal.sealed(value, coordinates))
    return pa.array(sealed, pa.binary())
