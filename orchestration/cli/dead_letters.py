"""`uplog dead-letters`."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from orchestration.cli.output import Json, say, say_json

letters = App(name="dead-letters", help="What was refused, why, and its sealed bytes.", help_format="plaintext")


def register(app: App) -> None:
    app.command(letters)


@letters.command(name="list")
def list_(
    *,
    reason: str | None = None,
    topic: str | None = None,
    resolved: Annotated[bool, Parameter(negative="")] = False,
    limit: int = 100,
    json: Json = False,
) -> int:
    """The newest refused records: where they stood and why they were refused.

    Parameters
    ----------
    reason
        Only this reason.
    topic
        Only this topic.
    resolved
        Those replayed since as well.
    limit
        At most so many.
    """
    from ingestion.lander import deadletters
    from ingestion.settings import settings
    from orchestration.tables import print_table

    found = deadletters.listed(settings(), reason=reason, topic=topic, resolved=resolved, limit=limit)
    if json:
        say_json(found)
    elif not found:
        say("no dead letters")
    else:
        rows = [(one.coordinates, one.landed_at, one.reason, one.detail) for one in found]
        print_table(("coordinates", "landed_at", "reason", "detail"), rows)
    return 0


@letters.command
def show(coordinates: str, *, raw: Annotated[bool, Parameter(negative="")] = False, json: Json = False) -> int:
    """One refused record.

    Parameters
    ----------
    coordinates
        topic/generation/partition/offset, as `list` prints it.
    raw
        The refused bytes themselves, opened with this home's secret: they may hold personal data.
    """
    from ingestion.lander import deadletters
    from ingestion.settings import settings

    one = deadletters.shown(settings(), coordinates)
    if raw:
        sys.stdout.flush()
        sys.stdout.buffer.write(deadletters.raw_value(settings(), coordinates) or b"")
        sys.stdout.buffer.flush()
    elif json:
        say_json(one)
    else:
        say(f"{one.coordinates}, batch {one.batch_id}, landed {one.landed_at.isoformat()}")
        say(f"{one.reason}: {one.detail}")
        say(f"{one.sealed_bytes or 0} bytes sealed; --raw opens them")
    return 0
