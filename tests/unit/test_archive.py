"""Archive and restore: equal in every table, only what is new, rewritten parts, damage named, refusals."""

from __future__ import annotations

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from ingestion.archive import archive, known_archives, restore, rewrite_archives
from ingestion.archive import manifest as books
from ingestion.archive.places import note_archive
from ingestion.errors import Damaged, InUse, UplogError
from ingestion.lander.conservation import conservation
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.lock import held as locked
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration.cli import main
from tests.lander_events import lead
from tests.small_logs import DAYS, LATER, land_here, parts_of, rows, three_days


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    three_days(Settings(home=home))
    archive(Settings(home=home), home / "archive")
    return home


@pytest.fixture
def settings(_made: Path, tmp_path: Path) -> Settings:
    """A home with a log of three landings on two days, archived into `archive/` below it."""
    shutil.copytree(_made, tmp_path / "home")
    (tmp_path / "home" / "archives.json").unlink()  # it names the copied home's
    return Settings(home=tmp_path / "home")


@pytest.fixture
def archived(settings: Settings) -> Path:
    return settings.home / "archive"


@pytest.fixture
def empty(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "empty")


def test_restore_on_an_empty_machine_gives_a_log_equal_in_every_table(
    settings: Settings, archived: Path, empty: Settings
) -> None:
    done = restore(empty, archived)

    assert rows(empty) == rows(settings)
    assert {"events", "duplicates", "dead_letters", "gaps", "offsets", "generations", "batches"} <= rows(empty).keys()
    assert (done.batches, done.rows["events"], done.has_secret) == (3, 90, False)
    assert stat.S_IMODE(empty.log_path.stat().st_mode) == 0o600
    with open_for_reading(empty.log_path) as log:
        assert conservation(log).broken == ()


def test_restored_log_lands_on_as_the_archived_one(settings: Settings, archived: Path, empty: Settings) -> None:
    restore(empty, archived)
    for name in ("secret.json", "vault.sqlite"):
        shutil.copy(settings.home / name, empty.home / name)
    for one in (settings, empty):
        land_here(one, [lead(5, remark="第5位"), lead(500), lead(6, remark="另一句")], LATER)

    assert rows(empty) == rows(settings)
    assert len(rows(empty)["duplicates"]) == len(DAYS) + 1


def test_archive_lays_events_out_by_landing_day_for_the_owner_alone(archived: Path) -> None:
    assert sorted(path.name for path in (archived / "events").iterdir()) == [
        "landed_on=2026-10-01",
        "landed_on=2026-10-02",
    ]
    assert {stat.S_IMODE(path.stat().st_mode) for path in archived.rglob("*") if path.is_file()} == {0o600}


def test_archive_again_writes_nothing(settings: Settings, archived: Path) -> None:
    before = (archived / "manifest.json").read_bytes()

    done = archive(settings, archived)

    assert (done.written, done.removed) == (0, 0)
    assert (archived / "manifest.json").read_bytes() == before


def test_archive_after_a_landing_writes_the_new_day_and_leaves_the_others(
    settings: Settings, archived: Path, empty: Settings
) -> None:
    before = parts_of(archived)
    land_here(settings, [lead(500), lead(501)], LATER)
    planned = archive(settings, archived, dry_run=True)
    assert parts_of(archived) == before

    done = archive(settings, archived)

    after = parts_of(archived)
    assert {path for path in after if path not in before} == {
        "events/landed_on=2026-10-03/000002.parquet",
        "batches/landed_on=2026-10-03/000002.parquet",
        "offsets/000002.parquet",
    }
    assert set(before) - set(after) == {"offsets/000001.parquet"}
    assert (planned.written, done.written, done.removed) == (3, 3, 1)
    restore(empty, archived)
    assert rows(empty) == rows(settings)


def test_archive_after_rows_were_rewritten_writes_their_days_anew_and_removes_the_old_files(
    settings: Settings, archived: Path, empty: Settings
) -> None:
    with open_for_writing(settings) as log:
        log.execute("update raw.events set subject = 'pseudonym', content_hash = null where event_id = 'L1~0'")
        log.execute("update raw.dead_letters set value = null where batch_id = 3")
    note_archive(settings, archived)

    done, left = rewrite_archives(settings)

    assert left == []
    assert done[0].removed == 2
    assert not {"events/landed_on=2026-10-01/000001.parquet", "dead_letters/landed_on=2026-10-02/000001.parquet"} & set(
        parts_of(archived)
    )
    assert "events/landed_on=2026-10-02/000001.parquet" in parts_of(archived)
    restore(empty, archived)
    assert rows(empty) == rows(settings)


def test_rewrite_of_archives_names_those_out_of_reach(settings: Settings, archived: Path, tmp_path: Path) -> None:
    archive(settings, tmp_path / "disk")
    shutil.move(tmp_path / "disk", tmp_path / "away")

    _, left = rewrite_archives(settings)

    assert (tmp_path / "disk") in [directory for directory, _ in left]


def _missing(directory: Path) -> str:
    victim = next(directory.glob("events/*/*.parquet"))
    victim.unlink()
    return str(victim)


