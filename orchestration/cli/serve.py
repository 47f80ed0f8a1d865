"""`uplog serve`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json


def register(app: App) -> None:
    app.command(serve)


def serve(
    *,
    host: str | None = None,
    port: int | None = None,
    file: str = "marts",
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """What is published over HTTP, read-only, for tools that cannot open a file, until SIGTERM or Ctrl-C.

    Tables at /tables, SQL at /query, as JSON, CSV, Parquet or Arrow (docs/reading.md). Whoever asks gives the token of
    $UPLOG_HOME/serve.token, made at the first start, or of UPLOG_SERVE_TOKEN.

    Parameters
    ----------
    host
        Where to listen, instead of UPLOG_SERVE_HOST (127.0.0.1).
    port
        Instead of UPLOG_SERVE_PORT (8085); 0 takes a free one.
    file
        marts or detail; people is never served.
    """
    from ingestion.settings import checked, settings
    from publishing.serve.running import check
    from publishing.serve.running import serve as run
    from publishing.serve.settings import ServeSettings

    asked = {"host": host, "port": port}
    serving = checked(ServeSettings, **{name: value for name, value in asked.items() if value is not None})
    if dry_run:
        check(settings(), file)
        if json:
            say_json({"host": serving.host, "port": serving.port, "file": file})
        else:
            say(f"would serve {file} at {serving.host}:{serving.port}")
        return 0
    run(settings(), serving, file)
    return 0
