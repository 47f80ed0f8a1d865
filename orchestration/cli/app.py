"""`uplog`: the commands, and how every error becomes one line and an exit code.

0 done · 1 failed · 2 usage · 3 gate failed · 4 in use by another · 5 damaged
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import Annotated

from cyclopts import App, CycloptsError, Parameter, UnusedCliTokensError

from ingestion.durable import close_to_writers
from ingestion.errors import UplogError
from orchestration.cli import (
    archive,
    broker,
    build,
    collect,
    dead_letters,
    demo,
    doctor,
    erase,
    export,
    imports,
    land,
    me,
    publish,
    query,
    recover,
    report,
    secret,
    serve,
    simulate,
    sources,
    status,
    trace,
    verify,
)
from orchestration.cli.output import line

Flag = Annotated[bool, Parameter(negative="")]
_COMMENT = re.compile(r"--(?![\w-]+=)[^\n]*\n")
"""How SQL may begin, and no option: after an option's name comes its value's `=`, or nothing."""


def _version() -> str:
    from importlib.metadata import version

    return version("uplog")


app = App(
    name="uplog",
    help="From a dealership's systems to published marts: simulate or import, land, build, publish, query.\n\n"
    "State lies in $UPLOG_HOME (./var); settings are UPLOG_… variables or uplog.toml.",
    help_format="plaintext",
    version=_version,
    version_flags=["--version"],
)
for module in (
    demo,
    broker,
    simulate,
    imports,
    sources,
    collect,
    land,
    dead_letters,
    build,
    publish,
    status,
    query,
    export,
    serve,
    trace,
    archive,
    recover,
    verify,
    me,
    report,
    secret,
    erase,
    doctor,
):
    module.register(app)


@app.meta.default
def launch(
    *tokens: Annotated[str, Parameter(show=False, allow_leading_hyphen=True)],
    debug: Flag = False,
) -> int:
    """Run one command.

    Parameters
    ----------
    debug
        Show the traceback of an error.
    """
    if debug:
        os.environ["UPLOG_DEBUG"] = "1"
    result = app(tokens, exit_on_error=False, print_error=False, result_action="return_value")
    return result if isinstance(result, int) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """The console script; gives the exit code. Without `arguments` the process is the command's own."""
    tokens = list(sys.argv[1:] if arguments is None else arguments)
    if arguments is None:
        close_to_writers()
        if next((token for token in tokens if not token.startswith("-")), None) == "land":
            from ingestion.processes import without_pandas

            without_pandas()
    os.environ.pop("UPLOG_DEBUG", None)
    tokens = [f"\n{token}" if _COMMENT.match(token) else token for token in tokens]
    try:
        result = app.meta(tokens, exit_on_error=False, print_error=False, result_action="return_value")
        return result if isinstance(result, int) else 0
    except KeyboardInterrupt:
        line("stopped")
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as wrong:
        if os.environ.get("UPLOG_DEBUG"):
            raise
        return _said(wrong)


def _said(wrong: Exception) -> int:
    """One line on stderr, and the exit code of the error."""
    if isinstance(wrong, UplogError):
        line(str(wrong))
        return wrong.exit_code
    if isinstance(wrong, UnusedCliTokensError):
        many = wrong.unused_tokens or []
        what = f"{', '.join(map(repr, many))} {'are' if len(many) > 1 else 'is'} too many"
        line(f"{what}: put what has spaces into quotes; a command's --help lists what it takes")
        return 2
    if isinstance(wrong, CycloptsError):
        what, _, hint = " ".join(str(wrong).split()).partition(". ")
        meant = re.match(r"Did you mean [^?]*\?|Must be [^.]*|Choose from: [^.]*", hint)
        fix = _plain(meant[0]) if meant else "`uplog --help` lists commands, and a command's --help its options"
        line(f"{_plain(what.rstrip('.'))}: {fix}")
        return 2
    text = " ".join(str(wrong).split())
    holder = re.search(r"PID (\d+)", text)
    if "Conflicting lock" in text:
        line(f"a file is in use by pid {holder[1] if holder else 'unknown'}: wait for it to end, or stop it")
        return 4
    if isinstance(wrong, OSError):
        where = f" ({wrong.filename})" if wrong.filename else ""
        line(f"{wrong.strerror or type(wrong).__name__}{where}: check the path, its rights and the disk")
        return 1
    line(f"{type(wrong).__name__} (unexpected): run it again with --debug to see where")
    return 1


def _plain(text: str) -> str:
    return text[:1].lower() + text[1:]
