"""Asking what is published, following one event, looking at how things stand."""

from __future__ import annotations

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import duckdb
import pytest

from ingestion.errors import UplogError, UsageError
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Sealer, Vault
from ingestion.settings import Settings
from orchestration.cli import main
from orchestration.doctor import examine
from orchestration.status import status
from orchestration.trace import trace
from publishing.query import query
from publishing.tables import as_csv, as_json, print_table


def test_query_of_marts_answers_columns_and_rows(published: Settings) -> None:
    answer = query(published, "select store_id, visits from mart_visits_daily order by 1", limit=2)

    assert answer.columns == ("store_id", "visits")
    assert answer.rows == (("S1", 10), ("S2", 3))
    assert answer.is_cut


@pytest.mark.parametrize(
    "sql",
    [
        "select * from read_text('/etc/passwd')",
        "attach '/tmp/x.duckdb'",
        "copy (select 1) to '/tmp/x.csv'",
        "set enable_external_access = true",
        "create table x as select 1",
        "delete from mart_visits_daily",
        "load httpfs",
    ],
)
def test_query_that_reads_or_writes_elsewhere_is_refused(published: Settings, sql: str) -> None:
    with pytest.raises(UsageError) as refused:
        query(published, sql)

    assert "\n" not in str(refused.value)


def test_query_of_an_unknown_file_names_the_nearest(published: Settings) -> None:
    with pytest.raises(UsageError, match="did you mean detail"):
        query(published, "select 1", file="details")


def test_query_of_a_table_of_another_file_names_that_file(published: Settings) -> None:
    with pytest.raises(UsageError, match="mart_visits_daily is not in people, but in marts: give `--file marts`"):
        query(published, "from mart_visits_daily", file="people")
    with pytest.raises(UsageError, match="mart_visits_dialy does not exist"):
        query(published, "from mart_visits_dialy", file="people")


