"""`uplog doctor`."""

from __future__ import annotations

from cyclopts import App

from orchestration.cli.output import Json, say, say_json

_MARKS = {"ok": "ok  ", "warning": "note", "wrong": "BAD "}


def register(app: App) -> None:
    app.command(doctor)


def doctor(*, json: Json = False) -> int:
    """What is wrong here, and what to do. Exit 1 when something is, 5 when a file is damaged."""
    from ingestion.settings import settings
    from orchestration.doctor import examine

    found = examine(settings())
    if json:
        say_json(found)
    else:
        for one in found:
            say(f"{_MARKS[one.result]}  {one.what}: {one.says}" + (f": {one.fix}" if one.fix else ""))
    return max((one.exit_code for one in found), default=0)
