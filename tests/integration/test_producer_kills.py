"""Kill -9 of a producer, anywhere: sent again, every event stands in the log once, as if nothing had happened."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import broker
from ingestion.failpoints import POINTS
from ingestion.lander import land
from ingestion.settings import Settings
from tests import kills
from tests.lander_events import contents, lead, send
from tests.small_logs import LATER, land_here

pytestmark = pytest.mark.slow_start
EVENTS = 400


@pytest.fixture
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A home with a broker that nothing was sent to."""
    home = tmp_path_factory.mktemp("producer")
    address = broker.start(home)
    yield Settings(home=home, kafka_bootstrap=address.bootstrap)
    broker.stop(home)


def values_of(seed: int) -> list[bytes]:
    return [lead(seed * EVENTS + number, remark=f"第{number}位" * 20) for number in range(EVENTS)]


def send_slowly(settings: Settings, values: list[bytes]) -> None:
    """In many small requests, so that a kill falls between them."""
    for start in range(0, len(values), 40):
        send(settings, values[start : start + 40])


def assert_landed_as_in_peace(settings: Settings, values: list[bytes], tmp_path: Path) -> None:
    """The set of source, id and data is that of one run that nobody killed."""
    report = land(settings)
    quiet = Settings(home=tmp_path / "quiet")
    quiet.home.mkdir()
    shutil.copy(settings.home / "secret.json", quiet.home)
    land_here(quiet, values, LATER, size=10_000)
    assert contents(settings)["events"] == contents(quiet)["events"]
    assert (report.events, report.dead) == (len(values), 0)
    assert report.received == report.events + report.duplicates


@pytest.mark.parametrize(
    "seeds", [range(8), pytest.param(range(8, 108), marks=pytest.mark.long)], ids=["quick", "long"]
)
def test_producer_killed_at_random_and_run_again_lands_the_events_of_one_run(
    settings: Settings, tmp_path: Path, seeds: range
) -> None:
    for seed in seeds:
        kills.kill_within(1.0, random.Random(seed), send_slowly, settings, values_of(seed))
        send(settings, values_of(seed))

    assert_landed_as_in_peace(settings, [value for seed in seeds for value in values_of(seed)], tmp_path)


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["produce"]))
def test_producer_killed_at_a_failpoint_and_run_again_lands_the_events_of_one_run(
    settings: Settings, tmp_path: Path, point: str, turn: int
) -> None:
    kills.kill_at(f"{point}:{2 + turn % 8}", send_slowly, settings, values_of(turn))
    send(settings, values_of(turn))

    assert_landed_as_in_peace(settings, values_of(turn), tmp_path)
