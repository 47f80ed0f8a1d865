"""`uplog recover`: each of the files damaged, mended, and equal to what it was."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ingestion.archive import archive, restore
from ingestion.errors import Damaged
from ingestion.lander import land
from ingestion.lander.soundness import assert_sound, read_whole
from ingestion.log.opening import wal_of
from ingestion.recovery import recover_log
from ingestion.settings import Settings
from orchestration.recovery import recover
from tests.lander_events import contents, lead, send
from tests.small_logs import LATER, held, land_and_die, land_here, rows, three_days


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    three_days(Settings(home=home))
    return home


@pytest.fixture
def settings(_made: Path, tmp_path: Path) -> Settings:
    """A home with a log of three batches, no archive."""
    shutil.copytree(_made, tmp_path / "home")
    return Settings(home=tmp_path / "home")


def spoil(path: Path, at: int) -> None:
    value = bytearray(path.read_bytes())
    value[at] ^= 1
    path.write_bytes(value)


def aside(settings: Settings) -> list[str]:
    return sorted(path.name.partition(".damaged-")[0] for path in settings.home.glob("*.damaged-*"))


def test_recover_of_a_home_that_is_whole_changes_nothing(settings: Settings) -> None:
    before = settings.log_path.read_bytes()

    done = recover(settings)

    assert (done.done, done.land_again) == ((), False)
    assert settings.log_path.read_bytes() == before


def test_recover_of_a_spoiled_write_ahead_log_sets_it_aside_and_says_to_land_again(settings: Settings) -> None:
    before = rows(settings)
    land_and_die(settings, [lead(700), lead(701)], LATER)
    spoil(wal_of(settings.log_path), wal_of(settings.log_path).stat().st_size // 2)
    with pytest.raises(Damaged, match="uplog recover"):
        read_whole(settings)
    assert recover_log(settings, dry_run=True).done[0].startswith("would set")

    done = recover(settings)

    assert done.land_again
    assert aside(settings) == ["log.duckdb.wal"]
    assert rows(settings) == before
    land_here(settings, [lead(700), lead(701)], LATER)
    assert_sound(settings)


def test_recover_of_a_damaged_log_makes_it_again_from_the_newest_sound_archive(
    settings: Settings, tmp_path: Path
) -> None:
    for name in ("sound", "damaged", "gone"):
        archive(settings, tmp_path / name)
    spoil(next((tmp_path / "damaged").glob("events/*/*.parquet")), 100)
    shutil.rmtree(tmp_path / "gone")
    before = rows(settings)
    land_here(settings, [lead(700)], LATER)
    after = rows(settings)
    shutil.copytree(settings.home, tmp_path / "copy")
    settings.log_path.write_bytes(settings.log_path.read_bytes()[:100_000])

    done = recover(settings)

    assert any(str(tmp_path / "sound") in one for one in done.done)
    assert (done.batches, done.land_again) == (3, True)
    assert rows(settings) == before
    assert aside(settings) == ["log.duckdb"]
    land_here(settings, [lead(700)], LATER)
    assert rows(settings) == after
    assert_sound(settings)


def test_recover_of_a_damaged_log_without_an_archive_says_what_to_do_and_changes_nothing(settings: Settings) -> None:
    settings.log_path.write_bytes(b"x" * 20_000)

    with pytest.raises(Damaged, match="--archive DIR") as refused:
        recover(settings)

    assert refused.value.exit_code == 5
    assert settings.log_path.read_bytes() == b"x" * 20_000
    assert aside(settings) == []


def test_recover_of_a_log_that_lost_batches_takes_them_from_the_archive(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.home, tmp_path / "before")
    land_here(settings, [lead(700)], LATER)
    archive(settings, tmp_path / "archive")
    whole = rows(settings)
    shutil.copy(tmp_path / "before" / "log.duckdb", settings.log_path)
    with pytest.raises(Damaged, match="1 batches that the log had acknowledged are gone"):
        assert_sound(settings)

    recover(settings)

    assert rows(settings) == whole
    assert_sound(settings)


def test_recover_of_a_log_that_lost_batches_nobody_archived_leaves_them_to_kafka(
    settings: Settings, tmp_path: Path
) -> None:
    shutil.copytree(settings.home, tmp_path / "before")
    land_here(settings, [lead(700)], LATER)
    shutil.copy(tmp_path / "before" / "log.duckdb", settings.log_path)

    done = recover(settings)

    assert done.land_again
    assert_sound(settings)


@pytest.mark.slow_start
@pytest.mark.parametrize("is_archived", [False, True], ids=["from Kafka alone", "from the archive, then Kafka"])
def test_recovered_log_equals_the_lost_one_once_kafka_was_landed_again(
    with_broker: Settings, tmp_path: Path, is_archived: bool
) -> None:
    """Without an archive as the refusal advises: the damaged log is moved away."""
    send(with_broker, [*(lead(n) for n in range(40)), lead(3), lead(4, "anders"), b"nope"])
    land(with_broker)
    if is_archived:
        archive(with_broker, tmp_path / "archive")
    send(with_broker, [lead(n) for n in range(30, 60)])
    land(with_broker)
    expected = contents(with_broker)
    path = with_broker.log_path
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    if is_archived:
        assert recover(with_broker).land_again
    else:
        with pytest.raises(Damaged, match=r"move .* away"):
            recover(with_broker)
        path.rename(tmp_path / "damaged.duckdb")
    again = land(with_broker)

    assert contents(with_broker) == expected
    assert (again.received, again.events) == ((30, 20) if is_archived else (73, 60))
    assert_sound(with_broker)


@pytest.mark.parametrize("is_log_damaged", [False, True])
def test_recover_beside_a_spoiled_index_leaves_a_log_that_knows_every_pair(
    settings: Settings, tmp_path: Path, is_log_damaged: bool
) -> None:
    archive(settings, tmp_path / "archive")
    before = rows(settings)
    for run in settings.index_path.glob("run-*"):
        spoil(run, run.stat().st_size // 2)
    if is_log_damaged:
        settings.log_path.write_bytes(settings.log_path.read_bytes()[:100_000])

    recover(settings)

    assert rows(settings) == before
    land_here(settings, [lead(n, remark=f"第{n}位") for n in range(90)], LATER)
    after = rows(settings)
    assert (after["events"], len(after["duplicates"])) == (before["events"], len(before["duplicates"]) + 90)
    assert_sound(settings)


def test_recover_of_a_log_whose_keys_do_not_read_writes_it_anew_from_its_rows(settings: Settings) -> None:
    land_here(settings, [lead(n) for n in range(800, 1000)], LATER, size=1)
    before = held(settings)
    at = next(at for at in range(settings.log_path.stat().st_size - 9, 0, -40_000) if _is_only_in_keys(settings, at))
    spoil(settings.log_path, at)

    done = recover(settings)

    assert any("from its own rows" in one for one in done.done)
    assert held(settings) == before
    assert_sound(settings)


def _is_only_in_keys(settings: Settings, at: int) -> bool:
    """Whether a spoiled byte there spoils nothing but an index."""
    spoil(settings.log_path, at)
    try:
        read_whole(settings)
        assert_sound(settings)
    except Damaged as wrong:
        return "does not open" in str(wrong) and _reads(settings)
    finally:
        spoil(settings.log_path, at)
    return False


def _reads(settings: Settings) -> bool:
    try:
        read_whole(settings)
    except Damaged:
        return False
    return True


def test_recover_writes_a_damaged_archive_again(settings: Settings, tmp_path: Path) -> None:
    for name in ("part", "books"):
        archive(settings, tmp_path / name)
    spoil(next((tmp_path / "part").glob("events/*/*.parquet")), 100)
    (tmp_path / "books" / "manifest.json").write_text("{}")

    recover(settings)

    for name in ("part", "books"):
        copy = Settings(home=tmp_path / f"from-{name}")
        restore(copy, tmp_path / name)
        assert rows(copy) == rows(settings)
