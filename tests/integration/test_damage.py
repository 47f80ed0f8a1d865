"""Bytes changed and files cut anywhere in log, write-ahead log and archive: named, or proved without effect; mended.

Never silent divergence: what opens and passes `assert_sound` holds what it held, and lands on as if nothing had been.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from ingestion.archive import archive, restore
from ingestion.archive.manifest import Part
from ingestion.archive.parts import load_part
from ingestion.archive.places import note_archive
from ingestion.errors import Damaged
from ingestion.lander.soundness import assert_sound
from ingestion.log import open_for_reading
from ingestion.log.opening import wal_of
from ingestion.recovery import recover_log
from ingestion.settings import Settings
from orchestration.recovery import recover
from tests import harms
from tests.lander_events import contents, lead
from tests.small_logs import LATER, held, land_and_die, land_here, three_days

NEXT = [lead(n) for n in range(700, 720)]
"""What Kafka holds beyond the archive, from this offset on."""
ARCHIVED = 219


@pytest.fixture(scope="module")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of many batches, archived."""
    home = tmp_path_factory.mktemp("made") / "home"
    settings = Settings(home=home)
    three_days(settings)
    land_here(settings, [lead(n) for n in range(200, 320)], LATER, size=2)
    archive(settings, home / "archive")
    return home


@pytest.fixture
def settings(_made: Path, tmp_path: Path) -> Settings:
    shutil.copytree(_made, tmp_path / "home")
    return Settings(home=tmp_path / "home")


@pytest.fixture
def again(settings: Settings) -> Iterator[Callable[[], Settings]]:
    """The home as it was before the harm, as often as wanted."""
    kept = settings.home.parent / "kept"
    shutil.copytree(settings.home, kept)

    def anew() -> Settings:
        shutil.rmtree(settings.home)
        shutil.copytree(kept, settings.home)
        return settings

    return anew


def shown(settings: Settings) -> str:
    """How the log's damage shows."""

    def opening() -> None:
        with open_for_reading(settings.log_path):
            pass

    return harms.shown(opening, lambda: assert_sound(settings))


def landed_on(settings: Settings) -> dict[str, object]:
    """What the log holds, but for batches and landing times, once everything is landed that Kafka has."""
    with open_for_reading(settings.log_path) as log:
        (stands,) = log.execute("select next_offset from raw.offsets").fetchall()[0]
    land_here(settings, NEXT[stands - ARCHIVED :], "2026-10-04T09:00:00+08:00", size=5)
    return contents(settings)


@pytest.mark.parametrize("seeds", harms.samples(3))
@pytest.mark.parametrize("harm", harms.HARMS)
def test_damaged_log_is_named_or_whole_and_recovers_from_the_archive(
    again: Callable[[], Settings], harm: harms.Harm, seeds: range
) -> None:
    expected, outcomes = landed_on(again()), Counter[str]()
    for seed in seeds:
        settings = again()
        harm(settings.log_path, random.Random(seed))
        outcomes[found := shown(settings)] += 1
        if found != harms.WITHOUT_EFFECT:
            recover_log(settings, settings.home / "archive")
        assert landed_on(settings) == expected
        assert shown(settings) == harms.WITHOUT_EFFECT
    harms.tell("log", harm, seeds, outcomes)
    assert len(seeds) - outcomes[harms.WITHOUT_EFFECT] > len(seeds) // 2


@pytest.mark.parametrize("seeds", harms.samples(3))
@pytest.mark.parametrize("harm", harms.HARMS)
def test_damaged_write_ahead_log_is_named_or_lost_nothing_and_landing_again_restores_all(
    again: Callable[[], Settings], harm: harms.Harm, seeds: range
) -> None:
    settings = again()
    land_and_die(settings, NEXT, "2026-10-04T09:00:00+08:00", size=5)
    whole, expected, outcomes = held(settings), contents(settings), Counter[str]()
    shutil.copytree(settings.home, settings.home.parent / "killed")
    for seed in seeds:
        shutil.rmtree(settings.home)
        shutil.copytree(settings.home.parent / "killed", settings.home)
        harm(wal_of(settings.log_path), random.Random(seed))
        outcomes[found := shown(settings)] += 1
        if found == harms.WITHOUT_EFFECT:
            assert held(settings) == whole
        else:
            recover_log(settings)
        assert landed_on(settings) == expected
        assert shown(settings) == harms.WITHOUT_EFFECT
    harms.tell("write-ahead log", harm, seeds, outcomes)
    assert len(seeds) - outcomes[harms.WITHOUT_EFFECT] > len(seeds) // 2


@pytest.mark.parametrize("seeds", harms.samples(3))
@pytest.mark.parametrize("harm", harms.HARMS)
def test_damaged_archive_is_refused_by_file_and_recovers_from_the_log(
    again: Callable[[], Settings], harm: harms.Harm, seeds: range
) -> None:
    outcomes = Counter[str]()
    for seed in seeds:
        settings, seeded = again(), random.Random(seed)
        directory = settings.home / "archive"
        note_archive(settings, directory)
        victim = seeded.choice(sorted(path for path in directory.rglob("*") if path.suffix in (".parquet", ".json")))
        harm(victim, seeded)
        empty = Settings(home=settings.home.parent / f"empty-{seed}")
        with pytest.raises(Damaged) as refused:
            restore(empty, directory)
        assert str(victim) in str(refused.value)
        assert not empty.log_path.exists()
        outcomes[f"{victim.suffix} refused by name"] += 1

        recover(settings)

        restore(empty, directory)
        assert held(empty) == held(settings)
    harms.tell("archive", harm, seeds, outcomes)


def test_restore_that_does_not_give_what_was_archived_names_the_part_and_leaves_no_log(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The files are whole, and yet a row is lost on the way: only the comparison with the manifest sees it."""

    def losing(draft: duckdb.DuckDBPyConnection, directory: Path, part: Part) -> None:
        load_part(draft, directory, part)
        if part.table == "duplicates":
            draft.execute("update raw.duplicates set event_id = 'x' where rowid = 0")

    monkeypatch.setattr("ingestion.archive.restoring.load_part", losing)
    empty = Settings(home=tmp_path / "empty")

    with pytest.raises(Damaged, match="duplicates of 2026-10-01 does not come back"):
        restore(empty, settings.home / "archive")

    assert not empty.log_path.exists()
