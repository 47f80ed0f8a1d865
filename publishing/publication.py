"""Write, audit, publish: the gate judges the last build; what passes is written and becomes current by one swap.

1. judge; a failing gate ends here and what is published stays
2. write marts, detail, people and the report into a draft folder, and scan it for personal data
3. rename the draft to `builds/<build_id>`
4. swap the symlink `current`
5. note it in the history, prune

Killed before 4 readers see the old build, after it the new one; publishing again completes or repeats the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

from expectations import gate, manifest, report
from expectations.gate import Verdict
from expectations.manifest import FILES
from ingestion.errors import UplogError
from ingestion.failpoints import failpoint
from ingestion.log.lock import held
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings
from publishing import files, history, layout, personal
from publishing.files import Written
from publishing.history import Build

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Publication:
    """What was published, or would be: the build, the gate's verdict (None: it was published before), the tables."""

    build_id: str
    previous: str | None
    verdict: Verdict | None
    tables: tuple[Written, ...]
    pruned: tuple[str, ...] = ()


def holding_published(settings: Settings) -> AbstractContextManager[None]:
    """The lock of whoever changes what is published.

    Raises:
        InUse: another process does; names its pid.
    """
    return held(settings.published_path / ".lock", "publishing")


def validate(settings: Settings, *, progress: Progress = lambda _: None) -> Verdict:
    """The gate alone, over the last build; its report lies in `published/judged`.

    Raises:
        UplogError: nothing is built.
        InUse: a build or a publication runs; names its pid.
    """
    with history.holding_warehouse(settings):
        verdict = _judge(settings, _last_built(settings), progress)
        report.write(verdict, _judged(settings))
    return verdict


def publish(settings: Settings, *, dry_run: bool = False, progress: Progress = lambda _: None) -> Publication:
    """Judge the last build and make it current. A dry run judges and says which tables would be written.

    Raises:
        GateFailed: a critical rule fails, or a table holds personal data; what is published stays as it is.
        UplogError: nothing is built, or a group of employees would be too small.
        InUse: a build or a publication runs; names its pid.
    """
    published = settings.published_path
    with history.holding_warehouse(settings), holding_published(settings):
        build = _last_built(settings)
        verdict = _judge(settings, build, progress)
        page = report.write(verdict, _judged(settings))
        verdict.require_passed(page)
        failpoint("publish.after_gate")
        before = layout.current(published)
        tables = manifest.read(manifest.kept_at(settings))
        if dry_run:
            planned = tuple(Written(file, model.name, 0) for file in FILES for model in tables.published(file))
            return Publication(build.build_id, before, verdict, planned)
        written: tuple[Written, ...] = ()
        if build.build_id not in layout.builds(published):
            progress("writing marts, detail and people")
            written = _write(settings, build, verdict, tables, progress)
        failpoint("publish.after_keep")
        layout.make_current(published, build.build_id)
        failpoint("publish.after_swap")
        history.published(settings.home, build.build_id)
        failpoint("publish.after_history")
        pruned = layout.prune(published, settings.keep_builds)
    return Publication(build.build_id, before, verdict, written, tuple(pruned))


def rollback(settings: Settings, *, dry_run: bool = False) -> Publication:
    """Make the kept build before the current one current again.

    Raises:
        UplogError: there is none.
        InUse: a publication runs; names its pid.
    """
    with holding_published(settings):
        now, earlier = layout.current(settings.published_path), layout.previous(settings.published_path)
        if not dry_run:
            layout.make_current(settings.published_path, earlier)
    return Publication(earlier, now, None, ())


def _judged(settings: Settings) -> Path:
    return settings.published_path / "judged"


def _last_built(settings: Settings) -> Build:
    last = history.last(settings.home)
    if last is None:
        raise UplogError("nothing is built yet", "run `uplog build` first")
    if last.outcome == "running":
        raise UplogError(f"the last build {last.build_id} was interrupted", "run `uplog build` again")
    if last.outcome == "failed":
        raise UplogError(f"the last build {last.build_id} failed", "mend it and run `uplog build`")
    return last


def _judge(settings: Settings, build: Build, progress: Progress) -> Verdict:
    progress("judging what has landed and the marts")
    verdict = gate.judge(settings, build_id=build.build_id, last_batch=build.batch_id)
    history.judged(settings.home, build.build_id, verdict.outcome)
    return verdict


def _write(
    settings: Settings, build: Build, verdict: Verdict, tables: manifest.Manifest, progress: Progress
) -> tuple[Written, ...]:
    past = [
        replace(one, gate=verdict.outcome, published=True) if one.build_id == build.build_id else one
        for one in history.builds(settings.home)
    ]
    before = _last_published(settings.published_path, past)
    folder = layout.draft(settings.published_path, build.build_id)
    try:
        written: list[Written] = []
        with naming_damage(settings.warehouse_path):
            for file in FILES:
                target = folder / f"{file}.duckdb"
                written += files.write(target, file, tables, settings.warehouse_path, past, before=before)
                failpoint("publish.in_draft")
        report.write(verdict, folder / "docs")
        progress("looking for personal data in what was written")
        personal.require_clean(settings, folder)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    failpoint("publish.after_draft")
    layout.keep(settings.published_path, folder)
    return tuple(written)


def _last_published(published: Path, past: list[Build]) -> Path | None:
    """The newest kept build that readers have seen: after a rollback a later one than the current."""
    seen = {layout.current(published), *(one.build_id for one in past if one.published)}
    last = next((name for name in reversed(layout.builds(published)) if name in seen), None)
    return None if last is None else layout.folder(published, last)
