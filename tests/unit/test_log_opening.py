"""Opening the log: one writer, named; modes; damage named; steps applied once."""

from __future__ import annotations

import gc
import multiprocessing
import os
import random
import re
import shutil
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import Damaged, InUse, UplogError
from ingestion.log import open_for_reading, open_for_writing, opening
from ingestion.log.opening import wal_of
from ingestion.log.steps import steps
from ingestion.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def test_open_for_writing_makes_a_private_log_with_its_schema(settings: Settings) -> None:
    with open_for_writing(settings) as log:
        tags = log.execute(
            "select tags['storage_version'] from duckdb_databases() where database_name = 'log'"
        ).fetchone()
        data = log.execute("select data_type from duckdb_columns() where table_name='events' and column_name='data'")
        assert data.fetchone() == ("JSON",)
        assert tags is not None
        assert tags[0] >= "v1.5"
    with open_for_writing(settings) as log:
        assert log.execute("select step, name from raw.migrations").fetchall() == [
            (number, name) for number, name, _ in steps()
        ]
    assert stat.S_IMODE(settings.log_path.stat().st_mode) == 0o600


def test_log_that_is_being_written_keeps_even_what_is_not_in_its_file_yet_from_others(settings: Settings) -> None:
    with open_for_writing(settings):
        pass
    with open_for_writing(settings) as log:
        log.execute("create table raw.more as select 1 as one")
        assert {stat.S_IMODE(file.stat().st_mode) for file in settings.home.glob("log.duckdb*")} == {0o600}
        assert wal_of(settings.log_path).exists()


def test_open_for_writing_a_second_time_names_the_holder(settings: Settings) -> None:
    with (
        open_for_writing(settings),
        pytest.raises(InUse, match=f"pid {os.getpid()}") as refused,
        open_for_writing(settings),
    ):
        pass
    assert refused.value.exit_code == 4
    with open_for_writing(settings):
        pass


def test_open_for_writing_after_the_holder_was_killed_works(settings: Settings) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom ingestion.log import open_for_writing\n"
        "from ingestion.settings import Settings\n"
        f"with open_for_writing(Settings(home=Path({str(settings.home)!r}))):\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9
    with open_for_writing(settings):
        pass


def _read(path: Path, opened: object, done: object) -> None:
    with open_for_reading(path):
        opened.set()  # type: ignore[attr-defined]
        done.wait()  # type: ignore[attr-defined]


def test_open_for_writing_while_a_reader_holds_it_names_the_reader(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.log.opening._READERS_SECONDS", 0.2)
    with open_for_writing(settings):
        pass
    context = multiprocessing.get_context("spawn")
    opened, done = context.Event(), context.Event()
    reader = context.Process(target=_read, args=(settings.log_path, opened, done))
    reader.start()
    try:
        assert opened.wait(20)
        with pytest.raises(InUse, match=f"pid {reader.pid}"), open_for_writing(settings):
            pass
    finally:
        done.set()
        reader.join()


def test_open_for_reading_without_a_log_says_what_to_do(settings: Settings) -> None:
    with pytest.raises(UplogError, match="uplog land"), open_for_reading(settings.log_path):
        pass


def test_open_for_reading_cannot_write(settings: Settings) -> None:
    with open_for_writing(settings):
        pass
    with open_for_reading(settings.log_path) as log, pytest.raises(duckdb.InvalidInputException):
        log.execute("delete from raw.events")


@pytest.mark.parametrize("held", [b"garbage" * 1000, b"\0" * 20_000])
def test_open_of_a_file_that_is_no_log_is_damaged(settings: Settings, held: bytes) -> None:
    settings.home.mkdir()
    settings.log_path.write_bytes(held)
    with pytest.raises(Damaged, match="uplog recover") as refused, open_for_writing(settings):
        pass
    assert refused.value.exit_code == 5
    with pytest.raises(Damaged), open_for_reading(settings.log_path):
        pass


def test_open_of_a_log_by_a_newer_version_is_refused(settings: Settings) -> None:
    with open_for_writing(settings) as log:
        log.execute("insert into raw.migrations values (99, 'later', current_timestamp, 'x')")
    with pytest.raises(UplogError, match="newer"), open_for_writing(settings):
        pass


def test_open_with_one_byte_of_the_write_ahead_log_changed_names_damage_or_keeps_a_prefix(
    settings: Settings, tmp_path: Path
) -> None:
    """A change in the first bytes makes DuckDB leave the whole WAL out: a prefix, which landing makes good."""
    made = tmp_path / "made"
    with open_for_writing(settings) as log:
        log.execute("pragma disable_checkpoint_on_shutdown; checkpoint")
        for number in range(20):
            log.execute("insert into raw.batches values (?, current_timestamp, 1, 1, 0, 0)", [number])
    shutil.copytree(settings.home, made)
    wal = made / "log.duckdb.wal"
    held = wal.read_bytes()
    seeded = random.Random(3)
    named = 0
    for _ in range(25):
        spoiled = bytearray(held)
        spoiled[seeded.randrange(len(held))] ^= 1 << seeded.randrange(8)
        shutil.copy(settings.log_path, made / "log.duckdb")
        wal.write_bytes(spoiled)
        try:
            with open_for_reading(made / "log.duckdb") as log:
                rows = [row for (row,) in log.execute("select batch_id from raw.batches order by all").fetchall()]
                assert rows == list(range(len(rows)))
        except Damaged as damage:
            named += "uplog recover" in str(damage)
    assert named >= 15


def test_only_one_module_opens_a_log_for_writing() -> None:
    """All others connect to memory or read-only, and attach a log read-only."""
    root = Path(__file__).parents[2]
    houses = ("ingestion", "expectations", "publishing", "orchestration")
    texts = {path: path.read_text(encoding="utf-8") for house in houses for path in (root / house).rglob("*.py")}
    writing = {
        str(path.relative_to(root))
        for path, text in texts.items()
        for call in re.findall(r"duckdb\.connect\(([^()]*)\)", text)
        if '":memory:"' not in call and "read_only=True" not in call
    }
    assert writing == {"ingestion/log/opening.py"}
    attached = [line for text in texts.values() for line in text.splitlines() if "attach '" in line and "log" in line]
    assert attached
    assert all("(read_only)" in line for line in attached)


def test_log_that_a_failure_of_this_process_still_holds_is_opened(settings: Settings) -> None:
    with open_for_writing(settings):
        pass
    builds = duckdb.connect()
    builds.execute(f"attach '{settings.log_path}' as built_on (read_only)")
    traceback: list[object] = [builds]
    traceback.append(traceback)
    gc.disable()
    try:
        del builds, traceback
        with open_for_writing(settings) as log:
            assert log.execute("select count(*) from raw.events").fetchall() == [(0,)]
    finally:
        gc.enable()


def test_log_that_this_process_reads_under_another_name_is_in_use(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "_READERS_SECONDS", 0.0)
    with open_for_writing(settings):
        pass
    with closing(duckdb.connect()) as builds:
        builds.execute(f"attach '{settings.log_path}' as built_on (read_only)")
        with pytest.raises(InUse, match=f"in use by pid {os.getpid()}"), open_for_writing(settings):
            pass
