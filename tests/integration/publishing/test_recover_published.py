"""`uplog recover` above the log: warehouse and published files damaged, made again, equal to what they were."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

import publishing
from ingestion.archive import archive, restore
from ingestion.errors import Damaged
from ingestion.failpoints import POINTS
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from orchestration import recovery
from orchestration.build import build
from orchestration.cli import main
from orchestration.doctor import examine
from publishing import history, layout
from publishing.soundness import assert_reads
from tests import kills
from tests.small_house import in_small_house


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        found = {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}
    found.pop("main.mart_build_history", None)
    return found


def cut(path: Path) -> None:
    value = path.resolve().read_bytes()
    path.resolve().write_bytes(value[: len(value) // 2])


def test_recover_of_a_whole_home_changes_nothing(rebuilt: Settings) -> None:
    assert recovery.recover(rebuilt).done == ()


def test_recover_of_a_damaged_warehouse_sets_it_aside_and_builds_an_equal_one(rebuilt: Settings) -> None:
    before = held(rebuilt.warehouse_path)
    cut(rebuilt.warehouse_path)
    assert any(check.exit_code == 5 and "uplog recover" in check.fix for check in examine(rebuilt))
    planned = recovery.recover(rebuilt, dry_run=True)

    done = recovery.recover(rebuilt)

    assert [one.partition(" aside")[0] for one in planned.done] == ["would set the warehouse"]
    assert held(rebuilt.warehouse_path) == before
    assert len(list(rebuilt.home.glob("warehouse.duckdb.damaged-*"))) == 1
    assert any("built the warehouse again" in one for one in done.done)


def test_recover_of_the_only_published_build_publishes_it_again(published: Settings) -> None:
    before = held(published.published_path / "marts.duckdb")
    build_id = layout.current(published.published_path)
    cut(published.published_path / "marts.duckdb")

    recovery.recover(published)

    assert layout.current(published.published_path) == build_id
    assert held(published.published_path / "marts.duckdb") == before


def test_recover_of_a_damaged_current_build_goes_back_and_publishes_it_again(rebuilt: Settings) -> None:
    first = layout.current(rebuilt.published_path)
    publishing.publish(rebuilt)
    before = held(rebuilt.published_path / "people.duckdb")
    cut(rebuilt.published_path / "people.duckdb")

    done = recovery.recover(rebuilt)

    assert f"build {first} is current" in done.done
    assert held(rebuilt.published_path / "people.duckdb") == before
    assert len(layout.builds(rebuilt.published_path)) == 2


def recovered(home: Path) -> None:
    """A recovery of the small house, for a process of its own."""
    with in_small_house():
        recovery.recover(Settings(home=home))


@pytest.mark.parametrize(
    "point",
    [
        "recover.after_archive_aside",
        "recover.after_warehouse_aside",
        "recover.after_published_aside",
        *(
            pytest.param(point, marks=pytest.mark.long)
            for point in ("recover.after_current", *POINTS["archive"], *POINTS["build"], *POINTS["publish"])
        ),
    ],
)
def test_recover_killed_above_the_log_completes_next_time(rebuilt: Settings, tmp_path: Path, point: str) -> None:
    """Archive, warehouse and the current build are all damaged; every step may be the last."""
    publishing.publish(rebuilt)
    archive(rebuilt, tmp_path / "archive")
    current = layout.current(rebuilt.published_path)
    files = [rebuilt.warehouse_path, *(rebuilt.published_path / f"{name}.duckdb" for name in ("marts", "people"))]
    before = [held(path) for path in files]
    (tmp_path / "archive" / "manifest.json").write_bytes(b"{")
    cut(rebuilt.warehouse_path)
    cut(rebuilt.published_path / "people.duckdb")
    kills.kill_at(point, recovered, rebuilt.home)

    recovery.recover(rebuilt)

    assert layout.current(rebuilt.published_path) == max(layout.builds(rebuilt.published_path)) > str(current)
    assert [held(path) for path in files] == before
    restore(Settings(home=tmp_path / "copy"), tmp_path / "archive")
    assert recovery.recover(rebuilt).done == ()


def test_recover_without_a_warehouse_to_publish_from_keeps_the_build_before(rebuilt: Settings) -> None:
    first = layout.current(rebuilt.published_path)
    publishing.publish(rebuilt)
    (rebuilt.published_path / "marts.duckdb").resolve().unlink()
    rebuilt.warehouse_path.unlink()

    done = recovery.recover(rebuilt)

    assert layout.current(rebuilt.published_path) == first
    assert "the last build is not published again: there is no warehouse" in done.done
    for file in ("marts", "detail", "people"):
        assert_reads(rebuilt.published_path / f"{file}.duckdb")


def test_recover_from_the_command_line_says_what_it_did(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    cut(published.published_path / "detail.duckdb")

    assert main(["recover", "--dry-run"]) == 0
    assert "would set published builds aside" in capsys.readouterr().out
    assert main(["recover"]) == 0
    assert "published build" in capsys.readouterr().out
    assert main(["recover"]) == 0
    assert capsys.readouterr().out == "nothing is damaged\n"


def test_read_of_a_file_that_is_gone_is_damage(published: Settings) -> None:
    shutil.rmtree((published.published_path / "marts.duckdb").resolve().parent)
    with pytest.raises(Damaged, match="is gone"):
        assert_reads(published.published_path / "marts.duckdb")


def test_recover_of_a_damaged_history_begins_another_and_builds_go_on_in_order(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    before = layout.current(published.published_path) or ""
    path = history.path_of(published.home)
    path.write_bytes(b"?" * 100 + path.read_bytes()[100:])
    assert main(["build"]) == 5
    assert "`uplog recover` mends it" in capsys.readouterr().err

    (planned,) = recovery.recover(published, dry_run=True).done
    (done,) = recovery.recover(published).done

    assert planned.startswith("would set the history of builds aside")
    assert done.startswith("set the history of builds aside as")
    report = build(published)
    assert report.is_full
    assert (report.build_id or "") > before
    publishing.publish(published)
    assert layout.builds(published.published_path) == [before, report.build_id]


@pytest.mark.parametrize(
    ("file", "says"), [("vault.sqlite", "restore it from your backup"), ("secret.json", "restore the document")]
)
def test_recover_of_what_cannot_be_made_again_says_what_to_do_and_leaves_it(
    published: Settings, file: str, says: str
) -> None:
    secrets = load_secrets(published)
    with Vault(published.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        vault.insert_or_ignore([(f"1.{number}", "phone", bytes(60), bytes(60)) for number in range(2_000)])
    path = published.home / file
    value = path.read_bytes()
    spoiled = value[: len(value) // 2]
    path.write_bytes(spoiled)

    (done,) = recovery.recover(published).done

    assert done.startswith("not mended: ")
    assert says in done
    assert path.read_bytes() == spoiled
