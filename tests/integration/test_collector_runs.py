"""The collector's life: Kafka away and back, a graceful stop, several workers, wrong settings."""

from __future__ import annotations

import os
import signal
import socket
import time
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest

from ingestion import broker
from ingestion.settings import Settings
from tests.collecting import (
    NEW,
    WRONG,
    Running,
    Signed,
    collecting,
    in_kafka,
    whole,
)
from tests.lander_events import lead

PHONE = "13800000001"
pytestmark = pytest.mark.slow_start


def test_collector_says_503_while_kafka_is_away_and_takes_calls_when_it_is_back(
    with_broker: Settings, tmp_path: Path
) -> None:
    with collecting(with_broker, tmp_path / "log") as running:
        to = running.client
        assert whole(lead(1)).send(to).status_code == 200
        broker.stop(with_broker.home)
        began = time.monotonic()
        answer = whole(lead(2)).send(to)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert time.monotonic() - began < 4, "noticed before the wait for an acknowledgement is over"
        began = time.monotonic()
        assert [whole(lead(n)).send(to).status_code for n in range(3, 6)] == [503] * 3
        assert time.monotonic() - began < 3, "once it is known, it is said at once"
        assert (to.get("/readyz").status_code, to.get("/healthz").status_code) == (503, 200)
        broker.start(with_broker.home)
        until = time.monotonic() + 30
        while to.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert [whole(lead(n)).send(to).status_code for n in range(2, 6)] == [200] * 4
        assert running.outcomes("events") == {"accepted": 5, "unavailable": 4}
    keys = {key for _, key, _ in in_kafka(with_broker)}
    assert keys == {f"L{n}".encode() for n in range(2, 6)}


def statuses(running: Running, calls: Iterable[Signed]) -> list[int]:
    """Each call over a connection of its own, which the kernel gives to any worker."""
    found = []
    for call in calls:
        with httpx.Client(base_url=running.client.base_url, timeout=30) as client:
            found.append(call.send(client).status_code)
    return found


def test_workers_share_calls_and_any_of_them_gives_the_figures_of_all(with_broker: Settings, tmp_path: Path) -> None:
    with collecting(
        with_broker, tmp_path / "log", UPLOG_COLLECT_WORKERS="2", UPLOG_COLLECT_LOG_LEVEL="debug"
    ) as running:
        assert len(running.workers()) == 2
        assert statuses(running, (whole(lead(n)) for n in range(40))) == [200] * 40
        assert statuses(running, [whole(lead(40), key=WRONG)]) == [401]
        time.sleep(1.5)  # each worker says once a second how many events wait
        for _ in range(6):
            with httpx.Client(base_url=running.client.base_url) as client:
                said = client.get("/metrics").text
            assert 'uplog_collect_calls_total{door="events",outcome="accepted"} 40.0' in said
            assert 'uplog_collect_events_total{topic="leads.autohome"} 40.0' in said
            assert "uplog_collect_broker_up 1.0" in said
            assert "uplog_collect_pending_events 0.0" in said
    assert running.process.returncode == 0
    assert [line["event"] for line in running.lines()].count("call") == 41
    assert {key for _, key, _ in in_kafka(with_broker)} == {f"L{n}".encode() for n in range(40)}


def test_worker_that_is_killed_is_replaced_and_its_calls_stay_counted(with_broker: Settings, tmp_path: Path) -> None:
    with collecting(with_broker, tmp_path / "log", UPLOG_COLLECT_WORKERS="2") as running:
        assert statuses(running, (whole(lead(n)) for n in range(10))) == [200] * 10
        time.sleep(5)  # one that dies at its start is not replaced
        before = running.workers()
        os.kill(before[0], signal.SIGKILL)
        until = time.monotonic() + 30
        while not (len(running.workers()) == 2 and before[0] not in running.workers()) and time.monotonic() < until:
            time.sleep(0.1)
        assert statuses(running, (whole(lead(n)) for n in range(10, 40))) == [200] * 30
        assert running.outcomes("events") == {"accepted": 40}
        assert [line["event"] for line in running.lines()].count("worker_died") == 1
    assert running.process.returncode == 0
    assert {key for _, key, _ in in_kafka(with_broker)} == {f"L{n}".encode() for n in range(40)}


