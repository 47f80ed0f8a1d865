"""Migrations: logs of every earlier format open, keep their rows, land on; a killed step is repeated."""

from __future__ import annotations

import gzip
import json
import signal
from pathlib import Path

import duckdb
import pytest

from ingestion import broker
from ingestion.archive import archive, restore
from ingestion.erasure.journal import Journal
from ingestion.errors import Damaged
from ingestion.failpoints import POINTS
from ingestion.lander import land
from ingestion.lander.conservation import conservation
from ingestion.lander.soundness import assert_sound
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.steps import format_of, steps
from ingestion.personal.secrets import load_secrets
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration.build import build
from orchestration.cli import main
from orchestration.erasing import erase_phone
from orchestration.trace import trace
from orchestration.verify import verify
from publishing import publish
from publishing.query import query
from tests import kills
from tests.bytes_of import readable_in
from tests.lander_events import lead, send
from tests.small_house import in_small_house
from tests.small_logs import LATER, land_here, rows
from tests.visit_model import sent

FORMATS = Path(__file__).parents[1] / "cases" / "log_formats"
KEYS = {"identity_key": "22", "erasure_key": "33", "vault_key": "44", "dead_letter_key": "55"}
SECRETS = {"tokens": {"1": "11" * 32}, "current": 1, **{name: byte * 32 for name, byte in KEYS.items()}}
Rows = dict[str, list[dict[str, object]]]


KEPT = sorted(int(path.name.partition(".")[0]) for path in FORMATS.glob("*.duckdb.gz"))


@pytest.fixture(params=KEPT)
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


def test_log_of_every_format_is_kept_as_a_file() -> None:
    assert [number for number, _, _ in steps()] == KEPT


def test_log_of_an_earlier_format_opens_keeps_every_row_and_lands_on(old: Settings) -> None:
    before = by_name(old.log_path)

    with open_for_writing(old) as log:
        assert format_of(log) == steps()[-1][0]
        assert conservation(log).broken == ()
    assert_kept(before, by_name(old.log_path))

    land_here(old, [lead(3, remark="第3位"), lead(900), b"nope"], LATER)
    after = by_name(old.log_path)
    assert len(before["events"]) == 30
    grown = {table: len(held) - len(before[table]) for table, held in after.items() if table != "migrations"}
    assert {table: count for table, count in grown.items() if count} == {
        "batches": 1,
        "events": 1,
        "duplicates": 1,
        "dead_letters": 1,
    }
    assert_sound(old)


def test_archive_of_an_earlier_format_restores_and_takes_the_steps_since(old: Settings, tmp_path: Path) -> None:
    done = archive(old, tmp_path / "archive")
    new = Settings(home=tmp_path / "new")

    restored = restore(new, tmp_path / "archive")

    with open_for_writing(old), open_for_reading(new.log_path) as log:
        assert format_of(log) == steps()[-1][0] >= restored.log_format
    assert done.batches == len(by_name(old.log_path)["batches"]) > 3
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


@pytest.mark.parametrize(
    "command",
    [
        ["build"],
        ["build", "--dry-run"],
        ["dead-letters", "list"],
        ["dead-letters", "replay", "--dry-run"],
        ["erase", "--phone", "13800000001", "--dry-run"],
        ["recover"],
        ["status"],
        ["trace", "L1~0"],
    ],
)
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


@pytest.mark.long
@pytest.mark.slow_start
def test_log_of_an_earlier_format_is_built_published_verified_followed_and_erased(
    its_home: Settings, tmp_path: Path
) -> None:
    """The commands that read what is made of the log, one after another, as after an upgrade."""
    broker.start(its_home.home)
    try:
        with in_small_house():
            send(its_home, [sent(number).value for number in range(18)], topic="crm")
            assert land(its_home).events == 18
            build(its_home)
            publish(its_home)
            assert verify(its_home).compared.differences == ()
            answer = query(its_home, "select sum(visits) from mart_visits_daily")
            assert answer.rows == ((18,),)
            assert [hop.table for hop in trace(its_home, "L1~0") if hop.layer == "log"] == ["raw.events"]
            (token,) = {row["data"] for row in by_name(its_home.log_path)["events"] if row["event_id"] == "L1~0"}
            wanted = {json.loads(str(token))["customer_phone"]["token"]}
            assert readable_in(its_home.home, wanted, tmp_path)

            done = erase_phone(its_home, "13800000001")

            assert (done.counts["events"], readable_in(its_home.home, wanted, tmp_path)) == (1, set())
            build(its_home)
            assert verify(its_home).compared.differences == ()
    finally:
        broker.stop(its_home.home)
    assert_sound(its_home)


RECEIPT = """{
 "erasure_id": "x20261124t160000z-0a1b2c3d",
 "erased_at": "2026-11-24T16:00:00Z",
 "what": "phone",
 "steps": ["tombstone", "keys", "log", "archives", "warehouse", "published"],
 "counts": {"events": 3, "dead_letters": 1, "vault_keys": 2, "shared_values_kept": 0, "archives": 1},
 "left": [],
 "kafka_until": "2026-12-01",
 "signature": "b7675bb5346a32ce6c50a2831d170fdd"
}"""
"""As it was signed before receipts named what they removed."""


def test_receipt_of_an_earlier_version_is_still_what_was_signed(old: Settings) -> None:
    journal = Journal(old, load_secrets(old))
    path = journal.path_of("x20261124t160000z-0a1b2c3d")
    path.parent.mkdir()
    path.write_text(RECEIPT)

    found = journal.receipt(path.stem)

    assert found is not None
    assert (found.counts["events"], found.removed) == (3, [])
    path.write_text(RECEIPT.replace('"left": []', '"left": [], "removed": ["log.duckdb"]'))
    with pytest.raises(Damaged):
        journal.receipt(path.stem)
