"""Restoring: a log equal to the archived one in every table, or none.

1. Check: every file of the archive against the manifest, before anything is written.
2. Draft, compared with the manifest part by part, durable, swapped in: `ingestion.log.replacing`.

A stop before the swap leaves what was there before.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from ingestion.archive import manifest as books
from ingestion.archive.manifest import Manifest
from ingestion.archive.parts import load_part
from ingestion.errors import Damaged, UplogError
from ingestion.lander.conservation import require_conserved
from ingestion.log.contents import contents, tables
from ingestion.log.opening import open_for_reading, opened, writing_lock
from ingestion.log.replacing import replacing
from ingestion.log.steps import make_tables, migrate
from ingestion.settings import Settings

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Restored:
    """What came back: `rows` by table, up to batch `batches`; `has_secret`: the home holds the tenant's secret."""

    directory: Path
    batches: int
    log_format: int
    rows: Mapping[str, int]
    has_secret: bool
    dry_run: bool = False


def restore(
    settings: Settings,
    directory: Path,
    *,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> Restored:
    """Makes the log again from the archive in `directory`. A dry run checks the archive and writes nothing.

    Raises:
        Damaged: a file of the archive is missing, changed or too much (names it); the home is untouched.
        UplogError: there is no archive, or there is a log that is not empty.
        InUse: another process writes the log; names its pid.
    """
    manifest = books.read(directory)
    if manifest is None:
        raise UplogError(f"{directory} holds no archive", "give the folder that `uplog archive` wrote to")
    books.check(directory, manifest)
    if dry_run:
        if settings.log_path.exists():
            with open_for_reading(settings.log_path) as log:
                _assert_empty(settings, log)
    else:
        with writing_lock(settings):
            if settings.log_path.exists():
                with opened(settings) as log:  # also writes what its write-ahead log holds into it
                    _assert_empty(settings, log)
            fill(settings, directory, manifest, progress)
    rows: Counter[str] = Counter()
    for part in manifest.parts:
        rows[part.table] += part.rows
    has_secret = settings.secret is not None or (settings.home / "secret.json").exists()
    return Restored(directory, manifest.batches, manifest.log_format, dict(rows), has_secret, dry_run)


def _assert_empty(settings: Settings, log: duckdb.DuckDBPyConnection) -> None:
    rows = {
        table: log.execute(f"select count(*) from raw.{table}").fetchall()[0][0]
        for table in tables(log)
        if table != "migrations"
    }
    if any(rows.values()):
        raise UplogError(
            f"there is a log at {settings.log_path} ({rows['events']} events)",
            "restore into an empty home, or move it away first",
        )


def fill(settings: Settings, directory: Path, manifest: Manifest, progress: Progress) -> None:
    """Puts the archived log, proved equal, in the place of whatever is there; for the holder of `writing_lock`.

    Raises:
        Damaged: what came back is not what was archived; what was there stays.
    """
    with replacing(settings) as draft:
        make_tables(draft, manifest.log_format)
        for number, part in enumerate(manifest.parts, start=1):
            progress(str(part.key), number, len(manifest.parts))
            load_part(draft, directory, part)
        found, expected = contents(draft), {part.key: part.content for part in manifest.parts}
        if differing := [key for key in found | expected if found.get(key) != expected.get(key)]:
            raise Damaged(f"{directory}: {differing[0]} does not come back as it was archived", "report this")
        require_conserved(draft)
        migrate(draft)