def _changed(directory: Path) -> str:
    victim = next(directory.glob("batches/*/*.parquet"))
    value = bytearray(victim.read_bytes())
    value[len(value) // 2] ^= 1
    victim.write_bytes(value)
    return str(victim)


def _cut(directory: Path) -> str:
    victim = next(directory.glob("dead_letters/*/*.parquet"))
    victim.write_bytes(victim.read_bytes()[:-1])
    return str(victim)


def _extra(directory: Path) -> str:
    extra = directory / "events" / "landed_on=2026-10-01" / "copy.parquet"
    shutil.copy(next(directory.glob("events/*/*.parquet")), extra)
    return str(extra)


def _other_books(directory: Path) -> str:
    path = directory / "manifest.json"
    path.write_text(path.read_text().replace('"rows": 30', '"rows": 31'))
    return str(path)


@pytest.mark.parametrize("harm", [_missing, _changed, _cut, _extra, _other_books])
def test_restore_of_a_damaged_archive_names_the_file_and_writes_nothing(
    archived: Path, empty: Settings, harm: object
) -> None:
    named = harm(archived)  # type: ignore[operator]

    with pytest.raises(Damaged) as refused:
        restore(empty, archived)

    assert named in str(refused.value)
    assert refused.value.exit_code == 5
    assert not empty.log_path.exists()
    with pytest.raises(Damaged):
        restore(empty, archived, dry_run=True)


def test_archive_over_a_lost_file_writes_it_again(settings: Settings, archived: Path, empty: Settings) -> None:
    _missing(archived)

    done = archive(settings, archived)

    assert (done.written, done.removed) == (1, 1)
    restore(empty, archived)
    assert rows(empty) == rows(settings)


def test_restore_over_a_log_is_refused_unless_it_is_empty(settings: Settings, archived: Path, empty: Settings) -> None:
    with pytest.raises(UplogError, match=r"there is a log at .* \(90 events\)"):
        restore(settings, archived)
    with open_for_writing(empty):
        pass

    restore(empty, archived)

    assert rows(empty) == rows(settings)


def test_archive_of_another_log_is_refused(settings: Settings, archived: Path, empty: Settings) -> None:
    land_here(empty, [lead(1)], LATER)

    with pytest.raises(UplogError, match="another log"):
        archive(empty, archived)


def test_archive_of_a_log_that_lost_or_relanded_batches_is_refused(
    settings: Settings, archived: Path, empty: Settings
) -> None:
    restore(empty, archived)
    shutil.copy(settings.home / "secret.json", empty.home)
    land_here(settings, [lead(500)], LATER)
    land_here(empty, [lead(600)], "2026-10-03T09:00:01+08:00")
    archive(settings, archived)

    with pytest.raises(UplogError, match="batches up to 4 that this log has not"):
        archive(empty, archived)


def test_archive_into_a_folder_with_something_else_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_text("x")

    with pytest.raises(UplogError, match=r"something else than an archive \(a.jpg\)"):
        archive(settings, tmp_path / "photos")


def test_archive_of_a_log_that_does_not_add_up_leaves_the_archive_alone(settings: Settings, archived: Path) -> None:
    before = parts_of(archived)
    with open_for_writing(settings) as log:
        log.execute("delete from raw.events where event_id = 'L1~0'")

    with pytest.raises(Damaged, match="sums do not come out"):
        archive(settings, archived)

    assert parts_of(archived) == before


def test_archive_beside_another_names_its_pid(settings: Settings, archived: Path) -> None:
    with locked(archived / books.LOCK, "the archive"), pytest.raises(InUse, match=f"pid {os.getpid()}"):
        archive(settings, archived)


def test_restore_of_a_newer_format_is_refused(archived: Path, empty: Settings) -> None:
    found = books.read(archived)
    assert found is not None
    books.write(
        archived, books.Manifest(**{**{n: getattr(found, n) for n in found.__struct_fields__}, "log_format": 99})
    )

    with pytest.raises(UplogError, match="install a newer uplog"):
        restore(empty, archived)
    assert not empty.log_path.exists()


def test_list_of_archives_that_does_not_read_is_damaged(settings: Settings) -> None:
    (settings.home / "archives.json").write_text(json.dumps({"directories": 7}))

    with pytest.raises(Damaged, match=r"archives\.json"):
        known_archives(settings)


def test_archive_and_restore_from_the_command_line_answer_in_lines_and_json(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(home: Path, *arguments: str) -> tuple[int, str, str]:
        monkeypatch.setenv("UPLOG_HOME", str(home))
        read_settings.cache_clear()
        return main(arguments), *capsys.readouterr()

    there = str(tmp_path / "there")
    assert run(settings.home, "archive", there, "--dry-run")[1].startswith("would write 11 of 11 files")
    assert not Path(there).exists()
    assert json.loads(run(settings.home, "archive", there, "--json")[1])["written"] == 11
    assert run(settings.home, "archive", there)[1].startswith("nothing new since batch 3")
    code, out, said = run(tmp_path / "new", "restore", there, "--dry-run")
    assert (code, out.startswith("the archive is whole: would restore 90 events")) == (0, True)
    assert "secret.json is not there" in said
    assert json.loads(run(tmp_path / "new", "restore", there, "--json")[1])["rows"]["events"] == 90
    code, out, said = run(tmp_path / "new", "restore", there)
    assert (code, out, said.count("\n")) == (1, "", 1)
    Path(there, "offsets", "000001.parquet").unlink()
    code, out, said = run(tmp_path / "newer", "restore", there)
    assert (code, out) == (5, "")
    assert "offsets/000001.parquet is missing" in said
