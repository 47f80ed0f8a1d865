"""A collector of two workers with a broker of its own, once a session."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest

from ingestion import broker
from ingestion.settings import Settings
from tests.collecting import Running, collecting, in_kafka


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
