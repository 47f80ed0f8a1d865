"""The embedded broker: started, found, told apart from a stale file, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingestion import broker, kafka_client
from ingestion.errors import BrokerUnavailable, InUse, UplogError
from ingestion.settings import Settings


def test_broker_started_twice_is_one_and_stops(fresh: Settings) -> None:
    first = broker.start(fresh.home)
    try:
        assert broker.start(fresh.home) == first == broker.running(fresh.home)
        assert kafka_client.bootstrap(fresh) == first.bootstrap
        with pytest.raises(InUse, match=f"pid {first.pid}"):
            broker.start(fresh.home, port=1)
        with pytest.raises(InUse):
            broker.serve(fresh.home)
    finally:
        assert broker.stop(fresh.home)
    assert broker.running(fresh.home) is None
    assert not broker.stop(fresh.home)


def test_broker_killed_is_not_running_and_can_start_again(fresh: Settings) -> None:
    first = broker.start(fresh.home)
    os.kill(first.pid, signal.SIGKILL)
    deadline = time.monotonic() + 5
    while broker.running(fresh.home):
        assert time.monotonic() < deadline
    assert broker.start(fresh.home).pid != first.pid
    broker.stop(fresh.home)


def test_state_file_of_another_process_is_not_believed(home: Path) -> None:
    home.mkdir()
    (home / "broker.json").write_text(json.dumps({"pid": os.getpid(), "bootstrap": "127.0.0.1:1"}))
    assert broker.running(home) is None
    assert not broker.stop(home)  # and this process lives on


def test_port_that_is_taken_is_said_in_one_line(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(UplogError, match="already listens"):
            broker.start(home, port=other.getsockname()[1])
    assert broker.running(home) is None


def test_broker_in_front_lives_until_a_signal(home: Path) -> None:
    script = f"from pathlib import Path; from ingestion import broker; broker.serve(Path({str(home)!r}))"
    with subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True) as served:
        assert served.stderr
        assert "keeps events in memory only" in served.stderr.readline()
        assert broker.running(home)
        served.send_signal(signal.SIGTERM)
        assert served.wait(timeout=10) == 0
    assert broker.running(home) is None


def test_no_broker_is_said_within_seconds(fresh: Settings) -> None:
    began = time.monotonic()
    with pytest.raises(BrokerUnavailable, match="uplog broker --detach"):
        kafka_client.client_config(fresh)
    closed = Settings(home=fresh.home, kafka_bootstrap="127.0.0.1:1,localhost:1")
    with pytest.raises(BrokerUnavailable, match=r"127\.0\.0\.1:1, localhost:1"):
        kafka_client.client_config(closed)
    assert time.monotonic() - began < 3


def test_security_settings_pass_through(with_broker: Settings) -> None:
    secured = Settings(
        home=with_broker.home,
        kafka_bootstrap=kafka_client.bootstrap(with_broker),
        kafka_security_protocol="SASL_SSL",
        kafka_sasl_mechanism="SCRAM-SHA-512",
        kafka_sasl_username="uplog",
        kafka_sasl_password="hush",  # type: ignore[arg-type]  # pydantic wraps it
        kafka_ssl_cafile=Path("/etc/ca.pem"),
    )
    config = kafka_client.client_config(secured)
    assert config["security_protocol"] == "SASL_SSL"
    assert config["sasl_mechanism"] == "SCRAM-SHA-512"
    assert config["sasl_plain_username"] == "uplog"
    assert config["sasl_plain_password"] == "hush"
    assert config["ssl_cafile"] == "/etc/ca.pem"
    assert "hush" not in repr(secured)
