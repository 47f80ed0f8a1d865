"""What commands share: lines on stderr, JSON on stdout, progress that suits a terminal or a file."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from cyclopts import Parameter, validators

Json = Annotated[bool, Parameter(name="--json", negative="", help="Answer as JSON.")]
DryRun = Annotated[bool, Parameter(name="--dry-run", negative="", help="Say what would be done, do nothing.")]
Count = Annotated[int, Parameter(validator=validators.Number(gte=1, lte=100_000))]
Rows = Parameter(validator=validators.Number(gte=0, lte=1 << 62))
Port = Parameter(validator=validators.Number(gte=0, lte=65_535))
_EVERY_SECONDS = 5.0


def line(text: str) -> None:
    """One line of ours on stderr."""
    print(f"uplog: {_one_line(text)}", file=sys.stderr)


def say(text: str) -> None:
    """One line of an answer on stdout."""
    print(_one_line(text))


def _one_line(text: str) -> str:
    """What a text quotes, as a file's name or a cell, neither ends its line nor moves the cursor."""
    from publishing.tables import printable

    return printable("\\n".join(text.split("\n")))


def say_json(value: Any) -> None:
    """The whole answer as one JSON document on stdout."""
    from publishing.tables import as_json

    print(as_json(value))


class Steps:
    """Where long work stands: a moving line on a terminal, a plain line now and then elsewhere."""

    def __init__(self, title: str, live: Any = None, task: Any = None) -> None:
        self._title = title
        self._live = live
        self._task = task
        self._said_at = time.monotonic()

    def say(self, text: str) -> None:
        """A line that stays: the next part of the work begins."""
        if self._live is not None:
            self._live.console.print(f"uplog: {text}", highlight=False, soft_wrap=True)
            self._live.update(self._task, completed=0, total=None, description=text)
        elif self._said_at != float("inf"):
            line(text)
            self._said_at = time.monotonic()

    def __call__(self, what: str, number: int = 0, of: int = 0) -> None:
        """`number` things (of `of`, 0: unknown) are done or begun; `what` is the present one."""
        if self._live is not None:
            self._live.update(self._task, completed=number, total=of or None, description=f"{self._title}: {what[:60]}")
        elif time.monotonic() - self._said_at >= _EVERY_SECONDS:
            self._said_at = time.monotonic()
            count = f" ({number} of {of})" if of else f" ({number})" if number else ""
            line(f"{self._title}: {what}{count}")


@contextmanager
def steps(title: str, *, quiet: bool = False) -> Iterator[Steps]:
    """Progress of one piece of work, on stderr; with `quiet` (JSON answers) only on a terminal."""
    if not sys.stderr.isatty():
        progress = Steps(title)
        if quiet:
            progress._said_at = float("inf")
        yield progress
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as live:
        yield Steps(title, live, live.add_task(title, total=None))
