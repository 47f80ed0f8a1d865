"""`uplog build`: dbt in this process, from the log to the warehouse, tests included.

The same call serves the command line and Dagster. A build is repeated only when there is something new: the
last batch of the log and a hash of the dbt project's files are kept with each build. A changed project builds
everything anew, because staging only ever appends, and runs dbt's unit tests once: they judge the project by rows of
their own, and say nothing of new events.
"""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from pathlib import Path

from expectations import manifest
from ingestion.databases import drop_spilled
from ingestion.errors import UplogError, UsageError
from ingestion.failpoints import failpoint
from ingestion.log import open_up_to_date
from ingestion.log.contents import history as batches_history
from ingestion.log.lock import held
from ingestion.settings import Settings
from orchestration.dbt_runs import OnTest, Progress, Tests, project_hash, run_dbt, target_folder
from publishing import history


@dataclass(frozen=True)
class BuildReport:
    """What a build did. `nothing_new`: the warehouse already holds all that has landed, dbt was not run."""

    build_id: str | None
    warehouse: Path
    nothing_new: bool
    is_full: bool
    why_full: str | None
    batch_id: int
    events: int
    seconds: float
    models: int = 0
    tests: int = 0


@dataclass(frozen=True)
class Landed:
    """Up to which batch, how many events, the last batch that joined tokens of two secrets (-1: none did), and what
    tells the batches up to `batch_id` from others of the same numbers.
    """

    batch_id: int
    events: int
    aliased: int
    history: str


def build(
    settings: Settings,
    *,
    full: bool = False,
    as_known_at: datetime | None = None,
    target: str = "duckdb",
    warehouse: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda _what, _number, _of: None,
    on_test: OnTest = lambda _tested: None,
) -> BuildReport:
    """Bring the warehouse up to the log.

    `as_known_at` reads only what had landed by then, into a file of its own (`home/as-known-at/<instant>.duckdb`,
    or `warehouse`). A dry run says what would be done.

    Raises:
        UplogError: there is no log, a model fails, or one of dbt's tests (names the first and its model).
        InUse: another build or publication runs, or a process writes the log; names its pid.
    """
    began = time.monotonic()
    known_at = None if as_known_at is None else _instant_text(as_known_at)
    if target == "spark" and not dry_run:
        from orchestration.spark import build_on_spark, tables_folder

        landed = _what_landed(settings, known_at)
        done = build_on_spark(settings, as_known_at=known_at, progress=progress)
        return BuildReport(
            None, tables_folder(settings), False, True, "Spark's tables are written anew", landed.batch_id,
            landed.events, time.monotonic() - began, *done,
        )  # fmt: skip
    is_own = known_at is None and warehouse is None and target == "duckdb"
    file = warehouse or (settings.warehouse_path if known_at is None else _known_at_path(settings, known_at))
    with history.holding_warehouse(settings) if is_own else held(file.with_suffix(".lock"), str(file)):
        landed = _what_landed(settings, known_at)
        project = project_hash()
        of_home = history.builds(settings.home)
        tests: Tests = "of data" if any(one.project == project and one.outcome == "built" for one in of_home) else "all"
        past = of_home if is_own else []
        last = past[0] if past else None
        why_full = _why_full(full, file, past, landed, project) or _why_other_log(settings, past)
        nothing_new = why_full is None and last is not None and last.outcome == "built" and _is_same(last, landed)
        if dry_run or nothing_new:
            return BuildReport(
                last.build_id if last else None, file, nothing_new, why_full is not None, why_full, landed.batch_id,
                landed.events, time.monotonic() - began,
            )  # fmt: skip
        drop_spilled(file)
        reason = why_full if is_own else "it stands beside the warehouse"
        if is_own:
            build_id, done = _noted(settings, file, landed, project, reason is not None, tests, progress, on_test)
        else:
            build_id = None
            done = run_dbt(
                settings, file, full=True, as_known_at=known_at, target=target, tests=tests, progress=progress,
                on_test=on_test,
            )  # fmt: skip
    return BuildReport(
        build_id, file, False, reason is not None, reason, landed.batch_id, landed.events,
        time.monotonic() - began, *done,
    )  # fmt: skip


