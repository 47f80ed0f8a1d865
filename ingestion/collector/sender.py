"""Events to Kafka from an event loop: a call waits for the broker's acknowledgement, the loop never does.

What comes within some milliseconds leaves together: a request to the broker costs kafka-python, which sends in a thread
of its own, as much as a dozen calls cost the collector. What it confirms is handed to the loop in one wake-up for all
that is confirmed by then. A broker that is away is noticed within a second and said at once; meanwhile a task connects
anew, with a fresh producer (an embedded broker that was restarted knows neither topics nor producer).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import structlog
from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential_jitter

from ingestion import kafka_client, producer, record_batches
from ingestion.errors import BrokerUnavailable, UplogError
from ingestion.events import Event
from ingestion.packing import packed
from ingestion.settings import Settings
from ingestion.topics import TOPICS

_GATHER_SECONDS = 0.02
"""How long events are gathered: half of it is what a call waits more, and there are at most fifty requests a second."""

_MAX_PENDING_EVENTS = 20_000
_MAX_PENDING_BYTES = 64 << 20
_FIRST_SECONDS = 3.0
_LOOK_SECONDS = 0.25
_PATIENCE_SECONDS = 0.5
_log = structlog.get_logger()


class Unavailable(Exception):
    """Kafka did not acknowledge; the caller may send again, what came twice is dropped."""


class _Waiting:
    """One call's events, and what their call waits for."""

    __slots__ = ("events", "future", "size")

    def __init__(self, events: Sequence[Event], future: asyncio.Future[None]) -> None:
        self.events = events
        self.size = sum(len(event.value) for event in events)
        self.future = future

    def end(self, error: Exception | None) -> None:
        if self.future.done():
            return
        if error is None:
            self.future.set_result(None)
        else:
            self.future.set_exception(error)


class _Shipment:
    """What left together: the producer it was given to, and how many of its batches are not confirmed yet."""

    __slots__ = ("batches", "calls", "client")

    def __init__(self, client: Any, calls: list[_Waiting], batches: int) -> None:
        self.client = client
        self.calls = calls
        self.batches = batches


