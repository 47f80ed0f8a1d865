"""Publishing: three files, modes, comments, one swap, readers, rollback, a refusing gate, kills between the steps."""

from __future__ import annotations

import stat
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

import publishing
from ingestion.errors import GateFailed, UplogError
from ingestion.settings import Settings
from orchestration import build as runner
from publishing import files, history, layout

Land = Callable[[Settings, str, int], datetime]


def rows(settings: Settings, file: str, sql: str) -> list[tuple[object, ...]]:
    with closing(duckdb.connect(settings.published_path / f"{file}.duckdb", read_only=True)) as connection:
        return connection.execute(sql).fetchall()


def visits(settings: Settings) -> int:
    return int(str(rows(settings, "detail", "select count(*) from fct_visits")[0][0]))


def tables(settings: Settings, file: str) -> list[object]:
    found = rows(settings, file, "select table_name from duckdb_tables() where schema_name = 'main' order by all")
    return [name for (name,) in found]


def test_publish_writes_three_files_with_their_tables_modes_and_comments(built: Settings) -> None:
    done = publishing.publish(built)

    assert tables(built, "marts") == [
        "dim_store_current",
        "mart_build_history",
        "mart_visits_daily",
        "mart_visits_week",
    ]
    assert tables(built, "detail") == tables(built, "people") == ["fct_visits"]
    modes = {
        file: stat.S_IMODE((built.published_path / f"{file}.duckdb").stat().st_mode)
        for file in ("marts", "detail", "people")
    }
    assert modes == {"marts": 0o644, "detail": 0o640, "people": 0o600}
    assert rows(built, "detail", "select comment from duckdb_tables()") == [("Grain: visit; it's the visit record.",)]
    assert layout.current(built.published_path) == done.build_id
    assert (built.published_path / "docs" / "index.html").exists()


