"""One simulated group taken the whole way, once a session; the tests of this folder only read it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from ingestion import broker
from ingestion.settings import Settings
from orchestration.build import build
from orchestration.demo import land_days
from orchestration.simulation import world
from publishing.publication import publish
from tests.e2e.way import WholeWay


@pytest.fixture(scope="session")
def whole_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeWay]:
    settings = Settings(home=tmp_path_factory.mktemp("group"))
    simulated = world(stores=3, days=14, seed=11)
    broker.start(settings.home)
    try:
        _, sent, _ = land_days(settings, list(simulated.deliveries()), lambda _what, _number, _of: None)
        build(settings)
        publish(settings)
        yield WholeWay(settings, simulated, simulated.truth(), sent)
    finally:
        broker.stop(settings.home)
