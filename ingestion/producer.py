"""Events to Kafka, counted only when the broker has acknowledged them.

acks=all, idempotent, retried, zstd. What is on its way is bounded (kafka-python itself buffers without end),
so a slow broker slows the sender instead of filling its memory.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from ingestion import kafka_client
from ingestion.errors import BrokerUnavailable, PassingFault, UplogError
from ingestion.failpoints import failpoint
from ingestion.settings import Settings
from ingestion.topics import ensure_topics

if TYPE_CHECKING:
    from ingestion.packing import Pack

_MAX_PENDING_EVENTS = 50_000
_MAX_PENDING_BYTES = 64 << 20
_DELIVERY_SECONDS = 30
_REQUEST_SECONDS = 10
_MAX_REQUEST_BYTES = 3 << 20  # one event of 1 MiB with key, headers and framing fits


class _Pending(NamedTuple):
    """What is on its way: `settle(timeout)` waits for the broker's answer and raises what it refuses."""

    topic: str
    settle: Callable[[float], object]
    events: int
    size: int


def connected(settings: Settings, *, linger_ms: int, request_seconds: float, delivery_seconds: float) -> Any:
    """A kafka-python producer that waits for all replicas and sends nothing twice; all topics are there.

    Raises:
        BrokerUnavailable: no broker answers.
    """
    from kafka import KafkaProducer

    ensure_topics(settings)
    config = kafka_client.client_config(settings)
    with kafka_client.answering(config["bootstrap_servers"]):
        return KafkaProducer(
            **config,
            acks="all",
            enable_idempotence=True,
            compression_type="zstd",
            linger_ms=linger_ms,
            batch_size=kafka_client.BATCH_BYTES,
            max_request_size=_MAX_REQUEST_BYTES,
            request_timeout_ms=round(request_seconds * 1000),
            delivery_timeout_ms=round(delivery_seconds * 1000),
            max_block_ms=round(request_seconds * 1000),
            allow_auto_create_topics=False,
        )


class Producer:
    """A context manager; leaving it flushes, so that `acknowledged` is final.

    `acknowledged` counts by topic what the broker has confirmed.

    Raises (on entering, sending, flushing):
        BrokerUnavailable: no broker answers, or it stopped answering.
        UplogError: the broker refuses an event; names topic and error, never the event's content.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._client: Any = None
        self._pending: deque[_Pending] = deque()
        self._pending_events = 0
        self._pending_bytes = 0
        self.acknowledged: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._client = connected(
            self._settings, linger_ms=20, request_seconds=_REQUEST_SECONDS, delivery_seconds=_DELIVERY_SECONDS
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            try:
                self.flush()
            finally:
                self._close()
            return
        with suppress(UplogError):  # what was handed over before the error still goes, the error is what counts
            if not isinstance(error, PassingFault):
                self.flush()
        self._close()

    def _close(self) -> None:
        with suppress(Exception):  # all was settled by then, or is lost with the broker
            self._client.close(timeout=1)

    def send(self, topic: str, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]] = ()) -> None:
        """Hand one event over; it is certain only after `flush`."""
        try:
            future = self._client.send(topic, value=value, key=key, headers=list(headers))
        except Exception as wrong:
            raise self._one_line(topic, wrong) from None
        self._on_its_way(_Pending(topic, future.get, 1, len(value)))

    def send_many(self, topic: str, events: Sequence[tuple[bytes, bytes]]) -> None:
        """Hand over many events of one topic (key, value) without headers: the same as `send` at a tenth of its cost.

        They leave at once, in batches; some hundreds a call pay.
        """
        from ingestion.packing import packed

        self.send_packs(packed(topic, events, self.partitions(topic)))

    def partitions(self, topic: str) -> int:
        """How many partitions a topic has, for who packs its events."""
        from ingestion.record_batches import partitions_in

        try:
            return len(partitions_in(self._client, topic))
        except Exception as wrong:
            raise self._one_line(topic, wrong) from None

    def send_packs(self, packs: Iterable[Pack]) -> None:
        """Hand over events that are packed already; a pack leaves as one batch."""
        from ingestion.record_batches import answer_of, queued

        for pack in packs:
            try:
                batch = queued(self._client, pack)
            except Exception as wrong:
                raise self._one_line(pack.topic, wrong) from None
            self._on_its_way(_Pending(pack.topic, partial(answer_of, batch), pack.events, len(pack.records)))

    def _on_its_way(self, pending: _Pending) -> None:
        self._pending.append(pending)
        self._pending_events += pending.events
        self._pending_bytes += pending.size
        while self._pending_events > _MAX_PENDING_EVENTS or self._pending_bytes > _MAX_PENDING_BYTES:
            self._settle_oldest()

    def flush(self) -> None:
        """Wait until the broker has confirmed all that was sent."""
        failpoint("produce.before_flush")
        try:
            self._client.flush(timeout=_DELIVERY_SECONDS + _REQUEST_SECONDS)
        except Exception as wrong:
            raise self._one_line(self._pending[0].topic if self._pending else "", wrong) from None
        while self._pending:
            self._settle_oldest()
        failpoint("produce.after_flush")

    def _settle_oldest(self) -> None:
        pending = self._pending.popleft()
        self._pending_events -= pending.events
        self._pending_bytes -= pending.size
        try:
            pending.settle(_DELIVERY_SECONDS + _REQUEST_SECONDS)
        except Exception as wrong:
            raise self._one_line(pending.topic, wrong) from None
        self.acknowledged[pending.topic] += pending.events

    def _one_line(self, topic: str, wrong: Exception) -> UplogError:
        from kafka.errors import (
            KafkaConnectionError,
            KafkaTimeoutError,
            MessageSizeTooLargeError,
            UnknownProducerIdError,
        )

        known = f"{sum(self.acknowledged.values())} events were acknowledged"
        if isinstance(wrong, KafkaTimeoutError | KafkaConnectionError):
            try:
                where = kafka_client.bootstrap(self._settings)
            except BrokerUnavailable as away:
                return away
            return BrokerUnavailable(f"{where} any more ({known})")
        if isinstance(wrong, MessageSizeTooLargeError):
            return UplogError(f"an event for {topic} is over the size Kafka takes", "an event has at most 1 MiB")
        if isinstance(wrong, UnknownProducerIdError):
            return UplogError(f"the broker was restarted meanwhile ({known})", "send again; what came twice is dropped")
        return UplogError(
            f"Kafka refused an event for {topic}: {type(wrong).__name__} ({known})", "see the broker's log"
        )
