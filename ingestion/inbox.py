"""The drop folder: files left in `$UPLOG_HOME/inbox/<source>/` are imported and moved away.

A file goes to `done/` or, if it could not be read or lines of it were refused, to `rejected/`, each beside a
report `<file>.report.json` (counts, line numbers, reasons; no values). Only regular files directly in a source's
folder are taken: links, folders, hidden files and files still being written (changed in the last 5 seconds) stay.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.errors import PassingFault, UplogError
from ingestion.imports import import_files
from ingestion.settings import Settings
from ingestion.sources import sources

SETTLE_SECONDS = 5


@dataclass(frozen=True)
class Taken:
    """What became of one file: its source, its name, where it lies now, and the import's counts."""

    source: str
    file: str
    moved_to: Path
    sent: int
    rejected: int
    error: str | None = None


def waiting(settings: Settings) -> list[tuple[str, Path]]:
    """The files that would be taken now, oldest first, each with its source."""
    return sorted(_settled(settings.home / "inbox"), key=lambda found: (found[1].stat().st_mtime, found[1].name))


def take(settings: Settings) -> list[Taken]:
    """Import every waiting file and move it away.

    Raises:
        PassingFault: the broker is away; what was not taken stays in the inbox.
    """
    return [_take_one(settings, source, path) for source, path in waiting(settings)]


def _settled(inbox: Path) -> Iterator[tuple[str, Path]]:
    for name in sources():
        folder = inbox / name
        if folder.is_symlink() or not folder.is_dir():
            continue
        for entry in os.scandir(folder):
            if entry.name.startswith(".") or not stat.S_ISREG(entry.stat(follow_symlinks=False).st_mode):
                continue
            if time.time() - entry.stat(follow_symlinks=False).st_mtime >= SETTLE_SECONDS:
                yield name, Path(entry.path)


def _take_one(settings: Settings, source: str, path: Path) -> Taken:
    error, sent, rejections = None, 0, []
    try:
        report = import_files(settings, source, [path])
        sent = report.sent
        rejections = [{"line": one.line, "reason": one.reason} for one in report.rejected]
    except PassingFault:
        raise
    except UplogError as refused:
        error = str(refused)
    folder = path.parent / ("rejected" if error or rejections else "done")
    folder.mkdir(exist_ok=True)
    target = _free_name(folder, path.name)
    outcome = {"source": source, "sent": sent, "error": error, "rejected": rejections}
    report_path = target.with_name(target.name + ".report.json")
    report_path.write_text(json.dumps(outcome, ensure_ascii=False, indent=1), encoding="utf-8")
    path.rename(target)
    return Taken(source, path.name, target, sent, len(rejections), error)


def _free_name(folder: Path, name: str) -> Path:
    target, count = folder / name, 1
    while target.exists():
        target, count = folder / f"{name}.{count}", count + 1
    return target
