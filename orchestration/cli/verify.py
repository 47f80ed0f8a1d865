"""`uplog verify`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, line, say, say_json, steps


def register(app: App) -> None:
    app.command(verify)


def verify(*, json: Json = False) -> int:
    """Rebuild from the log and compare with the present warehouse, table by table. Exit 5 when they differ."""
    from ingestion.settings import settings
    from orchestration.verify import verify as run

    with steps("verify", quiet=json) as progress:
        done = run(settings(), progress=progress)
    compared = done.compared
    if json:
        say_json(done)
    elif not compared.differences:
        behind = f"; {done.waiting} batches have landed since" if done.waiting else ""
        say(
            f"build {done.build_id} is what the log gives up to batch {done.batch_id}: "
            f"{compared.tables} tables, {compared.rows} rows{behind}"
        )
    else:
        for difference in compared.differences:
            line(str(difference))
    done.require_equal()
    return 0
