"""One simulated group taken the whole way, once a session; the tests of this folder only read it.

`UPLOG_TEST_WORLD="2 24 104 2026-02-07"` takes another one: stores, days, seed, first day.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, date, datetime

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
    stores, days, seed, *start = os.environ.get("UPLOG_TEST_WORLD", "3 14 11").split()
    start_day = date.fromisoformat(start[0]) if start else None
    simulated = world(stores=int(stores), days=int(days), seed=int(seed), start=start_day)
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