def test_workers_end_with_a_collector_that_is_killed(with_broker: Settings, tmp_path: Path) -> None:
    with collecting(with_broker, tmp_path / "log", UPLOG_COLLECT_WORKERS="2") as running:
        workers = running.workers()
        running.process.kill()
        running.process.wait()
        until = time.monotonic() + 30
        while any(Path(f"/proc/{pid}").exists() for pid in workers) and time.monotonic() < until:
            time.sleep(0.1)
        assert not any(Path(f"/proc/{pid}").exists() for pid in workers)


def test_collector_starts_without_a_broker_and_says_503(fresh: Settings, tmp_path: Path) -> None:
    with collecting(fresh, tmp_path / "log") as running:
        assert whole(lead(1)).send(running.client).status_code == 503
        assert running.client.get("/readyz").status_code == 503


@pytest.mark.parametrize("workers", ["1", "2"])
def test_collector_asked_to_stop_answers_what_is_under_way(with_broker: Settings, tmp_path: Path, workers: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with (
        collecting(with_broker, tmp_path / "log", UPLOG_COLLECT_WORKERS=workers) as running,
        ThreadPoolExecutor(8) as many,
    ):

        def post(number: int) -> int | None:
            try:
                return whole(lead(number)).send(running.client).status_code
            except httpx.HTTPError:
                return None

        sent = [many.submit(post, number) for number in range(300)]
        while sum(one.done() for one in sent) < 60:
            time.sleep(0.005)
        running.process.terminate()
        answers = [one.result() for one in sent]
        assert running.process.wait(30) == 0
    taken = {f"L{number}".encode() for number, answer in enumerate(answers) if answer == 200}
    assert set(answers) <= {200, 503, None}
    assert len(taken) >= 60
    assert taken <= {key for _, key, _ in in_kafka(with_broker)}


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"UPLOG_COLLECT_KEYS__EVENTS": ""}, "UPLOG_COLLECT_KEYS__EVENTS is blank"),
        ({"UPLOG_COLLECT_KEYS__FEIYU": "  "}, "UPLOG_COLLECT_KEYS__FEIYU is blank"),
        ({"UPLOG_COLLECT_KEYS__FEIYUU": "k"}, "did you mean UPLOG_COLLECT_KEYS__FEIYU"),
        ({"UPLOG_COLLECT_KEYS__UPLOG": "k"}, "is for no vendor"),
        ({"UPLOG_COLLECT_KEYS__WECOM": "k"}, "UPLOG_COLLECT_AES_KEYS__WECOM is missing"),
        (
            {"UPLOG_COLLECT_KEYS__DINGTALK": "k", "UPLOG_COLLECT_AES_KEYS__DINGTALK": "k" * 43},
            "UPLOG_COLLECT_RECEIVE_IDS__DINGTALK is missing",
        ),
        (
            {"UPLOG_COLLECT_KEYS__TENCENT_MEETING": "k", "UPLOG_COLLECT_AES_KEYS__TENCENT_MEETING": "short"},
            "not 43 characters",
        ),
        ({"UPLOG_COLLECT_KEYS__EVENTS": "whsec_%%%"}, "not base64"),
        ({"UPLOG_COLLECT_PORT": "70000"}, "UPLOG_COLLECT_PORT is wrong"),
        ({"UPLOG_COLLECT_WORKERS": "0"}, "UPLOG_COLLECT_WORKERS is wrong"),
        ({}, "no door has a key"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:30],
)
def test_collect_with_wrong_settings_says_so_and_exits_2(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    says: str,
) -> None:
    from orchestration.cli import main

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["collect", "--dry-run"]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert "%%%" not in said
    assert "short" not in said


def test_collect_where_another_listens_exits_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from orchestration.cli import main

    monkeypatch.setenv("UPLOG_COLLECT_KEYS__EVENTS", NEW)
    monkeypatch.setattr("ingestion.http.logs.configure", lambda level: None)
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert main(["collect", "--port", str(other.getsockname()[1])]) == 1
    assert "UPLOG_COLLECT_PORT" in capsys.readouterr().err
