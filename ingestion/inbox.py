"""The drop folder: files left in `$UPLOG_HOME/inbox/<source>/` are imported and moved away.

A file goes to `done/` or, if it could not be read or lines of it were refused, to `rejected/`, each beside a
report `<file>.report.json` (counts, line numbers, reasons, fields that no column fills; no values). Only regular files
directly in a source's folder are taken: links, pipes, folders, hidden files and files still being written (changed in
the last 5 seconds, or dated up to an hour ahead) stay. Whoever may drop files may not thereby write elsewhere: `done/`
and `rejected/` must be folders of their own, and nothing that lies there is written over.
"""

from __future__ import annotations

import json
import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from ingestion.errors import PassingFault, UplogError
from ingestion.imports import ImportReport, import_files
from ingestion.settings import Settings
from ingestion.sources import sources

SETTLE_SECONDS = 5
_AHEAD_SECONDS = 3600
"""A file dated so far ahead may be in writing on a share whose clock is ahead; one further ahead bears a wrong date."""

_UNSAFE = re.compile(r"[*?\[\]{}\\\x00-\x1f\x7f\ud800-\udfff]")
"""Patterns of a shell or of DuckDB, control characters, bytes that are not UTF-8."""


class Waiting(NamedTuple):
    """A file that would be taken: when it was last changed (epoch nanoseconds), its source, where it lies."""

    changed_ns: int
    source: str
    path: Path


@dataclass(frozen=True)
class Taken:
    """What became of one file: its source, its name, where it lies now, and the import's counts."""

    source: str
    file: str
    moved_to: Path
    sent: int
    rejected: int
    error: str | None = None


def waiting(settings: Settings) -> list[Waiting]:
    """The files that would be taken now, oldest first."""
    return sorted(_settled(settings.home / "inbox"))


def take(settings: Settings) -> list[Taken]:
    """Import every waiting file and move it away.

    Raises:
        PassingFault: the broker is away; what was not taken stays in the inbox.
        UplogError: `done/` or `rejected/` cannot be used.
    """
    return [_take_one(settings, source, path) for _, source, path in waiting(settings)]


def _settled(inbox: Path) -> Iterator[Waiting]:
    for name in sources():
        folder = inbox / name
        if folder.is_symlink() or not folder.is_dir():
            continue
        for entry in os.scandir(folder):
            try:
                state = entry.stat(follow_symlinks=False)
            except FileNotFoundError:  # taken by another, or by whoever left it
                continue
            if entry.name.startswith(".") or not stat.S_ISREG(state.st_mode):
                continue
            if not -_AHEAD_SECONDS < time.time() - state.st_mtime < SETTLE_SECONDS:
                yield Waiting(state.st_mtime_ns, name, Path(entry.path))


def _take_one(settings: Settings, source: str, path: Path) -> Taken:
    folders = {name: _own_folder(path.parent / name) for name in ("done", "rejected")}  # before anything is sent
    error, report = None, ImportReport(source)
    try:
        if _UNSAFE.search(path.name):
            raise UplogError("its name holds characters of patterns, or no text", "rename it and drop it again")
        report = import_files(settings, source, [path])
    except PassingFault:
        raise
    except UplogError as refused:
        error = str(refused)
    folder = folders["rejected" if error or report.rejected_count else "done"]
    target = _free_name(folder, path.name)
    outcome: dict[str, Any] = {"source": source, "error": error, "read": report.read, "sent": report.sent}
    outcome |= {"rejected_count": report.rejected_count, "missing": report.missing.get(str(path), {})}
    for kind, places in (("rejected", report.rejected), ("skipped", report.skipped)):
        outcome[kind] = [{key: value for key, value in asdict(one).items() if key != "file"} for one in places]
    try:
        with _new_file(_report_of(target)) as file:
            json.dump(outcome, file, ensure_ascii=False, indent=1)
        path.rename(target)
    except OSError as wrong:
        raise UplogError(f"{folder} cannot be written", wrong.strerror or type(wrong).__name__) from None
    shown = path.name.encode("utf-8", "replace").decode()
    return Taken(source, shown, target, report.sent, report.rejected_count, error)


def _own_folder(folder: Path) -> Path:
    """A real folder inside the inbox, made when missing; closed to others, because vendors' files are in the clear."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise UplogError(f"{folder} is not a folder of its own", "remove it; it may lead out of the inbox")
    folder.mkdir(mode=0o750, exist_ok=True)
    return folder


def _report_of(target: Path) -> Path:
    return target.with_name(target.name + ".report.json")


def _new_file(path: Path) -> TextIO:
    """A file that was not there, not even as a link."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0), 0o640)
    return os.fdopen(handle, "w", encoding="utf-8")


def _free_name(folder: Path, name: str) -> Path:
    target, count = folder / name, 1
    while os.path.lexists(target) or os.path.lexists(_report_of(target)):
        target, count = folder / f"{name}.{count}", count + 1
    return target
