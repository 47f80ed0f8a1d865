"""`uplog land`."""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import App, Parameter

from orchestration.cli.output import DryRun, Json, line, say, say_json, steps


def register(app: App) -> None:
    app.command(land)


def land(
    *,
    follow: Annotated[bool, Parameter(negative="")] = False,
    accept_new_topics: Annotated[bool, Parameter(negative="")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Kafka to log.duckdb, exactly once, up to the present; with --follow for ever.

    Parameters
    ----------
    follow
        Keep landing, every UPLOG_FOLLOW_SECONDS (5), until SIGTERM or Ctrl-C; what was read is committed.
    accept_new_topics
        Go on with topics that were made anew since (a new generation of offsets).
    """
    from ingestion.settings import settings

    if dry_run:
        from orchestration.status import ends_and_lag

        _, behind = ends_and_lag(settings())
        if json:
            say_json({"would_receive": behind})
        else:
            say(f"{behind} records would be received")
        return 0
    from ingestion import lander

    with steps("land", quiet=json) as progress:

        def seen(report: Any, left: int) -> None:
            progress(f"{report.events} events, {report.dead} dead letters", report.received, report.received + left)

        report = lander.land(
            settings(),
            follow=follow,
            accept_new_topics=accept_new_topics,
            progress=seen,
            waiting=lambda fault: progress.say(f"{fault}; it is tried again"),
        )
    if json:
        say_json(report)
        return 0
    for notice in report.notices:
        line(notice)
    for gap in report.gaps:
        line(f"{gap.topic}/{gap.partition}: {gap.offsets} offsets from {gap.from_offset} were not there ({gap.cause})")
    say(
        f"{report.received} received = {report.events} events + {report.duplicates} duplicates + "
        f"{report.dead} dead letters, in {report.batches} batches"
    )
    if report.dead:
        reasons = ", ".join(f"{reason} {count}" for reason, count in report.dead_by_reason.items())
        say(f"dead letters: {reasons}; `uplog dead-letters list` shows them")
    return 0
