"""Files that survive a power cut (written beside, synced, renamed), closed to others; and damaged ones set aside."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from ingestion import clock

DAMAGED = ".damaged-"
"""In the name of whatever was set aside."""


def close_to_writers() -> None:
    """Nothing that this process makes can be written by others, whatever umask it was started with: they could put
    a broker, a secret or marts of their own into the home.
    """
    os.umask(os.umask(0o077) | 0o022)


@contextmanager
def for_owner_alone() -> Iterator[None]:
    """Files made meanwhile, also those a database makes beside its own, can be read by their owner alone."""
    mask = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(mask)


def sync(path: Path) -> None:
    """Returns once the disk keeps a file's bytes, or a folder's names."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def replace_bytes(path: Path, value: bytes) -> None:
    """Puts `value` in the place of `path` in one step, mode 0600; readers see the old bytes or the new."""
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(value)
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def make_once(path: Path, value: bytes) -> None:
    """Makes `path`, mode 0600, unless it is there: of two processes that start at once the first link wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(value)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def aside_of(path: Path) -> Path:
    """A free name beside `path` that says that what bears it is damaged, and since when."""
    name = f"{path.name}{DAMAGED}{clock.now():%Y%m%dT%H%M%S}"
    return next(
        free for number in count() if not (free := path.with_name(f"{name}.{number}" if number else name)).exists()
    )


def set_aside(path: Path) -> Path:
    """Moves a damaged file or folder out of the way, keeping its bytes; where it is now."""
    return path.rename(aside_of(path))


def what_is_aside(folder: Path, name: str = "*") -> list[Path]:
    """Files and folders in `folder` that were set aside from under `name`, at any depth for every name."""
    found = folder.rglob(f"*{DAMAGED}*") if name == "*" else folder.glob(f"{name}{DAMAGED}*")
    return sorted(path for path in found if not any(DAMAGED in one.name for one in path.parents))
