"""Migrations: logs of every earlier format open, keep their rows, land on; a killed step is repeated."""

from __future__ import annotations

import gzip
import json
import signal
from pathlib import Path

import duckdb
import pytest

from ingestion.archive import archive, restore
from ingestion.failpoints import POINTS
from ingestion.lander.conservation import conservation
from ingestion.lander.soundness import assert_sound
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.steps import format_of, steps
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration.cli import main
from tests import kills
from tests.lander_events import lead
from tests.small_house import in_small_house
from tests.small_logs import LATER, land_here, rows

FORMATS = Path(__file__).parents[1] / "cases" / "log_formats"
KEYS = {"identity_key": "22", "erasure_key": "33", "vault_key": "44", "dead_letter_key": "55"}
SECRETS = {"tokens": {"1": "11" * 32}, "current": 1, **{name: byte * 32 for name, byte in KEYS.items()}}
Rows = dict[str, list[dict[str, object]]]


@pytest.fixture(params=sorted(int(path.name.partition(".")[0]) for path in FORMATS.glob("*.duckdb.gz")))
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Settings:
    """A home with a log as an earlier version left it."""
    home = tmp_path / "old"
    home.mkdir()
    (home / "log.duckdb").write_bytes(gzip.decompress((FORMATS / f"{request.param}.duckdb.gz").read_bytes()))
    (home / "secret.json").write_text(json.dumps(SECRETS))
    (home / "secret.json").chmod(0o600)
    return Settings(home=home)


def by_name(path: Path) -> Rows:
    """Every table's rows, by column, in a fixed order; read without any code of ours."""
    with duckdb.connect(path, read_only=True) as log:
        log.execute("set timezone = 'UTC'")
        names = [name for (name,) in log.execute("select table_name from duckdb_tables()").fetchall()]
        found = {}
        for name in names:
            held = log.execute(f"from raw.{name} order by all")
            columns = [column[0] for column in held.description]
            found[name] = [dict(zip(columns, row, strict=True)) for row in held.fetchall()]
        return found


def assert_kept(before: Rows, after: Rows) -> None:
    """Every row of before is in after, with equal values in the columns it had."""
    for table, held in before.items():
        columns = held[0].keys() if held else ()
        kept = [{name: row[name] for name in columns} for row in after[table]]
        assert [row for row in held if row not in kept] == []
        assert len(after[table]) == len(held) or table == "migrations"


def test_log_of_an_earlier_format_opens_keeps_every_row_and_lands_on(old: Settings) -> None:
    before = by_name(old.log_path)

    with open_for_writing(old) as log:
        assert format_of(log) == steps()[-1][0]
        assert conservation(log).broken == ()
    assert_kept(before, by_name(old.log_path))

    land_here(old, [lead(3, remark="第3位"), lead(900), b"nope"], LATER)
    counts = {table: len(held) for table, held in by_name(old.log_path).items()}
    assert {name: counts[name] for name in ("events", "duplicates", "dead_letters")} == {
        "events": 31,
        "duplicates": 4,
        "dead_letters": 7,
    }
    assert_sound(old)


def test_archive_of_an_earlier_format_restores_and_takes_the_steps_since(old: Settings, tmp_path: Path) -> None:
    done = archive(old, tmp_path / "archive")
    new = Settings(home=tmp_path / "new")

    restored = restore(new, tmp_path / "archive")

    with open_for_writing(old), open_for_reading(new.log_path) as log:
        assert format_of(log) == steps()[-1][0] >= restored.log_format
    assert done.batches == 4
    old_rows, new_rows = rows(old), rows(new)
    assert {name: old_rows[name] for name in old_rows if name != "migrations"} == {
        name: new_rows[name] for name in new_rows if name != "migrations"
    }


def migrated(settings: Settings) -> None:
    with open_for_writing(settings):
        pass


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["migrate"]))
def test_log_of_an_earlier_format_killed_in_a_step_repeats_it(old: Settings, point: str, turn: int) -> None:
    before = by_name(old.log_path)
    missing = steps()[-1][0] - len(before["migrations"])
    killed = kills.run(migrated, old, UPLOG_FAILPOINT=f"{point}:{1 + turn % max(1, missing)}")
    assert killed == (-signal.SIGKILL if missing else 0)

    migrated(old)

    after = by_name(old.log_path)
    assert_kept(before, after)
    assert [row["step"] for row in after["migrations"]] == [number for number, _, _ in steps()]


@pytest.fixture
def its_home(old: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The same, as the home that commands work on."""
    monkeypatch.setenv("UPLOG_HOME", str(old.home))
    read_settings.cache_clear()
    return old


@pytest.mark.parametrize("command", [["build"], ["build", "--dry-run"], ["dead-letters", "list"], ["status"]])
def test_command_on_a_log_of_an_earlier_format_brings_it_up_to_date(its_home: Settings, command: list[str]) -> None:
    with in_small_house():
        assert main(command) == 0
    with open_for_reading(its_home.log_path) as log:
        assert format_of(log) == steps()[-1][0]


@pytest.mark.parametrize("command", [["build"], ["dead-letters", "list"], ["land"]])
def test_command_on_a_log_of_a_later_format_says_to_install_a_newer_version(
    its_home: Settings, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with open_for_writing(its_home) as log:
        log.execute("insert into raw.migrations values (99, 'later', now(), 'x')")
    with in_small_house():
        assert main(command) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "the log is at step 99" in line
    assert "install a newer uplog" in line
