"""A collector of two workers with a broker of its own, once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ingestion import broker
from ingestion.lander import land
from ingestion.settings import Settings
from tests.collecting import Running, collecting, in_kafka
from tests.erasing import DEAD, OTHERS, masked, theirs
from tests.lander_events import send


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Running]]:
    home = tmp_path_factory.mktemp("collector") / "home"
    settings = Settings(home=home, kafka_bootstrap=None)
    broker.start(home)
    try:
        two = {"UPLOG_COLLECT_WORKERS": "2", "UPLOG_COLLECT_LOG_LEVEL": "debug"}
        with collecting(settings, home / "collector.log", **two) as running:
            yield settings, running
    finally:
        broker.stop(home)


@pytest.fixture
def to(served: tuple[Settings, Running]) -> httpx.Client:
    return served[1].client


@pytest.fixture
def held(served: tuple[Settings, Running]) -> Callable[[], int]:
    return lambda: len(in_kafka(served[0]))


@pytest.fixture
def known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Settings]:
    """A home whose log knows the person to forget (tests/erasing.py), the broker running."""
    monkeypatch.setenv("UPLOG_NOW", "2026-11-24T08:00:00Z")
    home = tmp_path / "home"
    address = broker.start(home)
    settings = Settings(home=home, kafka_bootstrap=address.bootstrap, landing_workers=0)
    send(settings, [theirs("0"), theirs("1"), masked("2"), DEAD, *OTHERS])
    land(settings)
    yield settings
    broker.stop(home)
