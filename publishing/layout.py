"""Where published files lie, and the one step that makes a build current.

    published/
    ├── builds/<build_id>/{marts,detail,people}.duckdb, docs/
    ├── current          -> builds/<build_id>      (the swap)
    ├── marts.duckdb     -> current/marts.duckdb   (and detail, people, docs)
    └── report/2026-W43.zh.html                    (of a period, not of a build: written anew by later ones)

A reader with the old file open keeps it, also when the build is pruned; it sees the new one when it opens again.
"""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

from expectations.manifest import FILES
from ingestion.durable import DAMAGED, sync
from ingestion.errors import UplogError

_DRAFT = ".draft-"


def builds(published: Path) -> list[str]:
    """The kept builds, oldest first."""
    kept = published / "builds"
    if not kept.is_dir():
        return []
    names = [one.name for one in kept.iterdir() if one.is_dir()]
    return sorted(name for name in names if not name.startswith(".") and DAMAGED not in name)


def folder(published: Path, build_id: str) -> Path:
    """Where a kept build lies."""
    return published / "builds" / build_id


def current(published: Path) -> str | None:
    """The build that readers see, or None.

    Raises:
        OSError: the folder may not be read.
    """
    try:
        return Path(os.readlink(published / "current")).name
    except OSError as wrong:
        if wrong.errno in (errno.ENOENT, errno.ENOTDIR, errno.EINVAL):  # nothing there, or no link
            return None
        raise


def draft(published: Path, build_id: str) -> Path:
    """An empty folder to write a build in; what earlier, killed runs left is removed."""
    folder = published / "builds"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob(f"{_DRAFT}*"):
        shutil.rmtree(left)
    path = folder / f"{_DRAFT}{build_id}"
    path.mkdir()
    return path


def keep(published: Path, draft: Path) -> None:
    """A finished draft becomes a build, whole or not at all; not yet current."""
    draft.rename(draft.with_name(draft.name.removeprefix(_DRAFT)))
    sync(published / "builds")


def make_current(published: Path, build_id: str) -> None:
    """The swap: one rename of one symlink; before it readers see the old build, after it the new one."""
    for name in (*(f"{file}.duckdb" for file in FILES), "docs"):
        if not (published / name).is_symlink():
            _link(published / name, f"current/{name}")
    _link(published / "current", f"builds/{build_id}")
    sync(published)


def prune(published: Path, keep_builds: int) -> list[str]:
    """Remove all but the newest builds; the current one always stays. Those removed.

    One that is going is a draft first, so that nobody goes back to what a killed run left of it.
    """
    now = current(published)
    gone = [name for name in builds(published)[:-keep_builds] if name != now]
    for name in gone:
        shutil.rmtree(folder(published, name).rename(folder(published, f"{_DRAFT}{name}")))
    return gone


def previous(published: Path) -> str:
    """The kept build before the current one.

    Raises:
        UplogError: there is none.
    """
    now = current(published)
    earlier = [name for name in builds(published) if now is not None and name < now]
    if not earlier:
        raise UplogError("there is no earlier build to go back to", "`uplog status` shows what is kept")
    return earlier[-1]


def _link(path: Path, target: str) -> None:
    new = path.with_name(f".{path.name}.{os.getpid()}")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(path)
