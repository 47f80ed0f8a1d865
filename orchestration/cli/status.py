"""`uplog status`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, line, say, say_json


def register(app: App) -> None:
    app.command(status)


def status(*, json: Json = False) -> int:
    """Lag per topic, last batch, dead letters, freshness, last build, gate, what is published."""
    from ingestion.settings import settings
    from orchestration.status import status as read
    from publishing.tables import print_table

    found = read(settings())
    if json:
        say_json(found)
        return 0
    rows = [(one.topic, one.end, one.lag, one.events, one.dead_letters) for one in found.topics]
    print_table(("topic", "in Kafka", "lag", "events", "dead letters"), rows)
    say(f"broker      {found.broker or 'none answers'}")
    if found.last_batch:
        batch = found.last_batch
        say(f"last batch  {batch.batch_id}, landed {batch.landed_at:%Y-%m-%d %H:%M:%S} UTC, {batch.hours_ago} h ago")
    if found.dead_by_reason:
        say("refused     " + ", ".join(f"{reason} {count}" for reason, count in found.dead_by_reason.items()))
    if found.landing and found.landing["is_running"]:
        say(f"lander      pid {found.landing['pid']}, {found.landing['state']}, backlog {found.landing['backlog']}")
    if found.last_build:
        build = found.last_build
        new = f", {build['new_batches']} batches since" if build["new_batches"] else ""
        say(f"last build  {build['build_id']}, {build['outcome']}, gate {build['gate'] or 'not run'}{new}")
    say(f"published   {found.current or 'nothing'}" + (f" ({len(found.kept)} kept)" if found.kept else ""))
    for note in found.notes:
        line(note)
    return 0
