"""One simulated group taken the whole way, once a session; the tests of this folder only read it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ingestion import broker
from ingestion.personal.rotation import rotate
from ingestion.settings import Settings
from ingestion.simulator import Delivery
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
        # rotated twice on the way, so that every comparison with the truth is one over tokens of three secrets
        days: dict[str, list[Delivery]] = {}
        for delivery in simulated.deliveries():
            days.setdefault(str(delivery.day), []).append(delivery)
        sent, at = 0, datetime.now(UTC)
        for number, of_day in enumerate(days.values()):
            if number in (len(days) // 3, 2 * len(days) // 3):
                with pytest.MonkeyPatch.context() as then:  # its batch lands when the day before landed
                    then.setenv("UPLOG_NOW", at.isoformat())
                    rotate(settings)
            _, records, at = land_days(settings, of_day, lambda _what, _number, _of: None)
            sent += records
        build(settings)
        publish(settings)
        yield WholeWay(settings, simulated, simulated.truth(), sent)
    finally:
        broker.stop(settings.home)