def test_publish_shows_nobody_a_draft_before_it_is_whole(built: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: dict[str, set[int]] = {}

    def comment(*_: object) -> None:
        for one in (built.published_path / "builds").rglob("*.duckdb*"):
            seen.setdefault(one.name, set()).add(stat.S_IMODE(one.stat().st_mode))

    monkeypatch.setattr(files, "_comment", comment)
    publishing.publish(built)
    assert seen["people.duckdb"] == {0o600}
    assert all(modes == {0o600} for name, modes in seen.items() if name.endswith(".wal"))


def test_publish_leaves_staff_keys_out_of_detail(built: Settings) -> None:
    publishing.publish(built)
    columns = "select column_name from duckdb_columns() where table_name = 'fct_visits' order by column_index"

    assert [name for (name,) in rows(built, "detail", columns)] == ["visit_id", "store_id", "arrived_at", "visit_day"]
    assert ("employee_id",) in rows(built, "people", columns)


def test_publish_rolls_small_groups_up_and_totals_hold(built: Settings) -> None:
    publishing.publish(built)
    found = rows(built, "marts", "select store_id, kind, persons, visits from mart_visits_week order by all")

    assert all(int(str(persons)) >= 5 for _, _, persons, _ in found)
    assert sum(int(str(count)) for *_, count in found) == 19
    assert [(store, kind) for store, kind, *_ in found] == [("S3", "usual"), ("other:A", "other")]
    members = rows(built, "marts", "select store_name, brand from dim_store_current where store_id = 'other:A'")
    assert members == [("其他门店 A", "A")]


def test_publish_copies_the_history_with_this_build_published(built: Settings) -> None:
    done = publishing.publish(built)

    found = rows(built, "marts", "select build_id, events, gate, published from mart_build_history")
    assert found == [(done.build_id, 19, "passed", True)]


def test_publish_again_is_the_same_build(built: Settings) -> None:
    first = publishing.publish(built)
    again = publishing.publish(built)

    assert (again.build_id, again.tables) == (first.build_id, ())


def test_publish_refused_by_the_gate_leaves_the_previous_and_names_rule_table_and_rows(
    rebuilt: Settings, request: pytest.FixtureRequest
) -> None:
    first = layout.current(rebuilt.published_path)
    request.getfixturevalue("failing_gate")

    with pytest.raises(GateFailed, match=r"visits_are_plausible fails on mart_visits_daily.*store_id=S") as refused:
        publishing.publish(rebuilt)

    assert refused.value.exit_code == 3
    assert layout.current(rebuilt.published_path) == first
    assert visits(rebuilt) == 19
    assert history.builds(rebuilt.home)[0].gate == "failed"
    assert "visits_are_plausible" in (rebuilt.published_path / "judged" / "index.html").read_text()


def test_publish_dry_run_judges_and_changes_nothing(built: Settings) -> None:
    done = publishing.publish(built, dry_run=True)

    assert {one.table for one in done.tables if one.file == "detail"} == {"fct_visits"}
    assert layout.current(built.published_path) is None
    assert layout.builds(built.published_path) == []


@pytest.mark.parametrize("swaps", [20, pytest.param(100, marks=pytest.mark.long)])
def test_publish_under_readers_never_fails_them(rebuilt: Settings, swaps: int) -> None:
    stop, seen, errors = threading.Event(), set[int](), list[BaseException]()

    def read() -> None:
        while not stop.is_set():
            try:
                seen.add(visits(rebuilt))
            except BaseException as wrong:
                errors.append(wrong)

    readers = [threading.Thread(target=read) for _ in range(20)]
    for reader in readers:
        reader.start()
    publishing.publish(rebuilt)
    for _ in range(swaps // 2):
        publishing.rollback(rebuilt)
        publishing.publish(rebuilt)
    stop.set()
    for reader in readers:
        reader.join()

    assert errors == []
    assert seen == {19, 20}


def test_publish_keeps_a_reader_of_the_old_build_alive_after_pruning(rebuilt: Settings, land_visits: Land) -> None:
    old = layout.current(rebuilt.published_path)
    with closing(duckdb.connect(rebuilt.published_path / "detail.duckdb", read_only=True)) as reader:
        assert reader.execute("select count(*) from fct_visits").fetchall() == [(19,)]
        publishing.publish(rebuilt)
        land_visits(rebuilt, "S3E9", 2)
        runner.build(rebuilt)
        done = publishing.publish(rebuilt.model_copy(update={"keep_builds": 2}))
        assert done.pruned == (old,)
        assert reader.execute("select count(*) from fct_visits").fetchall() == [(19,)]
    assert len(layout.builds(rebuilt.published_path)) == 2


def test_publish_rollback_goes_to_the_build_before_and_no_further(rebuilt: Settings) -> None:
    first = layout.current(rebuilt.published_path)
    second = publishing.publish(rebuilt)
    assert visits(rebuilt) == 20

    back = publishing.rollback(rebuilt)

    assert (back.build_id, back.previous) == (first, second.build_id)
    assert visits(rebuilt) == 19
    with pytest.raises(UplogError, match="no earlier build"):
        publishing.rollback(rebuilt)
    assert publishing.publish(rebuilt).build_id == second.build_id


@pytest.mark.parametrize("step", ["keep", "make_current", "prune"])
def test_publish_killed_before_a_step_leaves_old_or_new_and_completes_next_time(
    rebuilt: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(layout, step, killed)
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(rebuilt)

    assert visits(rebuilt) == (20 if step == "prune" else 19)
    publishing.publish(rebuilt)
    assert visits(rebuilt) == 20
    assert not list((rebuilt.published_path / "builds").glob(".draft-*"))


def test_publish_killed_while_it_prunes_leaves_no_half_build_to_go_back_to(
    rebuilt: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = layout.folder(rebuilt.published_path, layout.current(rebuilt.published_path) or "")

    def half(path: Path) -> None:
        (path / "marts.duckdb").unlink()
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("publishing.layout.shutil.rmtree", half)
        with pytest.raises(KeyboardInterrupt):
            publishing.publish(rebuilt.model_copy(update={"keep_builds": 1}))

    assert not old.exists()
    assert visits(rebuilt) == 20
    with pytest.raises(UplogError, match="no earlier build"):
        publishing.rollback(rebuilt)
    publishing.publish(rebuilt)
    assert layout.builds(rebuilt.published_path) == [layout.current(rebuilt.published_path)]


def test_publish_of_nothing_built_says_to_build(fresh: Settings) -> None:
    with pytest.raises(UplogError, match="uplog build"):
        publishing.publish(fresh)


def test_publish_after_an_interrupted_build_refuses(built: Settings) -> None:
    history.start(built.home, events=1, batch_id=1, project="x", is_full=False)

    with pytest.raises(UplogError, match="was interrupted"):
        publishing.publish(built)
