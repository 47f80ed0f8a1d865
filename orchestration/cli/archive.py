"""`uplog archive` and `uplog restore`: the log as Parquet with hashes, and back."""

from __future__ import annotations

from pathlib import Path

from cyclopts import App

from orchestration.cli.output import DryRun, Json, line, say, say_json, steps


def register(app: App) -> None:
    app.command(archive)
    app.command(restore)


def archive(directory: Path, *, dry_run: DryRun = False, json: Json = False) -> int:
    """The whole log as Parquet by landing day, with a manifest of hashes; again, only what is new or was rewritten.

    It holds what the log holds: tokens and sealed bytes, nothing readable. The secret (secret.json) and the vault
    (vault.sqlite) are not in it: keep copies of them apart.

    Parameters
    ----------
    directory
        An empty folder, or one that holds an archive of this log.
    """
    from ingestion.archive import archive as run
    from ingestion.settings import settings

    with steps("archive", quiet=json) as progress:
        done = run(settings(), directory, dry_run=dry_run, progress=progress)
    if json:
        say_json(done)
    elif not done.written and not done.removed:
        say(f"nothing new since batch {done.batches}: {done.rows} rows in {done.parts} files")
    else:
        verb = "would write" if dry_run else "wrote"
        size = "" if dry_run else f", {done.written_bytes / 1e6:.1f} MB"
        say(f"{verb} {done.written} of {done.parts} files{size}: {done.rows} rows up to batch {done.batches}")
    return 0


def restore(directory: Path, *, dry_run: DryRun = False, json: Json = False) -> int:
    """The log again from an archive, equal in every table; refused where there is one; exit 5 if a file is damaged.

    With --dry-run the archive is checked file by file and nothing is written. Put the secret and the vault back
    before you land: without them new tokens do not join the old.

    Parameters
    ----------
    directory
        The folder that `uplog archive` wrote to.
    """
    from ingestion.archive import restore as run
    from ingestion.settings import settings

    with steps("restore", quiet=json) as progress:
        done = run(settings(), directory, dry_run=dry_run, progress=progress)
    if json:
        say_json(done)
    else:
        verb = "the archive is whole: would restore" if dry_run else "restored"
        say(f"{verb} {done.rows.get('events', 0)} events up to batch {done.batches}; `uplog land` reads on from there")
    if not done.has_secret:
        line(f"{settings().home}/secret.json is not there: put its copy and vault.sqlite back before you land")
    return 0
