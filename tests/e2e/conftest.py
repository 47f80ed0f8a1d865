"""One simulated group taken the whole way, once a session; the tests of this folder only read it."""

from __future__ import annotations

import itertools
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from ingestion import broker
from ingestion.lander import land
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import ensure_topics
from orchestration.build import build
from orchestration.simulation import send_deliveries, world
from publishing.publication import publish
from tests.e2e.way import WholeWay


@contextmanager
def clock_at(instant: datetime) -> Iterator[None]:
    os.environ["UPLOG_NOW"] = instant.isoformat()
    try:
        yield
    finally:
        del os.environ["UPLOG_NOW"]


@pytest.fixture(scope="session")
def whole_way(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeWay]:
    settings = Settings(home=tmp_path_factory.mktemp("group"))
    simulated = world(stores=3, days=14, seed=11)
    broker.start(settings.home)
    sent = 0
    try:
        ensure_topics(settings)
        with Producer(settings) as producer:
            for _, of_day in itertools.groupby(simulated.deliveries(), key=lambda one: one.day):
                held = list(of_day)
                with clock_at(datetime.fromtimestamp(max(one.delivered_at for one in held), UTC)):
                    sent += send_deliveries(settings, held, producer).records
                    land(settings)
        build(settings)
        publish(settings)
        yield WholeWay(settings, simulated, simulated.truth(), sent)
    finally:
        broker.stop(settings.home)
