"""One collector at one listening socket: of the whole process, or of one of its workers."""

from __future__ import annotations

import socket
from collections.abc import Callable

from ingestion.collector.app import Collector
from ingestion.collector.settings import CollectorSettings
from ingestion.errors import UsageError
from ingestion.http import server
from ingestion.settings import Settings

_MOST_CALLS = 1_000
"""At once and a worker; each may hold a body of 1 MiB. More get 503."""


def checked(settings: Settings, collecting: CollectorSettings) -> Collector:
    """The collector as configured.

    Raises:
        UsageError: a door's setting is wrong, or no door has a key.
    """
    collector = Collector(settings, collecting)
    if not collector.open_doors:
        raise UsageError("no door has a key", "set UPLOG_COLLECT_KEYS__EVENTS, or a vendor's; see docs/collecting.md")
    return collector


def run(
    collector: Collector, listener: socket.socket, until: Callable[[Callable[[], None]], None] | None = None
) -> None:
    """Serve `listener` until a signal, or until the stop that `until` was given inside the loop is called."""
    server.run(collector, listener, most_calls=_MOST_CALLS, until=until)