class Sender:
    """Start and stop it inside the loop that sends."""

    def __init__(self, settings: Settings, ack_seconds: float) -> None:
        self._settings = settings
        self._ack_seconds = ack_seconds
        self._client: Any = None
        self._waiting: dict[_Waiting, float] = {}
        self._gathered: list[_Waiting] = []
        self._confirmed: deque[tuple[_Shipment, Exception | None]] = deque()
        self._is_woken = False
        self._found = asyncio.Event()
        self._lost = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._watcher: asyncio.Task[None] | None = None
        self._probed = (0.0, False)
        self.pending_events = 0
        self._pending_bytes = 0

    async def start(self) -> None:
        """Connect, or after a moment go on trying while calls get `Unavailable`."""
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._stay_connected())
        self._watcher = asyncio.create_task(self._watch())
        with suppress(TimeoutError):
            async with asyncio.timeout(_FIRST_SECONDS):
                await self._found.wait()

    async def stop(self) -> None:
        """Flush what is on its way and disconnect."""
        for task in (self._watcher, self._task):
            if task is not None:
                task.cancel()
                with suppress(asyncio.CancelledError):
                    await task
        self._ship()
        client, self._client = self._client, None
        if client is not None:
            await asyncio.to_thread(_closed, client, self._ack_seconds)

    async def is_ready(self) -> bool:
        """Whether a call would be taken: connected, and a broker listens (asked at most once a second)."""
        if self._client is None:
            return False
        at, answer = self._probed
        if time.monotonic() - at > 1:
            answer = await asyncio.to_thread(self._listens)
            self._probed = (time.monotonic(), answer)
        return answer

    async def send(self, events: Sequence[Event]) -> None:
        """Return once the broker has acknowledged every event.

        Raises:
            Unavailable: it is away, refuses, or takes longer than `ack_seconds`; some of the events may be in Kafka.
        """
        is_full = self.pending_events > _MAX_PENDING_EVENTS or self._pending_bytes > _MAX_PENDING_BYTES
        if self._client is None or is_full:
            raise Unavailable
        waiting = _Waiting(events, self._loop.create_future())
        self._waiting[waiting] = time.monotonic()
        self.pending_events += len(events)
        self._pending_bytes += waiting.size
        if not self._gathered:
            self._loop.call_later(_GATHER_SECONDS, self._ship)
        self._gathered.append(waiting)
        try:
            await waiting.future
        finally:
            waiting.future.cancel()  # nobody waits for it any more, however this ended
            del self._waiting[waiting]
            self.pending_events -= len(events)
            self._pending_bytes -= waiting.size

    def _ship(self) -> None:
        """Hand over what was gathered; a call whose wait has ended meanwhile is not sent."""
        calls = [waiting for waiting in self._gathered if not waiting.future.done()]
        self._gathered.clear()
        if not calls:
            return
        client = self._client
        if client is None:
            for waiting in calls:
                waiting.end(Unavailable())
            return
        topics: dict[str, list[tuple[bytes, bytes]]] = {}
        for waiting in calls:
            for event in waiting.events:
                topics.setdefault(event.topic, []).append((event.key, event.value))
        try:
            packs = [
                pack
                for topic, events in topics.items()
                for pack in packed(topic, events, len(record_batches.partitions_in(client, topic)))
            ]
            batches = [record_batches.queued(client, pack) for pack in packs]
        except Exception as wrong:
            self._lose(type(wrong).__name__)
            for waiting in calls:  # it may have been lost before
                waiting.end(Unavailable())
            return
        shipment = _Shipment(client, calls, len(batches))
        for batch in batches:
            record_batches.when_answered(batch, lambda error: self._confirm(shipment, error))

    def _confirm(self, shipment: _Shipment, error: Exception | None) -> None:
        """In kafka-python's thread; the first confirmation since the loop last looked wakes it."""
        self._confirmed.append((shipment, error))
        if not self._is_woken:
            self._is_woken = True
            with suppress(RuntimeError):  # the loop has ended
                self._loop.call_soon_threadsafe(self._take_confirmed)

    def _take_confirmed(self) -> None:
        self._is_woken = False
        while self._confirmed:
            shipment, error = self._confirmed.popleft()
            if error is not None:
                if shipment.client is self._client:  # a producer given up earlier ends in errors too
                    self._lose(type(error).__name__)
                for waiting in shipment.calls:
                    waiting.end(Unavailable())
                continue
            shipment.batches -= 1
            if not shipment.batches:
                for waiting in shipment.calls:
                    waiting.end(None)

    def _lose(self, why: str) -> None:
        """Answer nobody with the present producer any more, and connect anew."""
        if self._client is None or self._lost.is_set():
            return
        _log.warning("broker_lost", why=why)
        self._lost.set()
        for waiting in self._waiting:
            waiting.end(Unavailable())

    async def _stay_connected(self) -> None:
        while True:
            wait = wait_exponential_jitter(initial=0.2, max=5)
            async for attempt in AsyncRetrying(wait=wait, retry=retry_if_exception_type(UplogError)):
                with attempt:
                    client = await asyncio.to_thread(self._connected)
            self._lost.clear()
            self._client = client
            self._found.set()
            _log.info("broker_connected")
            await self._lost.wait()
            self._client = None
            await asyncio.to_thread(_closed, client, 0)

    def _connected(self) -> Any:
        client = producer.connected(
            self._settings,
            linger_ms=0,
            request_seconds=max(1.0, self._ack_seconds / 2),
            delivery_seconds=max(2.0, self._ack_seconds),
        )
        try:
            for topic in TOPICS:  # so that no send waits for a topic's partitions
                client.partitions_for(topic)
        except Exception as wrong:
            _closed(client, 0)
            raise UplogError(f"topics are not to be had: {type(wrong).__name__}", "see the broker's log") from None
        return client

    async def _watch(self) -> None:
        """End waits that last too long. A wait is also the reason to look whether anybody listens."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            oldest = next(iter(self._waiting.values()), None)
            waited = 0 if oldest is None else time.monotonic() - oldest
            if waited > self._ack_seconds:
                self._lose("no acknowledgement in time")
            elif waited > _PATIENCE_SECONDS and not await asyncio.to_thread(self._listens):
                self._lose("nobody listens")

    def _listens(self) -> bool:
        try:
            kafka_client.client_config(self._settings)
        except BrokerUnavailable:
            return False
        return True


def _closed(client: Any, seconds: float) -> None:
    with suppress(Exception):  # all was settled by then, or is lost with the broker
        client.close(timeout=seconds)
