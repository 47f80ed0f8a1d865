"""Dagster's graph: it loads, its names are the tables' names, its job goes the whole way, its sensors tick; and nothing
personal stands in what a real instance keeps of its runs.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from dagster import (
    AssetCheckSeverity,
    AssetKey,
    DagsterInstance,
    DefaultScheduleStatus,
    Definitions,
    RunRequest,
    SkipReason,
    build_sensor_context,
    job,
    op,
)

from expectations.privacy import Scanner
from expectations.privacy.files import scan_tree
from ingestion import broker
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from ingestion.topics import ensure_topics
from orchestration.automation import advice, dropped_files, lag, nightly, nightly_proof, weekly_rebuild
from tests.examples import EXAMPLES, import_example, outside

ROOT = Path(__file__).parents[2]
PHONE, NAME, PLATE, WECHAT = "13911112222", "欧阳娜娜", "粤B13579", "wxid_k3v9qpl2"
HEADER = "线索编号,经销商编号,提交时间,客户姓名,手机号码,备注"
AT = "2026-10-13 10:02:11"
DROPPED = [
    HEADER,
    f"AH2610130008,A1001,{AT},{NAME},{PHONE},{PLATE} 加微信 {WECHAT} 打 139-1111-2222",
    f"AH2610130009,A1001,昨天,{NAME},{PHONE},{WECHAT}",
    f"AH2610130010,,{AT},{NAME},{PHONE},{PLATE}",
]
"""A lead of the canary's, one without a time that can be read, one of no dealer: the last two are refused somewhere."""


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with every example in Kafka and nothing landed, and a file about the canary in its drop folder."""
    held = Settings(home=tmp_path_factory.mktemp("dagster"))
    broker.start(held.home)
    ensure_topics(held)
    for source in outside():
        import_example(held, source)
    with Producer(held) as producer:  # a letter that cannot be read
        producer.send("leads.autohome", NAME.encode(), f'{{"phone": "{PHONE}", "name": "{NAME}'.encode())
    dropped = held.home / "inbox" / "autohome.lead" / f"{NAME} {PHONE}.csv"
    dropped.parent.mkdir(parents=True)
    dropped.write_text("\n".join(DROPPED), encoding="utf-8")
    os.utime(dropped, (1, 1))
    yield held
    broker.stop(held.home)


@pytest.fixture(scope="module")
def dagster_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An instance's folder, as `make ui` makes it."""
    folder = tmp_path_factory.mktemp("instance")
    shutil.copy(ROOT / "deploy" / "dagster" / "dagster.yaml", folder)
    return folder


