"""What Prometheus reads: calls by door and outcome, events by topic, time to the answer. No personal label."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """One registry a collector; labels come from closed lists, whatever an address holds."""

    media_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.calls = Counter(
            "uplog_collect_calls",
            "Calls by door and what became of them.",
            ["door", "outcome"],
            registry=self._registry,
        )
        self.events = Counter(
            "uplog_collect_events", "Events that Kafka has acknowledged.", ["topic"], registry=self._registry
        )
        self.seconds = Histogram(
            "uplog_collect_seconds",
            "From the head of a call to its answer.",
            ["door"],
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.pending = Gauge(
            "uplog_collect_pending_events", "Events that wait for their acknowledgement.", registry=self._registry
        )
        self.broker_up = Gauge("uplog_collect_broker_up", "1 while a broker answers.", registry=self._registry)

    def text(self) -> bytes:
        """The exposition."""
        return generate_latest(self._registry)
