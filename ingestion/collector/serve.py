"""Runs the collector until it is asked to stop; calls under way are answered, and what they sent is flushed."""

from __future__ import annotations

import structlog

from ingestion.collector.running import checked, run
from ingestion.collector.settings import CollectorSettings
from ingestion.collector.workers import supervised
from ingestion.http import logs
from ingestion.http.listening import listening
from ingestion.settings import Settings


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
        supervised(settings, collecting, listeners)
    log.info("stopped")