@pytest.fixture
def instance(dagster_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[DagsterInstance]:
    monkeypatch.setenv("DAGSTER_HOME", str(dagster_home))
    with DagsterInstance.get() as held:
        yield held


@pytest.fixture
def its_home(behind: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("UPLOG_HOME", str(behind.home))
    read_settings.cache_clear()
    return behind


@pytest.fixture
def graph(its_home: Settings) -> Definitions:
    from orchestration.definitions import definitions

    return definitions()


@pytest.mark.filterwarnings("ignore")
def test_whole_way_job_lands_builds_judges_and_publishes(
    graph: Definitions, its_home: Settings, instance: DagsterInstance
) -> None:
    files = dropped_files(build_sensor_context(instance=instance))
    assert isinstance(files, RunRequest)
    tags = {**files.tags, "dagster/run_key": str(files.run_key)}
    assert graph.get_job_def("import_inbox").execute_in_process(instance=instance, tags=tags).success
    asked = lag(build_sensor_context(instance=instance))
    assert isinstance(asked, RunRequest)

    tags = {**asked.tags, "dagster/run_key": str(asked.run_key)}
    done = graph.get_job_def("whole_way").execute_in_process(instance=instance, tags=tags)
    assert done.success
    assert (its_home.published_path / "marts.duckdb").exists()
    made = {event.asset_key for event in done.get_asset_materialization_events()}
    assert {AssetKey("mart_conversion_funnel"), AssetKey(["raw", "events"]), AssetKey(["published", "marts"])} <= made
    assert AssetKey(["published", "report"]) in made
    assert {one.suffixes[0] for one in (its_home.published_path / "report").iterdir()} == {".zh", ".en"}
    checks = done.get_asset_check_evaluations()
    assert "gate" in {check.check_name for check in checks}
    assert len(checks) > 40
    # a letter that was refused is a warning of the log, which all marts are made of; it stops nothing
    unpassed = {(check.check_name, check.severity) for check in checks if check.blocking and not check.passed}
    assert unpassed == {("gate", AssetCheckSeverity.WARN)}

    assert isinstance(lag(build_sensor_context(instance=instance)), SkipReason)

    assert "equals_rebuild" not in {check.check_name for check in checks}


def test_nothing_personal_stands_in_what_dagster_keeps(behind: Settings, dagster_home: Path) -> None:
    with open_for_reading(behind.log_path) as log:
        assert log.execute("select count(*) > 0 from raw.dead_letters").fetchall() == [(True,)]
        assert log.execute(f"select count(*) from raw.events where data like '%{WECHAT}%'").fetchall() != [(0,)]
    logs = list((dagster_home / "storage").rglob("compute_logs/*"))
    assert {one.suffix for one in logs} == {".out", ".err", ".complete"}
    with closing(sqlite3.connect(dagster_home / "history" / "runs.db")) as runs:
        assert runs.execute("select count(*) from run_tags where key = 'dagster/run_key'").fetchall() == [(2,)]

    assert scan_tree(dagster_home, Scanner([PHONE, NAME, PLATE, WECHAT])) == []
    for what in ("published", "landing.json", "history.sqlite"):
        assert scan_tree(behind.home / what, Scanner([PHONE, NAME, PLATE])) == []


@pytest.mark.filterwarnings("ignore")
def test_what_a_step_says_of_a_person_is_found_in_what_dagster_keeps(
    instance: DagsterInstance, dagster_home: Path
) -> None:
    @op
    def careless(context):  # type: ignore[no-untyped-def]  # Dagster reads no annotation that is a string
        print(f"calling {PHONE}")
        context.log.info(f"calling {NAME}")
        context.add_output_metadata({"whom": WECHAT})

    @job
    def leaking() -> None:
        careless()

    assert leaking.execute_in_process(instance=instance, tags={"car": PLATE}).success

    hits = scan_tree(dagster_home, Scanner([PHONE, NAME, PLATE, WECHAT]))
    places = {(Path(hit.file).suffix, hit.table, hit.column, hit.kind) for hit in hits}
    assert {(".out", "-", "-", "phone"), (".out", "-", "-", "canary")} <= places
    assert {(".db", "event_logs", "event", "canary"), (".db", "run_tags", "value", "plate")} <= places
    assert sum(hit.count for hit in hits if hit.table == "event_logs") >= 2


@pytest.mark.filterwarnings("ignore")
def test_asset_of_a_model_is_named_like_its_table(graph: Definitions) -> None:
    keys = graph.resolve_asset_graph().get_all_asset_keys()
    assert {AssetKey("fct_leads"), AssetKey("stg_autohome__lead"), AssetKey(["kafka", "leads_autohome"])} <= set(keys)


@pytest.mark.filterwarnings("ignore")
def test_report_is_written_after_the_files_it_reads_and_by_every_night(graph: Definitions) -> None:
    report = AssetKey(["published", "report"])
    assert graph.resolve_asset_graph().get(report).parent_keys == {AssetKey(["published", "marts"])}
    for one in (nightly, weekly_rebuild):
        assert report in graph.get_job_def(one.job_name).asset_layer.executable_asset_keys


def test_schedules_run_in_shanghai() -> None:
    assert [(one.cron_schedule, one.execution_timezone) for one in (nightly, nightly_proof, weekly_rebuild)] == [
        ("30 2 * * *", "Asia/Shanghai"),
        ("30 3 * * *", "Asia/Shanghai"),
        ("0 4 * * 1", "Asia/Shanghai"),
    ]
    assert {one.default_status for one in (nightly, nightly_proof, weekly_rebuild)} == {DefaultScheduleStatus.RUNNING}


def test_lag_sensor_without_a_broker_skips_with_what_to_do(fresh: Settings) -> None:
    said = lag(build_sensor_context())
    assert isinstance(said, SkipReason)
    assert "uplog broker" in str(said.skip_message)


def test_dropped_file_sensor_asks_once_per_set_of_files(fresh: Settings) -> None:
    instance = DagsterInstance.ephemeral()
    assert isinstance(dropped_files(build_sensor_context(instance=instance)), SkipReason)
    folder = fresh.home / "inbox" / "hr.store"
    folder.mkdir(parents=True)
    file = folder / "stores.json"
    file.write_bytes((EXAMPLES / "hr.store.json").read_bytes())
    os.utime(file, (1, 1))
    first, second = (dropped_files(build_sensor_context(instance=instance)) for _ in range(2))
    assert isinstance(first, RunRequest)
    assert isinstance(second, RunRequest)
    assert first.run_key == second.run_key
    assert "stores" not in str(first.run_key)  # a file may be named after a customer


def test_advice_on_a_failed_gate_says_readers_are_safe() -> None:
    assert "last good build" in advice("GateFailed")
    assert "uplog doctor" in advice(None)
