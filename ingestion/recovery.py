"""A log that does not open, does not read or lost batches, brought back; nothing is deleted, all is set aside.

1. Its write-ahead log is set aside, if the log reads without: what was in it is landed again.
2. If its rows read and only an index of its keys does not, it is written anew from its own rows.
3. Else it is made again from the newest archive of it; what came since is landed again.
4. A log that reads but lost batches, which an archive still has, is made again from that archive.
5. The identity index is made again.

Each step can be stopped anywhere and repeated: a file set aside keeps its bytes, and a log is swapped in whole.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ingestion.archive import manifest as books
from ingestion.archive.manifest import Manifest
from ingestion.archive.places import known_archives
from ingestion.archive.restoring import fill
from ingestion.durable import aside_of, set_aside
from ingestion.errors import Damaged, UplogError
from ingestion.failpoints import failpoint
from ingestion.lander.identity import Index
from ingestion.lander.soundness import Whole, read_keys, read_whole
from ingestion.log.contents import contents, tables
from ingestion.log.opening import open_for_reading, opened, wal_of, writing_lock
from ingestion.log.replacing import replacing
from ingestion.log.steps import format_of, make_tables
from ingestion.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass
class LogRecovery:
    """What was done (or would be), in sentences; `batches`: where the log ends now; `land_again`: it lacks some."""

    done: list[str] = field(default_factory=list)
    batches: int | None = None
    land_again: bool = False


def recover_log(
    settings: Settings,
    archive: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> LogRecovery:
    """Mends the log, from `archive` or the newest sound one that is known, where it takes one.

    Raises:
        Damaged: the log is damaged and there is no archive of it to make it from; nothing was changed.
        InUse: another process writes the log; names its pid.
    """
    candidates = known_archives(settings) if archive is None else [archive]
    with writing_lock(settings):
        return _mended(settings, candidates, dry_run, progress)


def _mended(settings: Settings, candidates: Sequence[Path], dry_run: bool, progress: Progress) -> LogRecovery:
    report = LogRecovery()
    path, wal = settings.log_path, wal_of(settings.log_path)
    found = _read(settings)
    if found is None and path.exists() and _has_bytes(wal):
        if dry_run:
            report.done.append(f"would set {wal} aside and see whether the log reads without it")
            return report
        report.done.append(f"set the write-ahead log aside as {set_aside(wal)}")
        report.land_again = True
        failpoint("recover.after_wal")
        found = _read(settings)
    is_short = found is not None and found.lost_batches > 0
    source = _newest(settings, candidates, found) if found is None or is_short else None
    if source is not None:
        report.land_again = True
        if dry_run:
            report.done.append(f"would make the log again from {source[0]}, up to batch {source[1].batches}")
            return report
        _remade(settings, *source, report, progress)
    elif found is None and path.exists():
        raise Damaged(
            f"{path} is damaged and no sound archive of it is known",
            f"give one with `--archive DIR`; without any, move {path} away and `uplog land` all that Kafka still has",
        )
    elif found is None:
        report.done.append("there is no log")
        return report
    elif not dry_run and not _keys_read(settings):
        _rewritten(settings, report)
    found = read_whole(settings)
    report.batches = found.batches
    if found.lost_batches:
        report.land_again = True
        report.done.append(f"the log lacks {found.lost_batches} batches that it had acknowledged")
    if report.done and not dry_run:
        _index_anew(settings)
        report.done.append("made the identity index again")
    return report


def _read(settings: Settings) -> Whole | None:
    """The log if it is whole; None if it is damaged or not there."""
    try:
        return read_whole(settings) if settings.log_path.exists() else None
    except Damaged:
        return None


def _newest(settings: Settings, candidates: Sequence[Path], log: Whole | None) -> tuple[Path, Manifest] | None:
    """The sound archive that goes furthest; for a log that reads, only one of it that goes further."""
    found: list[tuple[int, Path, Manifest]] = []
    for directory in candidates:
        try:
            manifest = books.read(directory)
            if manifest is None or (log is not None and (manifest.log != log.stamp or manifest.batches <= log.batches)):
                continue
            books.check(directory, manifest)
        except (UplogError, OSError):
            continue
        found.append((manifest.batches, directory, manifest))
    if not found:
        return None
    _, directory, manifest = max(found, key=lambda one: one[0])
    return directory, manifest


def _remade(settings: Settings, directory: Path, manifest: Manifest, report: LogRecovery, progress: Progress) -> None:
    wal = wal_of(settings.log_path)
    if wal.exists():
        report.done.append(f"set the write-ahead log aside as {set_aside(wal)}")
    _kept_aside(settings.log_path, report)
    fill(settings, directory, manifest, progress)
    failpoint("recover.after_log")
    report.done.append(f"made the log again from {directory}, up to batch {manifest.batches}")


def _keys_read(settings: Settings) -> bool:
    try:
        with opened(settings) as log:
            read_keys(log)
    except Damaged:
        return False
    return True


def _rewritten(settings: Settings, report: LogRecovery) -> None:
    """A log of the same rows with new indexes."""
    path = settings.log_path
    with open_for_reading(path) as old:
        before, format = contents(old), format_of(old)
    _kept_aside(path, report)
    with replacing(settings) as draft:
        make_tables(draft, format)
        quoted = str(path).replace("'", "''")
        draft.execute(f"attach '{quoted}' as old (read_only)")
        for table in tables(draft):
            draft.execute(f"insert into raw.{table} by name from old.raw.{table}")
        draft.execute("detach old")
        if contents(draft) != before:
            raise Damaged(f"{path} does not copy", "`uplog recover --archive DIR` makes it again from an archive")
    failpoint("recover.after_log")
    report.done.append("wrote the log anew from its own rows: an index of its keys did not read")


def _kept_aside(path: Path, report: LogRecovery) -> None:
    """Gives the damaged log a second name, so that there is a log under the first at every moment."""
    if path.exists():
        aside = aside_of(path)
        os.link(path, aside)
        report.done.append(f"set the log aside as {aside}")
    failpoint("recover.after_aside")


def _index_anew(settings: Settings) -> None:
    for file in settings.index_path.glob("*"):
        file.unlink()
    with opened(settings) as log:
        Index(settings.index_path, log)
    failpoint("recover.after_index")


def _has_bytes(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0
