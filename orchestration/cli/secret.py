"""`uplog secret rotate`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json, steps

secret = App(name="secret", help="The tenant's secrets.", help_format="plaintext")


def register(app: App) -> None:
    app.command(secret)


@secret.command
def rotate(*, dry_run: DryRun = False, json: Json = False) -> int:
    """A new token secret: what lands from now on has new tokens, and old identities stay joined with new.

    Copies of the secret document you keep elsewhere are out of date afterwards. What landed before keeps the old
    tokens: whoever holds an old secret can still test a guess against them.
    """
    from ingestion.personal.rotation import rotate as run
    from ingestion.settings import settings

    with steps("rotate", quiet=json) as progress:
        done = run(settings(), dry_run=dry_run, progress=progress)
    if json:
        say_json(done)
        return 0
    if done.is_resumed:
        said = "would finish the rotation" if dry_run else "finished the rotation"
    else:
        said = "would rotate the secret" if dry_run else "rotated the secret"
    joined = f"{done.aliases} tokens joined in {done.events} events"
    say(f"{said} from version {done.from_version} to {done.to_version}; {joined}")
    if not dry_run:
        say("next: copy secret.json to where you keep it; `uplog build` (everything anew), `uplog publish`")
    return 0
