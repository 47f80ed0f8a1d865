"""What Prometheus reads: calls by door and outcome, events by topic, time to the answer. No personal label."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One registry a process; labels come from closed lists, whatever an address holds.

    Where PROMETHEUS_MULTIPROC_DIR is set, as it is for the workers of one collector, each keeps its figures in a file
    there, and whichever is asked adds up all: counters since the start, gauges of the workers that live.
    """

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter(
            "uplog_collect_calls",
            "Calls by door and what became of them.",
            ["door", "outcome"],
            registry=self._registry,
        )
        self._events = Counter(
            "uplog_collect_events", "Events that Kafka has acknowledged.", ["topic"], registry=self._registry
        )
        self._seconds = Histogram(
            "uplog_collect_seconds",
            "From the head of a call to its answer.",
            ["door"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.pending = Gauge(
            "uplog_collect_pending_events",
            "Events that wait for their acknowledgement.",
            registry=self._registry,
            multiprocess_mode="livesum",
        )
        self.broker_up = Gauge(
            "uplog_collect_broker_up",
            "1 while a broker answers.",
            registry=self._registry,
            multiprocess_mode="livemin",
        )
        # finding a child by its labels costs as much as counting with it
        self._calls_of = cache(self._calls.labels)
        self._events_of = cache(self._events.labels)
        self._seconds_of = cache(self._seconds.labels)

    def count(self, door: str, outcome: str, seconds: float, topics: Iterable[str]) -> None:
        """One call that was answered, and the topic of each event it brought into Kafka."""
        self._calls_of(door, outcome).inc()
        self._seconds_of(door).observe(seconds)
        for topic in topics:
            self._events_of(topic).inc()

    def text(self) -> bytes:
        """The exposition, of all workers."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self._registry)
        together = CollectorRegistry()
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
        return generate_latest(together)
