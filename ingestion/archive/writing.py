"""Archiving: what the archive does not hold yet, and nothing else, in an order that a stop cannot spoil.

A part is what one table holds of one landing day. A part whose content (rows and digest) is still what the
manifest says is left alone; any other is written anew: new days, days that grew, and days that a replay or an
erasure rewrote, without anybody having to say so.

1. Note: the directory goes into the home's list, so that an erasure finds it whatever happens next.
2. Parts: new files, under names that no manifest has used. A stop leaves files of a run that never ended.
3. Manifest: replaced in one step; the archive is the new one from here on.
4. Removal: superseded files, and what earlier stops left.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import msgspec

from ingestion import clock
from ingestion.archive import manifest as books
from ingestion.archive.manifest import Manifest, Part
from ingestion.archive.parts import write_part
from ingestion.archive.places import known_archives, note_archive
from ingestion.errors import Damaged, UplogError
from ingestion.failpoints import failpoint
from ingestion.lander.conservation import require_conserved
from ingestion.log import open_for_reading
from ingestion.log.contents import Content, Key, contents, history, last_batch
from ingestion.log.lock import held
from ingestion.log.steps import format_of, stamp_of
from ingestion.settings import Settings

Progress = Callable[[str, int, int], None]
"""Called with the part that begins, its number and how many there are to write."""


@dataclass(frozen=True)
class Archived:
    """What an archive did: it holds `batches` batches and `rows` rows in `parts` files, of which `written` are new."""

    directory: Path
    batches: int
    rows: int
    parts: int
    written: int
    written_bytes: int
    removed: int
    dry_run: bool = False


def archive(
    settings: Settings,
    directory: Path,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> Archived:
    """Brings the archive in `directory` up to the log. A dry run counts what would be written.

    Raises:
        Damaged: the log does not add up or does not read (the archive stays as it is), or the archive's books are.
        InUse: another process archives there, or writes the log; names its pid.
        UplogError: the directory holds something else, another log's archive, or batches that this log lacks.
    """
    if dry_run:
        return _archived(settings, directory, progress, dry_run=True)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    with held(directory / books.LOCK, f"the archive {directory}"):
        return _archived(settings, directory, progress, dry_run=False)


def rewrite_archives(settings: Settings) -> tuple[list[Archived], list[tuple[Path, str]]]:
    """Brings every known archive up to the log, as an erasure needs: parts that held erased values are written
    anew and the old files removed. Also those that could not be, with why: they still hold what they held.
    """
    done: list[Archived] = []
    left: list[tuple[Path, str]] = []
    for directory in known_archives(settings):
        try:
            if not directory.is_dir():
                raise UplogError(f"{directory} is not there", f"bring it back, then `uplog archive {directory}`")
            done.append(archive(settings, directory))
        except (UplogError, OSError) as wrong:
            left.append((directory, str(wrong)))
    return done, left


def _archived(settings: Settings, directory: Path, progress: Progress, *, dry_run: bool) -> Archived:
    before = books.read(directory)
    present = books.files(directory)
    leftovers = books.leftovers(present, before)
    _assert_ours(directory, before, present - leftovers)
    with open_for_reading(settings.log_path) as log:
        require_conserved(log)
        held_now = contents(log)
        after = _next(log, before)
        kept = _kept(directory, before, held_now)
        missing = [key for key in held_now if key not in kept]
        if dry_run:
            return _report(directory, after, held_now, [0] * len(missing), 0, dry_run)
        note_archive(settings, directory)
        failpoint("archive.after_note")
        _removed(directory, leftovers)
        written = {}
        for number, key in enumerate(missing, start=1):
            progress(str(key), number, len(missing))
            written[key] = write_part(log, directory, key, held_now[key], after.run)
            failpoint("archive.in_parts")
    failpoint("archive.after_parts")
    parts = kept | written
    gone = {part.path for part in before.parts if part not in kept.values()} if before else set()
    if written or gone:
        in_order = tuple(parts[key] for key in held_now)
        books.write(directory, msgspec.structs.replace(after, parts=in_order, superseded=tuple(sorted(gone))))
    failpoint("archive.after_manifest")
    _removed(directory, gone)
    failpoint("archive.after_removal")
    return _report(directory, after, held_now, [part.bytes for part in written.values()], len(gone), dry_run)


def _assert_ours(directory: Path, before: Manifest | None, present: set[str]) -> None:
    named = {part.path for part in before.parts} if before else set()
    extra = sorted(present - named)
    if extra and before is None:
        raise UplogError(f"{directory} holds something else than an archive ({extra[0]})", "give an empty folder")
    if extra:
        raise Damaged(f"{directory / extra[0]} is not of the archive", "move it elsewhere, then try again")


def _next(log: duckdb.DuckDBPyConnection, before: Manifest | None) -> Manifest:
    """The manifest that the log as it stands leads to, its parts still to come.

    Raises:
        UplogError: the archive is of another log, or holds batches that this one does not.
    """
    stamp = stamp_of(log)
    if before is not None:
        if before.log != stamp:
            raise UplogError("this is the archive of another log", "archive into another folder")
        if before.history != history(log, before.batches):
            raise UplogError(
                f"the archive holds batches up to {before.batches} that this log has not, or not like that",
                "archive into another folder, or bring the log back with `uplog recover`",
            )
    last = last_batch(log)
    return Manifest(
        format=books.FORMAT,
        run=before.run + 1 if before else 1,
        archived_at=clock.now(),
        log=stamp,
        log_format=format_of(log),
        batches=last,
        history=history(log, last),
        parts=(),
    )


def _kept(directory: Path, before: Manifest | None, held_now: dict[Key, Content]) -> dict[Key, Part]:
    """The parts that still say what the log says, in files that are still what was written."""
    return {
        part.key: part
        for part in (before.parts if before else ())
        if held_now.get(part.key) == part.content and books.is_sound(directory, part)
    }


def _removed(directory: Path, paths: set[str]) -> None:
    for path in paths:
        (directory / path).unlink(missing_ok=True)


def _report(
    directory: Path,
    manifest: Manifest,
    parts: Mapping[Key, Content],
    written: Sequence[int],
    removed: int,
    dry_run: bool,
) -> Archived:
    rows = sum(content.rows for content in parts.values())
    return Archived(directory, manifest.batches, rows, len(parts), len(written), sum(written), removed, dry_run)
