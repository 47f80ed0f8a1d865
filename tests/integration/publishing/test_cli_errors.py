"""The command line: exit codes, one line an error, JSON answers."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from importlib.metadata import version
from pathlib import Path

import pytest

from ingestion import clock
from ingestion.errors import UsageError
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration.cli import main
from publishing import history


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(arguments)
    said = capsys.readouterr()
    return code, said.out, said.err


def assert_one_line(said: str) -> None:
    assert said.startswith("uplog: ")
    assert said.count("\n") == 1


def test_cli_unknown_source_names_the_nearest(home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "a.csv"
    file.write_text("x")

    code, _, said = run(capsys, "import", "--source", "autohome.leads", str(file))

    assert code == 2
    assert_one_line(said)
    assert "did you mean autohome.lead?" in said


@pytest.mark.parametrize(
    ("arguments", "fix"),
    [
        (["querry"], 'did you mean "query"?'),
        (["query"], "--help"),
        (["query", "--jsno", "select 1"], "unknown option: --jsno: did you mean --json?"),
        (["query", "--fil", "people", "select 1"], "unknown option: --fil: did you mean --file?"),
        (["query", "select 1", "extra", "words"], "'extra', 'words' are too many: put what has spaces into quotes"),
        (["dead-letters", "list", "kafka"], "'kafka' is too many"),
        (["build", "--target", "flink"], 'choose from: "duckdb", "spark"'),
        (["dead-letters", "list", "--topic", "crn"], "did you mean crm?"),
        (["dead-letters", "replay", "--topic", "x"], "one of checkins, "),
        (["dead-letters", "list", "--reason", "odd"], "one of null_value, "),
        (["dead-letters", "show", "crm"], "topic/generation/partition/offset"),
        (["simulate", "--days", "many"], "--help"),
        (["query", "select 1", "--csv", "--json"], "choose one"),
        (["import", "--source", "autohome.lead"], "give one or more paths"),
        (["build", "--as-known-at", "2026-10-01"], "with its offset"),
        (["build", "--as-known-at", "9999-12-31T23:59:59-12:00"], "with its offset"),
        (["import", "a.csv", "--source", "hr.store", "--pulled-at", "9999-12-31T23:59:59-12:00"], "with its offset"),
        (["dead-letters", "list", "--limit", "-1"], "must be"),
        (["query", "select 1", "--limit", "-1"], "must be"),
        (["simulate", "--stores", "-1", "--dry-run"], "must be"),
        (["simulate", "--start", "9999-12-31", "--dry-run"], "2001 to 2999"),
        (["simulate", "--days", "0", "--dry-run"], "must be"),
        (["simulate", "--consultants", "0", "--dry-run"], "must be"),
        (["demo", "--stores", "0", "--dry-run"], "must be"),
        (["broker", "--port", "65536", "--dry-run"], "must be"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_cli_wrong_usage_exits_2_with_one_line(
    home: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], fix: str
) -> None:
    code, _, said = run(capsys, *arguments)

    assert code == 2
    assert_one_line(said)
    assert fix in said


def test_cli_error_that_quotes_a_file_s_name_is_one_line_whatever_the_name(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, said = run(capsys, "import", "--source", "hr.store", "a\nuplog: all is well\x1b[2J.json")

    assert code == 2
    assert_one_line(said)
    assert "a\\nuplog: all is well\\x1b[2J.json cannot be opened" in said


def test_cli_dry_run_of_an_import_writes_out_what_a_terminal_would_obey(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "leads.csv"
    file.write_text('线索编号,经销商编号,提交时间,备注,\x1b[31m列\nA1,A1001,2026-10-13 10:02:11,"好\n\x1b[2J的",1\n')

    code, said, _ = run(capsys, "import", "--source", "autohome.lead", "--dry-run", str(file))

    assert code == 0
    columns, preview, counts = said.splitlines()
    assert "\\x1b[31m列 → " in columns
    assert "remark=好\\n\\x1b[2J的" in preview
    assert counts == "1 read, 1 would be sent, 0 rejected"
    assert "\x1b" not in said


def test_cli_without_a_broker_says_how_to_start_one(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, said = run(capsys, "land")

    assert code == 1
    assert_one_line(said)
    assert "uplog broker --detach" in said


def test_cli_wrong_typed_setting_names_the_variable_and_not_its_value(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("UPLOG_KEEP_BUILDS", "plenty")
    read_settings.cache_clear()

    code, _, said = run(capsys, "status")

    assert code == 2
    assert_one_line(said)
    assert "UPLOG_KEEP_BUILDS" in said
    assert "plenty" not in said


@pytest.mark.parametrize(
    ("variable", "command"),
    [
        ("UPLOG_HOME", ["status"]),  # it was the working directory
        ("UPLOG_SERVE_HOST", ["serve", "--dry-run"]),  # every address of the machine, and not its own alone
        ("UPLOG_COLLECT_HOST", ["collect", "--dry-run"]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_cli_blank_setting_of_a_place_is_refused(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], variable: str, command: list[str]
) -> None:
    monkeypatch.setenv("UPLOG_COLLECT_KEYS__EVENTS", "k" * 24)
    monkeypatch.setenv(variable, "")
    read_settings.cache_clear()

    code, _, said = run(capsys, *command)

    assert code == 2
    assert_one_line(said)
    assert f"setting {variable} is wrong: it is blank" in said


def test_cli_follower_without_a_broker_says_once_what_it_waits_for(home: Path) -> None:
    command = [Path(sys.executable).with_name("uplog"), "land", "--follow"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as follower:
        assert follower.stderr is not None
        said = follower.stderr.readline()
        time.sleep(2)  # it tries again after half a second, and after one
        follower.terminate()
        again = follower.stderr.read()

    assert (follower.returncode, again) == (0, "")
    assert "uplog broker --detach" in said


@pytest.mark.parametrize("content", [b'home = "x', b"home = \xff"], ids=["cut", "not_utf8"])
def test_cli_settings_file_that_does_not_read_is_named(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    (tmp_path / "uplog.toml").write_bytes(content)
    monkeypatch.chdir(tmp_path)
    read_settings.cache_clear()

    code, _, said = run(capsys, "status")

    assert code == 2
    assert_one_line(said)
    assert "uplog.toml is no TOML" in said


def test_cli_debug_before_an_argument_is_no_argument(published: Settings) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        main(["query", "--debug", "from nowhere"])


def test_cli_version_is_the_distribution_s(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "--version")[:2] == (0, f"{version('uplog')}\n")


def test_cli_clock_set_beyond_the_calendar_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("UPLOG_NOW", "9999-12-31T23:59:59-12:00")

    with pytest.raises(UsageError, match="give an instant with its offset"):
        clock.now()


def test_cli_file_in_use_exits_4_with_the_pid(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, built.log_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        code, _, said = run(capsys, "build")
        process.communicate()

    assert code == 4
    assert_one_line(said)
    assert f"pid {process.pid}" in said


def test_cli_history_that_cannot_be_written_is_named(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    file_size = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (512, file_size[1]))
    try:
        code, _, said = run(capsys, "build", "--full")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, file_size)

    assert code == 1
    assert_one_line(said)
    assert "history.sqlite cannot be written" in said


def test_cli_beside_another_build_exits_4(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    with history.holding_warehouse(built):
        code, _, said = run(capsys, "publish")

    assert code == 4
    assert f"pid {os.getpid()}" in said


def test_cli_damaged_log_exits_5(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    built.log_path.write_bytes(b"x" * 20_000)

    code, _, said = run(capsys, "build")

    assert code == 5
    assert_one_line(said)


def test_cli_refusing_gate_exits_3_and_prints_the_rows(
    built: Settings, failing_gate: None, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, said = run(capsys, "validate")

    assert code == 3
    assert "visits_are_plausible" in said
    assert "store_id=S" in said
    assert "gate failed" in out


def test_cli_build_publish_query_end_in_rows(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "build")[1].startswith("nothing new since build 000001-")
    assert run(capsys, "publish", "--dry-run")[1].startswith("gate passed; would publish")
    code, out, _ = run(capsys, "publish")
    assert (code, "is current, gate passed" in out) == (0, True)

    code, out, said = run(capsys, "query", "select sum(visits) as visits from mart_visits_daily", "--json")

    assert (code, json.loads(out), said) == (0, [{"visits": 19}], "")


@pytest.mark.parametrize("command", [["status"], ["doctor"], ["sources"]], ids=" ".join)
def test_cli_reading_commands_answer_as_one_json_document(
    home: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, out, _ = run(capsys, *command, "--json")

    assert code == 0
    assert json.loads(out)


def test_cli_lists_of_records_are_objects_in_json(built: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    checks = json.loads(run(capsys, "doctor", "--json")[1])
    tables = json.loads(run(capsys, "publish", "--json")[1])["tables"]

    assert {"what", "result", "says", "fix", "exit_code"} == set(checks[0])
    assert {"file", "table", "rows", "rolled_up", "dropped"} == set(tables[0])


@pytest.mark.parametrize(
    "command", [["demo"], ["broker"], ["simulate", "--stores", "1", "--days", "1"]], ids=lambda command: command[0]
)
def test_cli_dry_run_of_writing_commands_changes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    code, out, _ = run(capsys, *command, "--dry-run")

    assert code == 0
    assert "would" in out
    assert not (home / "broker.json").exists()
    assert not (home / "demo").exists()


def test_cli_unexpected_error_is_one_line_without_its_values_and_a_traceback_with_debug(
    built: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import orchestration.status

    def fails(_: Settings) -> None:
        raise ValueError("13800138000 is odd")

    monkeypatch.setattr(orchestration.status, "status", fails)

    code, _, said = run(capsys, "status")
    assert code == 1
    assert_one_line(said)
    assert "13800138000" not in said
    with pytest.raises(ValueError, match="is odd"):
        main(["status", "--debug"])


def test_cli_demo_leaves_a_folder_that_is_no_demo_alone(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("dear")

    code, _, said = run(capsys, "demo", "--home", str(tmp_path / "mine"))

    assert code == 1
    assert "holds something else than a demo" in said
    assert (tmp_path / "mine" / "thesis.txt").exists()


def test_cli_makes_nothing_that_others_can_write_whatever_the_umask(tmp_path: Path) -> None:
    given = os.environ | {"UPLOG_HOME": str(tmp_path / "home")}
    command = [Path(sys.executable).with_name("uplog"), "simulate", "--stores", "1", "--days", "1", "--out", "files"]
    subprocess.run(command, cwd=tmp_path, env=given, umask=0, capture_output=True, check=True)

    made = list(tmp_path.rglob("*"))
    assert tmp_path / "files" in made
    assert [path for path in made if path.stat().st_mode & 0o022] == []


def test_cli_help_loads_nothing_heavy() -> None:
    heavy = "{'duckdb', 'pandas', 'dbt', 'great_expectations', 'kafka', 'pyarrow', 'dagster', 'pydantic'}"
    code = f"import sys; from orchestration.cli import main; main(['--help']); print({heavy} & set(sys.modules))"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.rstrip().endswith("set()")
    assert all(command in done.stdout for command in ("demo", "broker", "land", "publish", "trace", "doctor"))
