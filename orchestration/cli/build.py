"""`uplog build`."""

from __future__ import annotations

from typing import Annotated, Literal

from cyclopts import App, Parameter

from orchestration.cli.imports import instant
from orchestration.cli.output import DryRun, Json, say, say_json, steps


def register(app: App) -> None:
    app.command(build)


def build(
    *,
    full: Annotated[bool, Parameter(negative="")] = False,
    as_known_at: str | None = None,
    target: Literal["duckdb", "spark"] = "duckdb",
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """The warehouse from the log, with dbt and its tests; says when nothing is new.

    Parameters
    ----------
    full
        Build everything anew from the log.
    as_known_at
        Read only what had landed by this instant, into a warehouse file of its own.
    target
        The engine.
    """
    from ingestion.settings import settings
    from orchestration.build import build as run

    with steps("build", quiet=json) as progress:
        report = run(
            settings(),
            full=full,
            as_known_at=None if as_known_at is None else instant(as_known_at),
            target=target,
            dry_run=dry_run,
            progress=progress,
        )
    if json:
        say_json(report)
    elif report.nothing_new:
        say(f"nothing new since build {report.build_id} (batch {report.batch_id}, {report.events} events)")
    elif dry_run:
        how = f"everything anew: {report.why_full}" if report.is_full else "what is new"
        say(f"would build {how} (up to batch {report.batch_id}, {report.events} events)")
    else:
        how = f", everything anew: {report.why_full}" if report.is_full else ""
        name = f"build {report.build_id}" if report.build_id else str(report.warehouse)
        say(f"{name}: {report.models} models and {report.tests} tests in {report.seconds:.0f} s{how}")
    return 0
