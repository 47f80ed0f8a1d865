"""Runs the collector until it is asked to stop; calls under way are answered, and what they sent is flushed."""

from __future__ import annotations

import socket
from collections.abc import Callable

import structlog

from ingestion.collector.app import Collector
from ingestion.collector.settings import CollectorSettings
from ingestion.errors import UsageError
from ingestion.http import logs, server
from ingestion.http.listening import listening
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


def serve(settings: Settings, collecting: CollectorSettings) -> None:
    """Listen until SIGTERM or Ctrl-C, in `collecting.workers` processes.

    Raises:
        UsageError: see `checked`. UplogError: the address is taken, or a worker does not start.
    """
    logs.configure(collecting.log_level)
    collector = checked(settings, collecting)
    listeners = listening(collecting.host, collecting.port, collecting.workers, "UPLOG_COLLECT")
    host, port = listeners[0].getsockname()[:2]
    log = structlog.get_logger()
    log.info("listening", address=f"http://{host}:{port}", doors=collector.open_doors, workers=len(listeners))
    if len(listeners) == 1:
        run(collector, listeners[0])
    else:
        from ingestion.collector.workers import supervised

        supervised(settings, collecting, listeners)
    log.info("stopped")


def run(
    collector: Collector, listener: socket.socket, until: Callable[[Callable[[], None]], None] | None = None
) -> None:
    """Serve `listener` until a signal, or until the stop that `until` was given inside the loop is called."""
    server.run(collector, listener, most_calls=_MOST_CALLS, until=until)
