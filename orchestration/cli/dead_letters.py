"""`uplog dead-letters`."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from orchestration.cli.output import DryRun, Json, Rows, line, say, say_json, steps

letters = App(
    name="dead-letters", help="What was refused, why, its sealed bytes, and its replay.", help_format="plaintext"
)


def register(app: App) -> None:
    app.command(letters)


@letters.command(name="list")
def list_(
    *,
    reason: str | None = None,
    topic: str | None = None,
    resolved: Annotated[bool, Parameter(negative="")] = False,
    limit: Annotated[int, Rows] = 100,
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
    from publishing.tables import print_table

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


@letters.command
def replay(*, reason: str | None = None, topic: str | None = None, dry_run: DryRun = False, json: Json = False) -> int:
    """After a contract was mended: what passes now becomes events, once, at its original coordinates.

    Parameters
    ----------
    reason
        Only this reason.
    topic
        Only this topic.
    """
    from ingestion.lander.replay import replay as run
    from ingestion.settings import settings

    with steps("replay", quiet=json) as progress:
        done = run(settings(), reason=reason, topic=topic, dry_run=dry_run, progress=progress)
    if json:
        say_json(done)
        return 0
    for coordinates in done.unopened:
        line(f"{coordinates} cannot be opened")
    verb = "would become" if dry_run else "became"
    say(f"{done.letters} dead letters: {done.events} {verb} events, {done.duplicates} duplicates")
    if done.refused:
        say(f"still refused: {', '.join(f'{reason} {count}' for reason, count in done.refused.items())}")
    if done.expired or done.without_bytes:
        say(f"not opened: {done.expired} whose key was destroyed after 30 days, {done.without_bytes} without bytes")
    return 0
