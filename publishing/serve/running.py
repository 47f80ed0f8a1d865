"""Runs the server until SIGTERM or Ctrl-C."""

from __future__ import annotations

import shutil

import structlog

from ingestion.durable import for_owner_alone
from ingestion.errors import UsageError
from ingestion.http import logs, server
from ingestion.http.listening import listening
from ingestion.settings import Settings
from publishing.published import published_file
from publishing.serve.access import load_token, token_path
from publishing.serve.app import Server
from publishing.serve.settings import ServeSettings

_MOST_CALLS = 200


def check(settings: Settings, file: str) -> None:
    """Whether there is something to serve.

    Raises:
        UsageError: no such file, or the people's, which is never served.
        UplogError: nothing is published yet.
    """
    if file == "people":
        raise UsageError("people.duckdb is never served", "open it where it lies, with `uplog query --file people`")
    published_file(settings, file)


def serve(settings: Settings, serving: ServeSettings, file: str) -> None:
    """Listen until SIGTERM or Ctrl-C.

    Raises:
        UsageError, UplogError: see `check` and `load_token`; the address is taken.
    """
    logs.configure(serving.log_level)
    check(settings, file)
    token = load_token(settings, serving)
    (listener,) = listening(serving.host, serving.port, 1, "UPLOG_SERVE")
    host, port = listener.getsockname()[:2]
    where = "UPLOG_SERVE_TOKEN" if serving.token is not None else str(token_path(settings))
    log = structlog.get_logger()
    log.info("listening", address=f"http://{host}:{port}", file=file, token_in=where)
    spill = settings.home / f"serve-{port}.spill"  # whoever listens at this port alone uses it
    shutil.rmtree(spill, ignore_errors=True)
    spill.mkdir(mode=0o700)
    try:
        # the mask is the whole process's: set once around all threads, it is the same for each
        with for_owner_alone():
            app = Server(settings, serving, file, token, spill)
            server.run(app, listener, most_calls=_MOST_CALLS)
    finally:
        shutil.rmtree(spill, ignore_errors=True)
    log.info("stopped")
