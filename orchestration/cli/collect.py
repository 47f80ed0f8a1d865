"""`uplog collect`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json


def register(app: App) -> None:
    app.command(collect)


def collect(
    *,
    host: str | None = None,
    port: int | None = None,
    workers: int | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """HTTP into Kafka: CloudEvents at /events, vendors' calls at /webhooks/<vendor>, until SIGTERM or Ctrl-C.

    Signatures are checked; a caller gets 2xx only after Kafka has acknowledged. Keys come as UPLOG_COLLECT_KEYS__<DOOR>
    (docs/collecting.md); what was not taken goes to stderr, a JSON line each.

    Parameters
    ----------
    host
        Where to listen, instead of UPLOG_COLLECT_HOST (127.0.0.1).
    port
        Instead of UPLOG_COLLECT_PORT (8080); 0 takes a free one.
    workers
        How many processes share the work, instead of UPLOG_COLLECT_WORKERS (one a core).
    """
    from ingestion.collector.running import checked
    from ingestion.collector.serve import serve
    from ingestion.collector.settings import collector_settings
    from ingestion.settings import settings

    asked = {"host": host, "port": port, "workers": workers}
    collecting = collector_settings(**{name: value for name, value in asked.items() if value is not None})
    if dry_run:
        doors = checked(settings(), collecting).open_doors
        if json:
            say_json({"host": collecting.host, "port": collecting.port, "doors": doors})
        else:
            say(f"would listen at {collecting.host}:{collecting.port} with the doors {', '.join(doors)}")
        return 0
    serve(settings(), collecting)
    return 0
