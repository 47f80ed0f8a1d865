"""The manifest of an archive: every file with its hash, and a hash over the manifest itself.

DIR/
├── manifest.json                              replaced in one step; what it does not name is not archived
├── events/landed_on=2026-10-01/000003.parquet written by the third archive
├── dead_letters/landed_on=2026-10-01/…
└── offsets/000007.parquet                     tables without batches, whole
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from datetime import date, datetime
from pathlib import Path

import msgspec

from ingestion.durable import replace_bytes
from ingestion.errors import Damaged, UplogError
from ingestion.log.contents import Content, Key

FORMAT = 1
MANIFEST = "manifest.json"
LOCK = ".lock"
_OWN = {MANIFEST, f"{MANIFEST}.new", LOCK}
_OTHER_COPY = "restore from another copy of it, or archive again from a log that is whole"


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One Parquet file: the rows of `table` that landed on `day` (Asia/Shanghai), or all of a table without batches.

    `rows` and `digest` are what `ingestion.log.contents` says of them; `sha256` is of the file.
    """

    table: str
    day: date | None
    path: str
    rows: int
    digest: str
    bytes: int
    sha256: str

    @property
    def key(self) -> Key:
        return Key(self.table, self.day)

    @property
    def content(self) -> Content:
        return Content(self.rows, self.digest)


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What an archive holds.

    `run` counts the archives made into this directory, and numbers the files each wrote. `log` is the stamp of the
    log, `log_format` its migration step, `batches` its last batch and `history` the digest of the batches' rows up
    to it. `superseded` are files of the run before that are no longer of the archive and are being removed.
    """

    format: int
    run: int
    archived_at: datetime
    log: str
    log_format: int
    batches: int
    history: str
    parts: tuple[Part, ...]
    superseded: tuple[str, ...] = ()


class _Signed(msgspec.Struct):
    sha256: str
    archive: msgspec.Raw


def read(directory: Path) -> Manifest | None:
    """The manifest of the archive in `directory`; None where there is none.

    Raises:
        Damaged: it is not what was written.
        UplogError: it was written by a newer version.
    """
    path = directory / MANIFEST
    try:
        value = path.read_bytes()
    except FileNotFoundError:
        return None
    try:
        signed = msgspec.json.decode(value, type=_Signed)
        if hashlib.sha256(bytes(signed.archive)).hexdigest() != signed.sha256:
            raise Damaged(f"{path} is not what was written", _OTHER_COPY)
        if (format := msgspec.json.decode(signed.archive)["format"]) > FORMAT:
            raise UplogError(f"{path} is of format {format}, this version knows {FORMAT}", "install a newer uplog")
        return msgspec.json.decode(signed.archive, type=Manifest)
    except (msgspec.MsgspecError, KeyError, TypeError, UnicodeDecodeError):
        raise Damaged(f"{path} does not read", _OTHER_COPY) from None


def write(directory: Path, manifest: Manifest) -> None:
    """Makes `manifest` the archive's, in one step."""
    value = msgspec.json.format(msgspec.json.encode(manifest), indent=1)
    signed = _Signed(hashlib.sha256(value).hexdigest(), msgspec.Raw(value))
    replace_bytes(directory / MANIFEST, msgspec.json.encode(signed))


def check(directory: Path, manifest: Manifest) -> None:
    """Reads every file of the archive.

    Raises:
        Damaged: a file is missing, changed, or not of the archive; names it.
    """
    present = files(directory)
    for part in manifest.parts:
        path = directory / part.path
        if part.path not in present:
            raise Damaged(f"{path} is missing", _OTHER_COPY)
        if not is_sound(directory, part):
            raise Damaged(f"{path} is not what was archived", _OTHER_COPY)
    if extra := sorted(present - {part.path for part in manifest.parts} - leftovers(present, manifest)):
        raise Damaged(f"{directory / extra[0]} is not of the archive", "move it elsewhere, then try again")


def is_sound(directory: Path, part: Part) -> bool:
    """Whether the file of `part` is there and, byte by byte, what was written."""
    path = directory / part.path
    return path.is_file() and path.stat().st_size == part.bytes and sha256(path) == part.sha256


def files(directory: Path) -> set[str]:
    """Every file below `directory` but the archive's own books, by its path from there."""
    return {
        path
        for folder, _, names in os.walk(directory)
        for name in names
        if (path := str(Path(folder, name).relative_to(directory))) not in _OWN
    }


def leftovers(present: Collection[str], manifest: Manifest | None) -> set[str]:
    """Of the files `present`, those an archive that was killed left: superseded, or of a run that never ended."""
    run, superseded = (manifest.run, manifest.superseded) if manifest else (0, ())
    return {path for path in present if path in superseded or _run_of(path) == run + 1}


def sha256(path: Path) -> str:
    """The hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _run_of(path: str) -> int | None:
    name = Path(path)
    return int(name.stem) if name.suffix == ".parquet" and name.stem.isdecimal() else None