def _noted(
    settings: Settings,
    file: Path,
    landed: Landed,
    project: str,
    full: bool,
    tests: Tests,
    progress: Progress,
    on_test: OnTest,
) -> tuple[str, tuple[int, int]]:
    """Run dbt over the warehouse and note it in the history, whatever its outcome.

    A build that appends has the project, and so the manifest, of the one before.
    """
    began = time.monotonic()
    build_id = history.start(
        settings.home,
        events=landed.events,
        batch_id=landed.batch_id,
        project=project,
        is_full=full,
        log_history=landed.history,
    )
    outcome: history.Outcome = "failed"
    failpoint("build.after_start")
    try:
        writes = full or not manifest.kept_at(settings).exists()
        done = run_dbt(settings, file, full=full, tests=tests, artifacts=writes, progress=progress, on_test=on_test)
        failpoint("build.after_dbt")
        if writes:
            _keep_manifest(settings, target_folder(settings, file))
        failpoint("build.after_manifest")
        outcome = "built"
    finally:
        history.finish(settings.home, build_id, outcome, time.monotonic() - began)
    return build_id, done


def _instant_text(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise UsageError(f"{moment.isoformat()} is no instant", "give it with its offset: 2026-10-01T23:00:00+08:00")
    return moment.isoformat()


def _known_at_path(settings: Settings, known_at: str) -> Path:
    return settings.home / "as-known-at" / f"{re.sub('[^0-9A-Za-z]', '', known_at)}.duckdb"


def _what_landed(settings: Settings, known_at: str | None) -> Landed:
    with open_up_to_date(settings) as log:
        row = log.execute(
            "select max(batch_id), cast(sum(events) as bigint) from raw.batches "
            "where $known_at is null or landed_at <= $known_at::timestamptz",
            {"known_at": known_at},
        ).fetchall()[0]
        read = "" if row[0] is None else batches_history(log, int(row[0]))
        aliased = log.execute("select max(batch_id) from raw.events where type like 'uplog.alias.v%'").fetchall()[0][0]
    if row[0] is None:
        when = f" by {known_at}" if known_at else ""
        raise UplogError(f"nothing had landed{when}", "import something, then `uplog land`")
    return Landed(int(row[0]), int(row[1]), -1 if aliased is None else int(aliased), read)


def _why_full(full: bool, file: Path, past: list[history.Build], landed: Landed, project: str) -> str | None:
    """Why staging cannot just append; builds that failed since the last good one may have begun to rebuild it."""
    if full:
        return "asked for"
    since = list(takewhile(lambda one: one.outcome != "built", past))
    if len(since) == len(past) or not file.exists():
        return "there is no warehouse yet"
    if any(one.project != project for one in past[: len(since) + 1]):
        return "the dbt project has changed"
    if any(one.is_full for one in since):
        return "the last full build did not end"
    if past[0].batch_id > landed.batch_id:
        return "the log is older than the warehouse"
    if landed.aliased > past[len(since)].batch_id:
        return "the secret was rotated: staging holds tokens that have new names"
    return None


def _why_other_log(settings: Settings, past: list[history.Build]) -> str | None:
    """Why staging cannot append although its last batch is in the log: that log lost it and landed others since.

    Batches are told apart from others of the same numbers; those that a build since the last good one may have read
    count as well.
    """
    since = list(takewhile(lambda one: one.outcome != "built", past))
    with open_up_to_date(settings) as log:
        for one in past[: len(since) + 1]:
            if one.log_history and one.log_history != batches_history(log, one.batch_id):
                return "the log has lost batches that the warehouse has read, and landed them again"
    return None


def _is_same(last: history.Build, landed: Landed) -> bool:
    return (last.batch_id, last.events) == (landed.batch_id, landed.events)


def _keep_manifest(settings: Settings, target: Path) -> None:
    kept = manifest.kept_at(settings)
    draft = kept.with_name(f".{kept.name}")
    shutil.copyfile(target / "manifest.json", draft)
    draft.replace(kept)
