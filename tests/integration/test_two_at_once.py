"""Two that want the same file: one waits or is refused with the other's pid, and nothing is lost or half seen."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import InUse
from ingestion.lander import feed, land, landing
from ingestion.lander.conservation import conservation
from ingestion.lander.state import read_state
from ingestion.log import open_for_reading
from ingestion.log.opening import wal_of, writing_lock
from ingestion.settings import Settings
from orchestration import build as runner
from orchestration.cli import main
from tests import kills
from tests.lander_events import send
from tests.small_house import in_small_house
from tests.visit_model import sent

pytestmark = pytest.mark.slow_start


def follow(home: str) -> None:
    """A follower that looks often, for a process of its own."""
    land(Settings(home=Path(home), follow_seconds=0.1), follow=True)


@contextmanager
def follower(settings: Settings) -> Iterator[BaseProcess]:
    process = kills.start(follow, str(settings.home))
    try:
        until = time.monotonic() + 60
        while (read_state(settings) or {}).get("state") != "waiting" and time.monotonic() < until:
            time.sleep(0.05)
        yield process
    finally:
        os.kill(process.pid or 0, signal.SIGTERM)
        process.join(60)
    assert process.exitcode == 0


@pytest.mark.parametrize("command", [["land"], ["dead-letters", "replay"]])
def test_land_beside_a_follower_exits_4_with_its_pid(
    with_broker: Settings, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    send(with_broker, [sent(1).value], topic="crm")
    with follower(with_broker) as process:
        assert main(command) == 4
        (line,) = capsys.readouterr().err.splitlines()
        assert f"pid {process.pid}" in line


def test_follower_asked_to_stop_in_mid_landing_commits_what_it_read_and_lets_go(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(landing, "BATCH_EVENTS", 20)
    monkeypatch.setattr(feed, "RECORDS", 50)
    send(with_broker, [sent(number).value for number in range(300)], topic="crm")
    stop = threading.Event()

    report = land(with_broker, follow=True, stop=stop, progress=lambda _report, _left: stop.set())

    assert 20 <= report.events < 300
    state = read_state(with_broker) or {}
    assert (state["state"], state["is_running"], state["events"]) == ("stopped", False, report.events)
    assert not wal_of(with_broker.log_path).exists()
    with writing_lock(with_broker), open_for_reading(with_broker.log_path) as log:
        assert log.execute("select count(*) from raw.events").fetchall() == [(report.events,)]
        assert conservation(log).broken == ()
    assert land(with_broker).events == 300 - report.events


@pytest.mark.parametrize("seconds", [8, pytest.param(180, marks=pytest.mark.long)])
def test_build_beside_a_follower_builds_or_names_its_pid_and_nothing_is_lost(
    with_broker: Settings, seconds: int
) -> None:
    send(with_broker, [sent(0).value], topic="crm")
    number, built, refused = 1, 0, list[str]()
    with in_small_house():
        with follower(with_broker) as process:
            until = time.monotonic() + seconds
            while time.monotonic() < until or (not built and time.monotonic() < until + 60):
                send(with_broker, [sent(number + n).value for n in range(20)], topic="crm")
                number += 20
                try:
                    runner.build(with_broker)
                    built += 1
                except InUse as held:
                    refused.append(held.what)
                with suppress(InUse), open_for_reading(with_broker.log_path) as log:
                    assert conservation(log).broken == (), "a reader sees half a batch"
        land(with_broker)
        runner.build(with_broker)
    print(f"{built} builds, {len(refused)} refused, {number} visits")
    assert built, "the follower never let go of the log"
    assert all(f"pid {process.pid}" in one for one in refused)
    with duckdb.connect(with_broker.warehouse_path, read_only=True) as warehouse:
        assert warehouse.execute("select count(*), count(distinct visit_id) from stg_crm__visit").fetchall() == [
            (number, number)
        ]
