"""The build runner: what it builds, when it has nothing to do, what a failing test says, who holds the lock."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import InUse, UplogError
from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration import build as runner
from orchestration import dbt_runs
from publishing import history
from tests.small_house import add_batch, late_visit

Land = Callable[[Settings, str, int], datetime]


def visits_in(warehouse: Path) -> int:
    with duckdb.connect(warehouse, read_only=True) as connection:
        return int(connection.execute("select count(*) from fct_visits").fetchall()[0][0])


def test_build_of_a_new_home_builds_all_and_lets_go_of_the_file(small_house: Settings) -> None:
    seen: list[tuple[str, int, int]] = []
    modes: set[int] = set()

    def progress(what: str, number: int, of: int) -> None:
        seen.append((what, number, of))
        modes.update(stat.S_IMODE(one.stat().st_mode) for one in small_house.home.glob("warehouse.duckdb*"))

    report = runner.build(small_house, progress=progress)

    assert (report.nothing_new, report.is_full, report.why_full) == (False, True, "there is no warehouse yet")
    assert (report.models, report.tests, report.events) == (7, 4, 19)
    assert seen[-1][1:] == (11, 11)
    assert stat.S_IMODE(small_house.warehouse_path.stat().st_mode) == 0o600
    assert modes == {0o600}  # while it is built, its write-ahead log included
    other = "import duckdb, sys; duckdb.connect(sys.argv[1])"
    subprocess.run([sys.executable, "-c", other, small_house.warehouse_path], check=True)


def test_build_without_a_new_batch_says_nothing_new(built: Settings) -> None:
    report = runner.build(built)

    assert report.nothing_new
    assert report.build_id == history.builds(built.home)[0].build_id
    assert len(history.builds(built.home)) == 1


def test_build_after_a_new_batch_and_a_dry_run_builds_once(built: Settings, land_visits: Land) -> None:
    land_visits(built, "S3E9", 1)

    planned = runner.build(built, dry_run=True)
    assert (planned.nothing_new, planned.is_full, len(history.builds(built.home))) == (False, False, 1)

    report = runner.build(built)
    assert report.build_id == history.builds(built.home)[0].build_id
    assert report.tests == 3  # the fourth is a unit test: it judges the project, which is the same
    assert visits_in(built.warehouse_path) == 20


def test_build_of_a_changed_project_builds_anew(
    built: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    shutil.copytree(dbt_runs.PROJECT, project)
    (project / "models" / "mart_visits_daily.sql").write_text(
        "select visit_day as date_day, store_id, count(*) + 1 as visits from {{ ref('fct_visits') }} group by all"
    )
    monkeypatch.setattr(dbt_runs, "PROJECT", project)

    report = runner.build(built)

    assert (report.why_full, report.tests) == ("the dbt project has changed", 4)


@pytest.mark.parametrize(
    ("project", "is_full", "why"),
    [("another", False, "the dbt project has changed"), (None, True, "the last full build did not end")],
)
def test_build_after_one_that_did_not_end_trusts_no_half_rebuilt_staging(
    built: Settings, project: str | None, is_full: bool, why: str
) -> None:
    history.start(built.home, events=19, batch_id=0, project=project or dbt_runs.project_hash(), is_full=is_full)

    assert runner.build(built, dry_run=True).why_full == why


def test_build_after_a_killed_one_removes_what_that_spilled(built: Settings, land_visits: Land) -> None:
    left = Path(f"{built.warehouse_path}.tmp") / "duckdb_temp_storage_DEFAULT-0.tmp"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"rows")
    land_visits(built, "more", 1)
    runner.build(built)

    assert not left.exists()


def test_build_of_a_log_that_lost_a_batch_and_landed_it_again_builds_anew(built: Settings, land_visits: Land) -> None:
    """As after a write-ahead log was cut: the batch has the number staging has read, and holds more."""
    kept = built.log_path.read_bytes()
    land_visits(built, "S3E9", 1)
    runner.build(built)
    built.log_path.write_bytes(kept)
    add_batch(built, [late_visit("S3E9", 1), late_visit("S3E8", 2)], 1)

    report = runner.build(built)

    assert report.why_full == "the log has lost batches that the warehouse has read, and landed them again"
    assert visits_in(built.warehouse_path) == 21


def test_build_as_known_at_reads_what_had_landed_into_a_file_of_its_own(built: Settings, land_visits: Land) -> None:
    land_visits(built, "S3E9", 1)
    then = land_visits(built, "S3E9", 2).replace(hour=0)

    report = runner.build(built, as_known_at=then)

    assert visits_in(report.warehouse) == 20
    assert report.warehouse.parent == built.home / "as-known-at"
    assert visits_in(built.warehouse_path) == 19
    assert len(history.builds(built.home)) == 1


def test_build_with_a_failing_test_names_test_and_model(built: Settings, land_visits: Land) -> None:
    land_visits(built, "S3E9", 1)
    with duckdb.connect(built.log_path) as log:
        log.execute("""update raw.events set data = '{"store_id": "S3", "kind": "usual"}' where batch_id = 2""")

    with pytest.raises(UplogError, match=r"test is_key_fct_visits_visit_id failed on fct_visits.*1") as refused:
        runner.build(built)

    assert "\n" not in str(refused.value)
    assert history.builds(built.home)[0].outcome == "failed"


def test_build_without_a_log_says_to_land(fresh: Settings) -> None:
    with pytest.raises(UplogError, match="uplog land"):
        runner.build(fresh)


def test_build_beside_another_names_its_pid(built: Settings) -> None:
    with history.holding_warehouse(built), pytest.raises(InUse, match=f"pid {os.getpid()}"):
        runner.build(built)


def test_build_while_the_log_is_written_exits_4_with_the_pid(built: Settings, tmp_path: Path) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, built.log_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with pytest.raises(InUse, match=f"pid {process.pid}"):
            runner.build(built)
        process.communicate()


def test_build_after_a_rotation_of_the_secret_is_full(built: Settings) -> None:
    with open_for_writing(built) as log:
        log.execute("insert into raw.batches values (2, now(), 1, 1, 0, 0)")
        log.execute(
            'insert into raw.events (topic, generation, partition, "offset", batch_id, event_id, source, type, '
            "occurred_at, landed_at, data) values "
            "('control', 0, 0, 0, 2, 'a', '/uplog/default', 'uplog.alias.v1', now(), now(), '{}')"
        )

    first, second = runner.build(built), runner.build(built)

    assert first.why_full == "the secret was rotated: staging holds tokens that have new names"
    assert second.nothing_new