def test_query_is_ended_by_ctrl_c_where_duckdb_looks_for_none(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Event()

    class InALongJoin:
        def execute(self, sql: str) -> Any:
            if sql.startswith("set"):
                return self
            os.kill(os.getpid(), signal.SIGINT)  # to the process, as a terminal does: it wakes the main thread
            assert ended.wait(timeout=60)
            raise duckdb.InterruptException("INTERRUPT Error: Interrupted!")

        def extract_statements(self, sql: str) -> list[str]:
            return [sql]

        def interrupt(self) -> None:
            ended.set()

    monkeypatch.setattr("publishing.query.opened", lambda _source, _config: nullcontext(InALongJoin()))
    heard = signal.signal(signal.SIGINT, signal.default_int_handler)  # a job in the background ignores it
    try:
        with pytest.raises(KeyboardInterrupt):
            query(published, "select count(*) from range(1000000) a, range(1000000) b")
    finally:
        signal.signal(signal.SIGINT, heard)

    assert ended.is_set()


def test_query_before_publishing_says_to_publish(fresh: Settings) -> None:
    with pytest.raises(UplogError, match="uplog publish"):
        query(fresh, "select 1")


@pytest.mark.parametrize(
    ("sql", "limit", "says"),
    [
        ("", None, "there is no SQL"),
        (" ; -- nothing", None, "there is no SQL"),
        ("select 1; select 2", None, "only one statement"),
        ("select 1", -7, "no rows"),
    ],
)
def test_query_that_asks_nothing_or_too_much_is_refused(
    published: Settings, sql: str, limit: int | None, says: str
) -> None:
    with pytest.raises(UsageError, match=says) as refused:
        query(published, sql, limit=limit)

    assert refused.value.fix


def test_query_that_begins_with_a_comment_is_answered(published: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", "-- marts\nselect store_id from mart_visits_daily order by 1", "--limit", "1", "--csv"]) == 0
    assert capsys.readouterr().out == "store_id\nS1\n"


def test_query_with_two_columns_of_one_name_is_refused_where_a_program_reads_it(
    published: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    for form in ("--json", "--csv"):
        assert main(["query", "select 'x' as a, 'y' as a", form]) == 2
        assert "two columns have the name 'a': give one another by `as`" in capsys.readouterr().err


def test_query_as_json_is_json_where_a_number_is_none() -> None:
    answer = as_json([{"a": float("nan"), "b": [float("inf"), 1.5], "c": {"d": float("-inf")}}])

    assert json.loads(answer, parse_constant=pytest.fail) == [{"a": None, "b": [None, 1.5], "c": {"d": None}}]


def test_query_as_csv_cuts_no_digit() -> None:
    at = datetime(2026, 10, 1, 2, 3, 4, 567890, tzinfo=UTC)
    row = (0.0000123, 1 / 3, 2.0, at, at.replace(microsecond=0))

    assert as_csv("abcde", [row]).splitlines()[1] == (
        "1.23e-05,0.3333333333333333,2,2026-10-01 02:03:04.567890Z,2026-10-01 02:03:04Z"
    )


def test_query_as_csv_runs_no_formula_and_keeps_negative_numbers() -> None:
    assert as_csv(("a", "b"), [("=1+1", -1), ("＋x", 2.5), (None, True)]) == "a,b\n'=1+1,-1\n'＋x,2.5\n,true\n"


def test_table_shows_control_characters_and_obeys_none(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(("store", "\x1b[2Jname"), [("\x1b]0;title\x07上海店\u202e", "a\rb\nc\td")])

    shown = capsys.readouterr().out
    assert not set("\x1b\x07\r\u202e") & set(shown)
    assert "\\x1b]0;title\\x07上海店\\u202e" in shown


def test_trace_of_an_event_gives_every_hop(built: Settings) -> None:
    hops = trace(built, "S2-1-usual")

    assert [(hop.layer, hop.table) for hop in hops] == [
        ("kafka", "crm"),
        ("log", "raw.events"),
        ("staging", "stg_crm__visit"),
        ("fact", "fct_visits"),
        ("mart", "mart_visits_daily"),
    ]
    assert hops[0].row["offset"] == 11
    assert hops[-1].row["visits"] == 3


def test_trace_of_an_event_that_has_not_landed_says_so(built: Settings) -> None:
    with pytest.raises(UplogError, match="no event 'nope' has landed"):
        trace(built, "nope")


def test_status_without_a_broker_knows_the_rest(published: Settings) -> None:
    found = status(published)

    assert found.last_batch is not None
    assert found.last_batch.batch_id == 1
    assert found.current == found.kept[-1]
    assert found.last_build is not None
    assert (found.last_build["gate"], found.last_build["new_batches"]) == ("passed", 0)
    assert {one.lag for one in found.topics} == {None}
    assert "uplog broker --detach" in found.notes[0]


def test_status_of_an_empty_home_answers(fresh: Settings) -> None:
    found = status(fresh)

    assert (found.last_batch, found.last_build, found.current) == (None, None, None)


def sealed_under(home: Path, vault_key: bytes) -> None:
    """A vault of one row, in the place of the one that is there."""
    (home / "vault.sqlite").unlink(missing_ok=True)
    with Vault(home / "vault.sqlite", vault_key, b"d" * 32) as vault:
        vault.insert_or_ignore(Sealer(vault_key).rows([("1.a", "phone", "13800138000")]))


def test_doctor_of_a_sound_home_finds_nothing_wrong(published: Settings) -> None:
    load_secrets(published)

    assert {one.result for one in examine(published)} <= {"ok", "warning"}


@pytest.mark.parametrize(
    ("fault", "what", "code"),
    [
        (lambda home: (home / "log.duckdb").write_bytes(b"x" * 20_000), "log", 5),
        (lambda home: (home / "warehouse.duckdb").unlink(), "warehouse", 5),
        (lambda home: (home / "published" / "people.duckdb").resolve().chmod(0o644), "published", 1),
        (lambda home: shutil.rmtree((home / "published" / "current").resolve()), "published", 1),
        (lambda home: os.chmod(home / "log.duckdb", 0o644), "modes", 1),
        (lambda home: (home / "secret.json").write_text('{"broken'), "secret", 1),
        (lambda home: (home / "vault.sqlite").write_bytes(b"x" * 3000), "vault", 5),
        (lambda home: sealed_under(home, b"x" * 32), "vault", 5),
    ],
    ids=[
        *("torn log", "warehouse gone", "people readable", "dead link", "log readable"),
        *("broken secret", "torn vault", "another's vault"),
    ],
)
def test_doctor_of_a_planted_fault_names_it_and_what_to_do(
    published: Settings, fault: object, what: str, code: int
) -> None:
    sealed_under(published.home, load_secrets(published).vault_key)
    fault(published.home)  # type: ignore[operator]

    wrong = [one for one in examine(published) if one.result == "wrong"]

    assert (wrong[0].what, wrong[0].exit_code) == (what, code)
    assert all(one.fix for one in wrong)


@pytest.mark.parametrize(
    ("name", "what"), [("log.duckdb", "log"), ("secret.json", "secret"), ("published", "published")]
)
def test_doctor_of_what_may_not_be_read_names_it_and_looks_at_the_rest(
    published: Settings, monkeypatch: pytest.MonkeyPatch, name: str, what: str
) -> None:
    load_secrets(published)
    refuse_to_read(published.home / name, monkeypatch)

    found = examine(published)

    assert [one.what for one in found if one.result == "wrong"] == [what]
    assert found[0].what == "python"
    assert found[-1].what == "published"


def refuse_to_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As for whoever has no right to: the tests may run as root, who has every right."""
    refused = PermissionError(errno.EACCES, "Permission denied", str(path))

    def guarded(real: Any) -> Any:
        def call(given: Any, *others: Any, **named: Any) -> Any:
            if Path(given).is_relative_to(path):
                raise refused
            return real(given, *others, **named)

        return call

    def connect(given: Any, *others: Any, **named: Any) -> Any:
        if Path(given) == path:
            raise duckdb.IOException(f'IO Error: Cannot open file "{path}": Permission denied')
        return real_connect(given, *others, **named)

    real_connect = duckdb.connect
    monkeypatch.setattr(os, "readlink", guarded(os.readlink))
    monkeypatch.setattr(Path, "read_bytes", guarded(Path.read_bytes))
    monkeypatch.setattr(Path, "read_text", guarded(Path.read_text))
    monkeypatch.setattr(duckdb, "connect", connect)


@pytest.mark.parametrize(("text", "result"), [("yesterday", "wrong"), ("2026-10-01T23:00:00+08:00", "warning")])
def test_doctor_names_a_clock_that_is_set(
    published: Settings, monkeypatch: pytest.MonkeyPatch, text: str, result: str
) -> None:
    monkeypatch.setenv("UPLOG_NOW", text)

    (found,) = (one for one in examine(published) if one.what == "clock")

    assert found.result == result
    assert "UPLOG_NOW" in found.says


def test_doctor_of_a_home_that_is_a_file_says_so(fresh: Settings) -> None:
    fresh.home.mkdir(exist_ok=True)
    file = fresh.home / "file"
    file.touch()

    assert [one.says for one in examine(Settings(home=file)) if one.result == "wrong"] == [f"{file} is no folder"]


def test_doctor_without_the_secret_of_a_log_says_to_put_it_back(published: Settings) -> None:
    (published.home / "secret.json").unlink(missing_ok=True)

    assert "secret" in {one.what for one in examine(published) if one.result == "wrong"}


def test_status_while_the_log_is_held_answers_from_the_landers_file(published: Settings, tmp_path: Path) -> None:
    state = {"pid": os.getpid(), "state": "landing", "backlog": 7}
    (published.home / "landing.json").write_text(json.dumps(state))
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, published.log_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        found = status(published)
        process.communicate()

    assert found.landing is not None
    assert (found.landing["backlog"], found.last_batch) == (7, None)
    assert f"pid {process.pid}" in found.notes[0]
