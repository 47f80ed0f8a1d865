"""Runs the collector until it is asked to stop; calls under way are answered, and what they sent is flushed."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
import uvicorn

from ingestion.collector import logs
from ingestion.collector.app import Collector
from ingestion.collector.settings import CollectorSettings
from ingestion.errors import UplogError, UsageError
from ingestion.settings import Settings

_GRACE_SECONDS = 20
_MOST_CALLS = 1_000
"""At once; each may hold a body of 1 MiB. More get 503."""

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """uvicorn raises a signal again after its shutdown, which would end us with the signal's code instead of 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {number: signal.signal(number, self.handle_exit) for number in _SIGNALS}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)


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
    """Listen until SIGTERM or Ctrl-C.

    Raises:
        UsageError: see `checked`. UplogError: the address is taken.
    """
    logs.configure(collecting.log_level)
    collector = checked(settings, collecting)
    listener = _listening(collecting.host, collecting.port)
    config = uvicorn.Config(
        collector.app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        limit_concurrency=_MOST_CALLS,
    )
    host, port = listener.getsockname()[:2]
    structlog.get_logger().info("listening", address=f"http://{host}:{port}", doors=collector.open_doors)
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:  # uvloop's, where it is installed
        runner.run(_Server(config).serve([listener]))
    structlog.get_logger().info("stopped")


def _listening(host: str, port: int) -> socket.socket:
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        return socket.create_server((host, port), family=family, backlog=1024)
    except OSError as wrong:
        raise UplogError(
            f"{host}:{port} cannot be listened at: {wrong.strerror or 'no such host'}",
            "set UPLOG_COLLECT_HOST and UPLOG_COLLECT_PORT",
        ) from None
