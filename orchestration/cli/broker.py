"""`uplog broker`."""

from __future__ import annotations

from typing import Annotated

from cyclopts import App, Parameter

from ingestion.errors import UsageError
from orchestration.cli.output import DryRun, Json, Port, say, say_json


def register(app: App) -> None:
    app.command(broker)


def broker(
    *,
    port: Annotated[int | None, Port] = None,
    detach: Annotated[bool, Parameter(negative="")] = False,
    stop: Annotated[bool, Parameter(negative="")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """The embedded Kafka-protocol broker for development, in memory only: what was not landed dies with it.

    Production gives UPLOG_KAFKA_BOOTSTRAP instead.

    Parameters
    ----------
    port
        Where to listen; a free port without it.
    detach
        Return once it listens; --stop ends it.
    stop
        End the one of this home.
    """
    from ingestion import broker as embedded
    from ingestion.settings import settings

    if stop and (detach or port):
        raise UsageError("--stop goes alone", "leave --port and --detach out")
    home = settings().home
    present = embedded.running(home)
    if dry_run:
        found = {"running": present is not None, "bootstrap": present.bootstrap if present else None}
        answer = "would stop it" if stop and present else "nothing to stop" if stop else "would start it"
        if present and not stop:
            answer = "it runs already"
        return _said(json, {**found, "would": answer}, answer)
    if stop:
        ended = embedded.stop(home)
        return _said(json, {"stopped": ended}, "broker stopped" if ended else "no broker of this home was running")
    address = embedded.start(home, port, detach=detach)
    if detach:
        text = (
            f"broker at {address.bootstrap} (pid {address.pid}); `uplog broker --stop` ends it and forgets its events"
        )
        return _said(json, {"pid": address.pid, "bootstrap": address.bootstrap}, text)
    return 0


def _said(as_json: bool, found: dict[str, object], text: str) -> int:
    if as_json:
        say_json(found)
    else:
        say(text)
    return 0
