"""`uplog recover`."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json, steps


def register(app: App) -> None:
    app.command(recover)


def recover(*, archive: Path | None = None, dry_run: DryRun = False, json: Json = False) -> int:
    """Mend this home: read log, archives, warehouse and published files through; set aside and make again what is
    damaged, the log without its write-ahead log or from its newest archive. Exit 5 if the log cannot be made again.

    Parameters
    ----------
    archive
        Where to take the log from, instead of the newest archive that this home was ever written to.
    """
    from ingestion.settings import settings
    from orchestration.recovery import recover as run

    with steps("recover", quiet=json) as progress:
        done = run(settings(), archive=archive, dry_run=dry_run, progress=progress)
    if json:
        say_json(done)
        return 0
    for one in done.done:
        say(one)
    if not done.done:
        say("nothing is damaged")
    elif done.land_again:
        say(f"the log ends at batch {done.batches}: `uplog land` reads the rest again from Kafka")
    return 0
