"""Reading partitions from where the log stands to where they end now, as chunks.

A small backlog is decoded in this process, where starting others would cost more than it saves; a large one
in worker processes, each with partitions of its own, that hand over Arrow files in shared memory.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

from ingestion import kafka_client
from ingestion.errors import PassingFault
from ingestion.lander.chunks import RECORDS, Chunk, ChunkMaker, Keys
from ingestion.lander.positions import Span
from ingestion.settings import Settings

if TYPE_CHECKING:
    from kafka import KafkaConsumer

WORKERS_PAY_FROM = 20_000
"""Records of backlog from which worker processes are started (each takes about a second of processor time)."""

_SILENT_SECONDS = 30.0
FETCH = {"fetch_max_bytes": 16 << 20, "max_partition_fetch_bytes": 4 << 20, "max_poll_records": RECORDS}


class Stop(Protocol):
    """What `threading.Event` has."""

    def is_set(self) -> bool: ...
    def wait(self, timeout: float | None = None) -> bool: ...


def chunks_here(settings: Settings, keys: Keys, spans: Collection[Span], stop: Stop) -> Iterator[Chunk]:
    """Chunks of `spans`, decoded in this process; ends early once `stop` is set.

    Raises:
        PassingFault: the broker fell silent, or dropped records while they were read.
    """
    from kafka import TopicPartition

    maker = ChunkMaker(keys)
    ends = {TopicPartition(span.topic, span.partition): span.end for span in spans if span.backlog}
    with reading(settings) as consumer:
        consumer.assign(list(ends))
        for span in spans:
            if span.backlog:
                consumer.seek(TopicPartition(span.topic, span.partition), span.start)
        heard = time.monotonic()
        while ends and not stop.is_set():
            polled = _polled(consumer)
            records = [
                record for place, batch in polled.items() if place in ends for record in _before(batch, ends[place])
            ]
            done = [place for place, end in ends.items() if consumer.position(place) >= end]
            for place in done:
                del ends[place]
            if done:
                consumer.pause(*done)
            if records:
                yield maker.chunk(records)
            if polled or done:
                heard = time.monotonic()
            elif time.monotonic() - heard > _SILENT_SECONDS:
                raise PassingFault(
                    f"the broker has been silent for {_SILENT_SECONDS:.0f} s while records are left",
                    "see whether it runs, then land again",
                )


@contextmanager
def reading(settings: Settings) -> Iterator[KafkaConsumer]:
    """A consumer without a group, closed at the end; the garbage collector rests meanwhile (it triples decoding)."""
    consumer = kafka_client.consumer(settings, **FETCH)
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield consumer
    finally:
        if was_enabled:
            gc.enable()
        with suppress(Exception):
            consumer.close()


def _polled(consumer: KafkaConsumer) -> dict[Any, Sequence[Any]]:
    from kafka.errors import KafkaError, OffsetOutOfRangeError

    try:
        found: dict[Any, Sequence[Any]] = consumer.poll(timeout_ms=500, max_records=RECORDS)
    except OffsetOutOfRangeError:
        raise PassingFault("Kafka dropped records while they were read", "land again: the gap will be named") from None
    except KafkaError as wrong:
        raise PassingFault(f"Kafka: {type(wrong).__name__}", "see whether the broker runs, then land again") from None
    return found


def _before(batch: Sequence[Any], end: int) -> Sequence[Any]:
    return batch if batch[-1].offset < end else [record for record in batch if record.offset < end]


def values_at(settings: Settings, wanted: Sequence[tuple[str, int, int]]) -> dict[tuple[str, int, int], bytes]:
    """The values at (topic, partition, offset) where Kafka still has them."""
    from kafka import TopicPartition

    found: dict[tuple[str, int, int], bytes] = {}
    left = set(wanted)
    with reading(settings) as consumer:
        while left:
            topic, partition, offset = min(left)
            place = TopicPartition(topic, partition)
            consumer.assign([place])
            consumer.seek(place, offset)
            until = time.monotonic() + 5
            batch: Sequence[Any] = ()
            while not batch and time.monotonic() < until:
                batch = _polled(consumer).get(place, ())
            for record in batch:
                coordinates = (topic, partition, record.offset)
                if coordinates in left:
                    left.remove(coordinates)
                    if record.value is not None:
                        found[coordinates] = record.value
            left.discard((topic, partition, offset))
    return found
