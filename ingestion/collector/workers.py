"""Several processes behind one address: each with a socket, an event loop and a producer of its own.

    parent ──settings, listening socket──▶ worker
    parent ──end of the pipe─────────────▶ worker: answer what is under way, flush, end

The parent serves nothing: it starts the workers, replaces one that dies, and ends them. Their figures add up through
files of prometheus-client in a directory that goes with the parent. If the parent is killed, the pipes close too.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from multiprocessing import reduction
from multiprocessing.connection import Connection

import structlog
from prometheus_client.multiprocess import mark_process_dead

from ingestion.collector.running import checked, run
from ingestion.collector.settings import CollectorSettings
from ingestion.errors import UplogError
from ingestion.http import logs
from ingestion.processes import own_pipe, started
from ingestion.settings import Settings

_START = "from ingestion.collector.workers import main; main()"
_FIGURES = "PROMETHEUS_MULTIPROC_DIR"
_LOOK_SECONDS = 0.2
_SETTLED_SECONDS = 5
"""A worker that dies before this has something it cannot do; another one would not either."""

_END_SECONDS = 30
_log = structlog.get_logger()


class _Worker:
    """One process and the socket it serves, which stays open here for its successor."""

    def __init__(self, settings: Settings, collecting: CollectorSettings, listener: socket.socket) -> None:
        self._given = (settings, collecting)
        self._listener = listener
        self.start()

    def start(self) -> None:
        self.process, self._pipe = started(_START)
        self.began = time.monotonic()
        self._pipe.send(self._given)
        reduction.send_handle(self._pipe, self._listener.fileno(), self.process.pid)

    def is_dead(self) -> bool:
        return self.process.poll() is not None

    def ask_to_end(self) -> None:
        self._pipe.close()

    def end(self) -> int:
        """Its exit code, once it has ended or was ended."""
        try:
            return self.process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            return self.process.wait()


def supervised(settings: Settings, collecting: CollectorSettings, listeners: list[socket.socket]) -> None:
    """Keep one worker at each listener until SIGTERM or Ctrl-C; all have ended then.

    Raises:
        UplogError: a worker died at its start, or did not end as it should.
    """
    asked = threading.Event()
    before = {number: signal.signal(number, lambda *_: asked.set()) for number in (signal.SIGINT, signal.SIGTERM)}
    with tempfile.TemporaryDirectory(prefix="uplog-collect-") as figures:
        os.environ[_FIGURES] = figures
        workers: list[_Worker] = []
        try:
            workers += [_Worker(settings, collecting, listener) for listener in listeners]
            while not asked.wait(_LOOK_SECONDS):
                for worker in workers:
                    if worker.is_dead():
                        _replace(worker, figures)
        finally:
            for worker in workers:
                worker.ask_to_end()
            codes = [worker.end() for worker in workers]
            del os.environ[_FIGURES]
            for number, handler in before.items():
                signal.signal(number, handler)
    if any(codes):
        raise UplogError(f"a worker ended with code {next(code for code in codes if code)}", "see the lines above")


def _replace(worker: _Worker, figures: str) -> None:
    code = worker.process.returncode
    if time.monotonic() - worker.began < _SETTLED_SECONDS:
        raise UplogError(f"a worker ended at its start with code {code}", "see the lines above")
    _log.error("worker_died", code=code)
    mark_process_dead(worker.process.pid, figures)  # type: ignore[no-untyped-call]
    worker.ask_to_end()
    worker.start()


def main() -> None:
    """A worker's process."""
    pipe = own_pipe()
    settings, collecting = pipe.recv()
    listener = socket.socket(fileno=reduction.recv_handle(pipe))
    logs.configure(collecting.log_level)
    run(checked(settings, collecting), listener, lambda stop: _stop_with(pipe, stop))


def _stop_with(pipe: Connection, stop: Callable[[], None]) -> None:
    """Stop once the pipe closes."""
    loop = asyncio.get_running_loop()

    def closed() -> None:
        loop.remove_reader(pipe.fileno())
        stop()

    loop.add_reader(pipe.fileno(), closed)
