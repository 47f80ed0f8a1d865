"""`uplog validate` and `uplog publish`: the gate alone; the gate, then the swap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from orchestration.cli.output import DryRun, Json, line, say, say_json, steps

if TYPE_CHECKING:
    from expectations.gate import Verdict


def register(app: App) -> None:
    app.command(validate)
    app.command(publish)


def validate(*, json: Json = False) -> int:
    """The gate alone: judge what has landed and the marts of the last build. Exit 3 when a critical rule fails."""
    from expectations.report import as_json
    from ingestion.settings import settings
    from publishing import publication

    with steps("validate", quiet=json) as progress:
        verdict = publication.validate(settings(), progress=progress)
    page = settings().published_path / "judged" / "index.html"
    if json:
        say_json(as_json(verdict))
    else:
        _say_findings(verdict)
        say(f"build {verdict.build_id}: gate {verdict.outcome}, {len(verdict.findings)} rules; {page}")
    verdict.require_passed(page)
    return 0


def publish(
    *,
    rollback: Annotated[bool, Parameter(negative="")] = False,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Gate, then one swap: the last build becomes what readers see. Exit 3 when the gate refuses it.

    Parameters
    ----------
    rollback
        Go back to the kept build before the current one.
    """
    from ingestion.settings import settings
    from publishing import publication

    if rollback:
        done = publication.rollback(settings(), dry_run=dry_run)
        if json:
            say_json({"build_id": done.build_id, "previous": done.previous, "dry_run": dry_run})
        else:
            verb = "would go" if dry_run else "went"
            say(f"{verb} back from {done.previous} to {done.build_id}; readers see it when they open the file again")
        return 0
    with steps("publish", quiet=json) as progress:
        done = publication.publish(settings(), dry_run=dry_run, progress=progress)
    if json:
        say_json(
            {
                "build_id": done.build_id,
                "previous": done.previous,
                "gate": done.verdict.outcome if done.verdict else None,
                "tables": done.tables,
                "pruned": done.pruned,
                "dry_run": dry_run,
            }
        )
        return 0
    if done.verdict:
        _say_findings(done.verdict)
    if dry_run:
        say(f"gate passed; would publish {len(done.tables)} tables of build {done.build_id}")
        return 0
    gate = f", gate {done.verdict.outcome}" if done.verdict else ""
    say(f"build {done.build_id} is current{gate}: {settings().published_path}/{{marts,detail,people}}.duckdb")
    for one in done.tables:
        if one.rolled_up or one.dropped:
            dropped = f", {one.dropped} in periods with too few persons left out" if one.dropped else ""
            say(f"{one.table}: {one.rolled_up} small cells rolled up{dropped}")
    return 0


def _say_findings(verdict: Verdict) -> None:
    for one in (*verdict.failures, *verdict.warnings):
        line(f"{one.severity} {one.rule} on {one.table}: {one.says}; {one.failed_rows} of {one.rows} rows")
        for row in one.sample:
            line("    " + ", ".join(f"{key}={value}" for key, value in row.items()))
