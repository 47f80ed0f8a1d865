"""An HTTP server of ours: listens until it is asked to stop; calls under way are answered."""

from __future__ import annotations

import asyncio
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

_GRACE_SECONDS = 20
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


def run(
    app: Any,
    listener: socket.socket,
    *,
    most_calls: int,
    until: Callable[[Callable[[], None]], None] | None = None,
) -> None:
    """Serve the ASGI `app` at `listener` until a signal, or until the stop that `until` got inside the loop is called.

    More than `most_calls` at once get 503.
    """
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        lifespan="on",
        interface="asgi3",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        limit_concurrency=most_calls,
    )
    server = _Server(config)

    def stop() -> None:
        server.should_exit = True

    async def served() -> None:
        if until is not None:
            until(stop)
        await server.serve([listener])

    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:  # uvloop's, where it is installed
        runner.run(served())
