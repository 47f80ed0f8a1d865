"""`uplog recover`: log, archives, history of builds, warehouse and published files, each read through and mended if it
is damaged; vault and secrets, which nothing can make again, are named.

The order is that of the way of an event, because each is made again from the one before it. What is damaged is set
aside under a name that says so, never deleted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from expectations.manifest import FILES
from ingestion.archive import archive as archive_into
from ingestion.archive import known_archives
from ingestion.archive import manifest as books
from ingestion.durable import set_aside
from ingestion.errors import Damaged, UplogError
from ingestion.log.opening import wal_of
from ingestion.personal.secrets import load_secrets, secrets_path
from ingestion.personal.vault import Vault
from ingestion.recovery import recover_log
from ingestion.settings import Settings
from orchestration.build import build
from publishing import history, layout, publication
from publishing.soundness import assert_reads

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Recovery:
    """What was done (or, dry, would be), in sentences; none: nothing was damaged.

    `batches`: where the log ends; `land_again`: `uplog land` is to read again what came after.
    """

    done: tuple[str, ...]
    batches: int | None
    land_again: bool
    dry_run: bool


def recover(
    settings: Settings,
    *,
    archive: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
) -> Recovery:
    """Mends what is damaged in this home; `archive`: where to take the log from, instead of the newest known.

    Raises:
        Damaged: the log is damaged and there is no archive of it.
        InUse: something here is being written; names the pid.
    """
    progress("reading the log", 0, 0)
    log = recover_log(settings, archive, dry_run=dry_run, progress=progress)
    done = list(log.done)
    is_readable = log.batches is not None
    if is_readable:
        done += _archives(settings, dry_run, progress)
    done += _beside(settings, dry_run)
    is_good = _warehouse(settings, is_readable, done, dry_run, progress)
    _published(settings, is_good, done, dry_run, progress)
    return Recovery(tuple(done), log.batches, log.land_again, dry_run)


def _archives(settings: Settings, dry_run: bool, progress: Progress) -> list[str]:
    """Damaged archives that are at hand, written again where the log still has everything they held."""
    done = []
    for directory in known_archives(settings):
        try:
            progress(f"reading {directory}", 0, 0)
            manifest = books.read(directory)
            if manifest is None:
                continue
            books.check(directory, manifest)
        except Damaged as wrong:
            if dry_run:
                done.append(f"would archive into {directory} again: {wrong.what}")
                continue
            try:
                done.append(_archived_again(settings, directory, wrong))
            except UplogError as refused:
                done.append(f"left {directory} as it is: {refused}")
    return done


def _archived_again(settings: Settings, directory: Path, wrong: Damaged) -> str:
    """Parts are written again in place; an archive whose books are damaged is set aside and made anew."""
    try:
        books.read(directory)
        aside = ""
    except Damaged:
        aside = f", the old one set aside as {set_aside(directory)}"
    archive_into(settings, directory)
    return f"archived into {directory} again{aside}: {wrong.what}"


def _beside(settings: Settings, dry_run: bool) -> list[str]:
    """A damaged history is begun anew; vault and secrets cannot be made again and are named with what to do."""
    done = []
    try:
        history.assert_reads(settings.home)
    except Damaged as wrong:
        if dry_run:
            done.append(f"would set the history of builds aside and begin another: {wrong.what}")
        else:
            path = history.path_of(settings.home)
            done.append(f"set the history of builds aside as {set_aside(path)}: the next build is a whole one")
            if (journal := path.with_name(f"{path.name}-journal")).exists():
                set_aside(journal)
    try:
        if settings.secret is None and not secrets_path(settings).exists():
            return done
        secrets = load_secrets(settings)
        if settings.vault_path.exists():
            with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
                vault.assert_reads()
    except UplogError as refused:
        done.append(f"not mended: {refused}")
    return done


def _warehouse(settings: Settings, has_log: bool, done: list[str], dry_run: bool, progress: Progress) -> bool:
    """Whether the warehouse is good; a damaged one is set aside and built again from the log."""
    path = settings.warehouse_path
    if not path.exists():
        return False
    with history.holding_warehouse(settings):
        try:
            progress("reading the warehouse", 0, 0)
            assert_reads(path)
            return True
        except Damaged as wrong:
            if dry_run:
                done.append(f"would set the warehouse aside and build it again: {wrong.what}")
                return False
            done.append(f"set the warehouse aside as {set_aside(path)}")
            if wal_of(path).exists():
                set_aside(wal_of(path))
    if not has_log:
        return False
    report = build(settings, progress=progress)
    done.append(f"built the warehouse again: {report.models} models, {report.tests} tests")
    return True


def _published(settings: Settings, is_warehouse_good: bool, done: list[str], dry_run: bool, progress: Progress) -> None:
    """Damaged builds are set aside; the newest good one becomes current, and the last build is published again."""
    published = settings.published_path
    current = layout.current(published)
    if current is None:
        return
    with publication.holding_published(settings):
        progress("reading what is published", 0, 0)
        kept = {build_id: _is_sound(published, build_id) for build_id in layout.builds(published)}
        if kept.get(current) and all(kept.values()):
            return
        good = [build_id for build_id, is_sound in kept.items() if is_sound]
        damaged = [build_id for build_id, is_sound in kept.items() if not is_sound]
        if dry_run:
            done.append(f"would set published builds aside and publish again: {', '.join(damaged) or current}")
            return
        if not kept.get(current) and good:
            layout.make_current(published, good[-1])
            done.append(f"build {good[-1]} is current")
        for build_id in damaged:
            done.append(f"set build {build_id} aside as {set_aside(layout.folder(published, build_id))}")
    if kept.get(current):
        return
    if not is_warehouse_good:
        done.append("the last build is not published again: there is no warehouse")
        return
    try:
        done.append(f"published build {publication.publish(settings).build_id} again")
    except UplogError as refused:
        done.append(f"the last build is not published: {refused}")


def _is_sound(published: Path, build_id: str) -> bool:
    try:
        for file in FILES:
            assert_reads(layout.folder(published, build_id) / f"{file}.duckdb")
    except Damaged:
        return False
    return True
