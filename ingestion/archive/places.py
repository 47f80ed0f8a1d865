"""The directories a home was archived to: `archives.json`, so that an erasure and a recovery find them."""

from __future__ import annotations

import json
from pathlib import Path

from ingestion.durable import replace_bytes
from ingestion.errors import Damaged
from ingestion.settings import Settings


def known_archives(settings: Settings) -> list[Path]:
    """Every directory this home was ever archived to, the last one first; one may be out of reach, or half written.

    Raises:
        Damaged: the list cannot be read.
    """
    path = _path(settings)
    try:
        return [Path(directory) for directory in json.loads(path.read_bytes())["directories"]]
    except FileNotFoundError:
        return []
    except (ValueError, KeyError, TypeError):
        raise Damaged(
            f"{path} does not read", 'write {"directories": []} into it, then archive again into each folder in use'
        ) from None


def note_archive(settings: Settings, directory: Path) -> None:
    """Notes `directory`, before the first byte of the log is written there."""
    before = known_archives(settings)
    directories = [directory.resolve(), *(one for one in before if one != directory.resolve())]
    if directories != before:
        listed = {"directories": [str(one) for one in directories]}
        replace_bytes(_path(settings), json.dumps(listed, ensure_ascii=False, indent=1).encode())


def _path(settings: Settings) -> Path:
    return settings.home / "archives.json"
