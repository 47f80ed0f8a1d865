"""Kill -9 of archive, restore and recover, anywhere: old or new, never half, and doing it again ends it."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from ingestion.archive import archive, restore
from ingestion.archive import manifest as books
from ingestion.errors import UplogError
from ingestion.failpoints import POINTS
from ingestion.log.contents import Content, Key
from ingestion.log.opening import wal_of
from ingestion.recovery import recover_log
from ingestion.settings import Settings
from tests import kills
from tests.lander_events import lead
from tests.small_logs import LATER, held, land_and_die, land_here, rows, three_days

Contents = dict[Key, Content]
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    settings = Settings(home=home)
    three_days(settings)
    archive(settings, home / "archive")
    shutil.copytree(home / "archive", home / "before")
    shutil.copy(home / "log.duckdb", home / "before.duckdb")
    land_here(settings, [lead(n) for n in range(500, 560)], LATER)
    return home


@pytest.fixture
def settings(_made: Path, tmp_path: Path) -> Settings:
    """A log with a day since it was archived into `archive/`."""
    shutil.copytree(_made, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def held_by(directory: Path) -> Contents:
    """What the archive holds, every file of it checked."""
    manifest = books.read(directory)
    assert manifest is not None
    books.check(directory, manifest)
    return {part.key: part.content for part in manifest.parts}


def assert_archived_next_time(settings: Settings, directory: Path, new: Contents) -> None:
    archive(settings, directory)
    assert held_by(directory) == new
    manifest = books.read(directory)
    assert manifest is not None
    assert books.files(directory) == {part.path for part in manifest.parts}


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["archive"]))
def test_archive_killed_at_a_failpoint_holds_old_or_new_and_completes_next_time(
    settings: Settings, point: str, turn: int
) -> None:
    directory, new = settings.home / "archive", held(settings)
    old = held_by(directory)

    kills.kill_at(point, archive, settings, directory)

    assert held_by(directory) == (new if point in ("archive.after_manifest", "archive.after_removal") else old)
    assert_archived_next_time(settings, directory, new)


def test_archive_killed_before_its_first_manifest_is_begun_anew(settings: Settings) -> None:
    directory = settings.home / "first"
    kills.kill_at("archive.in_parts:5", archive, settings, directory)
    with pytest.raises(UplogError, match="holds no archive"):
        restore(Settings(home=settings.home / "empty"), directory)

    assert_archived_next_time(settings, directory, held(settings))


@pytest.mark.parametrize("seed", kills.seeds(4, 34))
def test_archive_killed_at_random_holds_old_or_new_and_completes_next_time(settings: Settings, seed: int) -> None:
    directory, new = settings.home / "archive", held(settings)
    old = held_by(directory)
    seeded = random.Random(seed)
    for _ in range(3):
        kills.kill_within(0.5, seeded, archive, settings, directory)
        assert held_by(directory) in (old, new)

    assert_archived_next_time(settings, directory, new)


def assert_restored_next_time(settings: Settings, directory: Path, expected: Rows) -> None:
    if settings.log_path.exists():
        assert rows(settings) == expected
        with pytest.raises(UplogError, match="there is a log"):
            restore(settings, directory)
    else:
        restore(settings, directory)
    assert rows(settings) == expected
    assert {path.name for path in settings.home.iterdir()} == {"log.duckdb", "log.lock"}


@pytest.fixture
def expected(settings: Settings) -> Rows:
    """Every row of the archived log."""
    shutil.copytree(settings.home, settings.home.parent / "reference")
    reference = Settings(home=settings.home.parent / "reference")
    shutil.copy(reference.home / "before.duckdb", reference.log_path)
    return dict(rows(reference))


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["replace"]))
def test_restore_killed_at_a_failpoint_leaves_no_log_or_all_of_it(
    settings: Settings, expected: Rows, tmp_path: Path, point: str, turn: int
) -> None:
    empty = Settings(home=tmp_path / "empty")
    kills.kill_at(point, restore, empty, settings.home / "archive")

    assert empty.log_path.exists() == (point == "replace.after_swap")
    assert_restored_next_time(empty, settings.home / "archive", expected)


@pytest.mark.parametrize("seed", kills.seeds(4, 34))
def test_restore_killed_at_random_leaves_no_log_or_all_of_it(
    settings: Settings, expected: Rows, tmp_path: Path, seed: int
) -> None:
    empty = Settings(home=tmp_path / "empty")
    seeded = random.Random(seed)
    for _ in range(3):
        if not empty.log_path.exists():  # a quick restore may have ended; a second is refused
            kills.kill_within(0.7, seeded, restore, empty, settings.home / "archive")

    assert_restored_next_time(empty, settings.home / "archive", expected)


@pytest.mark.parametrize(
    ("point", "turn"), kills.repeated((*(p for p in POINTS["recover"] if p != "recover.after_wal"), *POINTS["replace"]))
)
def test_recover_killed_at_a_failpoint_completes_next_time(
    settings: Settings, expected: Rows, point: str, turn: int
) -> None:
    damaged = settings.log_path.read_bytes()[:200_000]
    settings.log_path.write_bytes(damaged)
    kills.kill_at(point, recover_log, settings, settings.home / "archive")
    assert settings.log_path.exists()

    recover_log(settings, settings.home / "archive")

    assert rows(settings) == expected
    assert damaged in [path.read_bytes() for path in settings.home.glob("log.duckdb.damaged-*")]


def test_recover_killed_after_it_set_a_write_ahead_log_aside_completes_next_time(settings: Settings) -> None:
    before = rows(settings)
    land_and_die(settings, [lead(900)], LATER)
    wal = wal_of(settings.log_path)
    wal.write_bytes(wal.read_bytes()[:-40] + bytes(40))
    kills.kill_at("recover.after_wal", recover_log, settings)

    recover_log(settings)

    assert dict(rows(settings)) == before
    assert len(list(settings.home.glob("log.duckdb.wal.damaged-*"))) == 1
