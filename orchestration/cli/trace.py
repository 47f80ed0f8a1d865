"""`uplog trace`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, say, say_json


def register(app: App) -> None:
    app.command(trace)


def trace(event_id: str, *, json: Json = False) -> int:
    """Every hop of one event: Kafka, log, staging, facts, and the cells of the marts it counts in.

    Parameters
    ----------
    event_id
        The event's id, as in raw.events or in the CloudEvent; or a place, topic/generation/partition/offset: of an
        event, of a duplicate, of a dead letter.
    """
    from ingestion.settings import settings
    from orchestration.trace import trace as follow

    hops = follow(settings(), event_id)
    if json:
        say_json(hops)
        return 0
    for hop in hops:
        say(f"{hop.layer:8} {hop.table}")
        for name, value in hop.row.items():
            if value is not None and not (hop.layer == "mart" and value in (0, False)):
                say(f"         {name:28} {value}")
    return 0
