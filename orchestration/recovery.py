"""`uplog recover`: log, archives, history of builds, warehouse and published files, each read through and mended if it
is damaged; vault and secrets, which nothing can make again, are named.

The order is that of the way of an event, because each is made again from the one before it. What is damaged is set
aside under a name that says so, never deleted. What is set aside and not made again yet stands in `home/recovery.json`,
so that a recovery that was killed is finished by the next.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec

from ingestion.archive import archive as archive_into
from ingestion.archive import known_archives
from ingestion.archive import manifest as books
from ingestion.durable import replace_bytes, set_aside
from ingestion.errors import Damaged, UplogError
from ingestion.failpoints import failpoint
from ingestion.log.opening import wal_of
from ingestion.personal.secrets import load_secrets, secrets_path
from ingestion.personal.vault import Vault
from ingestion.recovery import recover_log
from ingestion.settings import Settings
from orchestration.build import build
from publishing import history, layout, publication
from publishing.soundness import assert_build_reads, assert_reads

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


class Begun(msgspec.Struct):
    """What is to be made again: archives by their directory, the warehouse, the published build that was current."""

    archives: list[str] = []
    warehouse: bool = False
    published: str = ""


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
    begun = _begun(settings)
    if is_readable:
        done += _archives(settings, begun, dry_run, progress)
    done += _beside(settings, dry_run)
    is_good = _warehouse(settings, begun, is_readable, done, dry_run, progress)
    _published(settings, begun, is_good, done, dry_run, progress)
    if not dry_run:
        _note_path(settings).unlink(missing_ok=True)
    return Recovery(tuple(done), log.batches, log.land_again, dry_run)


def _begun(settings: Settings) -> Begun:
    """What a recovery that was killed left to do."""
    try:
        return msgspec.json.decode(_note_path(settings).read_bytes(), type=Begun)
    except (FileNotFoundError, msgspec.MsgspecError):
        return Begun()


def _note(settings: Settings, begun: Begun) -> None:
    """Keeps `begun`, durably, before anything is set aside."""
    replace_bytes(_note_path(settings), msgspec.json.encode(begun))


def _note_path(settings: Settings) -> Path:
    return settings.home / "recovery.json"


def _archives(settings: Settings, begun: Begun, dry_run: bool, progress: Progress) -> list[str]:
    """Damaged archives that are at hand, written again where the log still has everything they held."""
    done = []
    for directory in known_archives(settings):
        try:
            progress(f"reading {directory}", 0, 0)
            manifest = books.read(directory)
            if manifest is not None:
                books.check(directory, manifest)
                continue
            if str(directory) not in begun.archives:
                continue
            why = "it was set aside"
        except Damaged as wrong:
            why = wrong.what
        if dry_run:
            done.append(f"would archive into {directory} again: {why}")
            continue
        try:
            done.append(_archived_again(settings, begun, directory, why))
        except UplogError as refused:
            done.append(f"left {directory} as it is: {refused}")
    return done


def _archived_again(settings: Settings, begun: Begun, directory: Path, why: str) -> str:
    """Parts are written again in place; an archive whose books are damaged is set aside and made anew."""
    try:
        books.read(directory)
        aside = ""
    except Damaged:
        begun.archives.append(str(directory))
        _note(settings, begun)
        aside = f", the old one set aside as {set_aside(directory)}"
        failpoint("recover.after_archive_aside")
    archive_into(settings, directory)
    return f"archived into {directory} again{aside}: {why}"


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


def _warehouse(
    settings: Settings, begun: Begun, has_log: bool, done: list[str], dry_run: bool, progress: Progress
) -> bool:
    """Whether the warehouse is good; a damaged one is set aside and built again from the log."""
    path = settings.warehouse_path
    with history.holding_warehouse(settings):
        wrong = _wrong_with(path, progress)
        if wrong is None and not begun.warehouse:
            return path.exists()
        if dry_run:
            done.append(f"would set the warehouse aside and build it again: {wrong or 'it was set aside'}")
            return False
        if wrong is not None:
            begun.warehouse = True
            _note(settings, begun)
            done.append(f"set the warehouse aside as {set_aside(path)}")
            if wal_of(path).exists():
                set_aside(wal_of(path))
            failpoint("recover.after_warehouse_aside")
    if not has_log:
        return False
    report = build(settings, progress=progress)
    done.append(f"built the warehouse again: {report.models} models, {report.tests} tests")
    return True


def _wrong_with(path: Path, progress: Progress) -> str | None:
    """What is wrong with the warehouse; nothing, if there is none."""
    if not path.exists():
        return None
    try:
        progress("reading the warehouse", 0, 0)
        assert_reads(path)
    except Damaged as wrong:
        return wrong.what
    return None


def _published(
    settings: Settings, begun: Begun, is_warehouse_good: bool, done: list[str], dry_run: bool, progress: Progress
) -> None:
    """Damaged builds are set aside; the newest good one becomes current, and the last build is published again."""
    published = settings.published_path
    current = layout.current(published)
    if current is None:
        return
    with publication.holding_published(settings):
        progress("reading what is published", 0, 0)
        kept = {build_id: _is_sound(published, build_id) for build_id in layout.builds(published)}
        is_good = kept.get(current) and not begun.published
        if is_good and all(kept.values()):
            return
        good = [build_id for build_id, is_sound in kept.items() if is_sound]
        damaged = [build_id for build_id, is_sound in kept.items() if not is_sound]
        if dry_run:
            done.append(f"would set published builds aside and publish again: {', '.join(damaged) or current}")
            return
        if not is_good:
            begun.published = begun.published or current
            _note(settings, begun)
        if not kept.get(current) and good:
            layout.make_current(published, good[-1])
            failpoint("recover.after_current")
            done.append(f"build {good[-1]} is current")
        for build_id in damaged:
            done.append(f"set build {build_id} aside as {set_aside(layout.folder(published, build_id))}")
    failpoint("recover.after_published_aside")
    if is_good:
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
        assert_build_reads(layout.folder(published, build_id))
    except Damaged:
        return False
    return True
