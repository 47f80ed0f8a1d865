"""Connections cut, slowed and silenced, brokers that die, answers that are lost: each event once all the same."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import PassingFault, UplogError
from ingestion.lander import LandingReport, land
from ingestion.lander.conservation import conservation
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from tests import kills
from tests.lander_events import TOPIC, contents, lead, send
from tests.proxy import BehindProxy, behind_proxy

pytestmark = pytest.mark.slow_start
FLUSHES, EACH = 20, 50


@pytest.fixture
def behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[BehindProxy]:
    """A broker behind a proxy; reading takes many small answers, batches are small, waits are short."""
    small = {"fetch_max_bytes": 2_048, "max_partition_fetch_bytes": 1_024, "max_poll_records": 50}
    monkeypatch.setattr("ingestion.lander.feed.FETCH", small)
    monkeypatch.setattr("ingestion.lander.feed._SILENT_SECONDS", 2.0)
    monkeypatch.setattr("ingestion.lander.session._ANSWER_MS", 3_000)
    monkeypatch.setattr("ingestion.lander.landing.BATCH_EVENTS", 100)
    (tmp_path / "home").mkdir()
    with behind_proxy(tmp_path / "home") as found:
        yield found


def filled(settings: Settings) -> int:
    """Kafka batches of a few records each, so that there is much to fetch; how many records in all."""
    with Producer(settings) as producer:
        for flush in range(FLUSHES):
            for number in range(flush * EACH, (flush + 1) * EACH):
                producer.send(TOPIC, f"K{number}".encode(), lead(number))
            producer.flush()
    return FLUSHES * EACH


def in_peace(settings: Settings, home: Path) -> dict[str, Any]:
    """What a log of its own holds after an undisturbed landing under the same secret."""
    home.mkdir()
    if (settings.home / "secret.json").exists():
        (home / "secret.json").write_bytes((settings.home / "secret.json").read_bytes())
        (home / "secret.json").chmod(0o600)
    other = settings.model_copy(update={"home": home})
    land(other)
    if not (settings.home / "secret.json").exists():
        (settings.home / "secret.json").write_bytes((home / "secret.json").read_bytes())
        (settings.home / "secret.json").chmod(0o600)
    return contents(other)


def landed_at_last(settings: Settings, **how: Any) -> tuple[int, int]:
    """Lands until nothing is left; events and interrupted tries."""
    events = interrupted = 0
    until = time.monotonic() + 90
    while time.monotonic() < until:
        try:
            report = land(settings, **how)
        except PassingFault:
            interrupted += 1
            continue
        events += report.events
        if not report.received:
            return events, interrupted
    raise AssertionError("not landed in 90 s")


def assert_conserved(settings: Settings) -> None:
    with open_for_reading(settings.log_path) as log:
        assert conservation(log).broken == ()


@pytest.mark.parametrize("seed", kills.seeds(1, 8))
def test_land_over_connections_cut_in_mid_answer_gives_the_same_log(
    behind: BehindProxy, tmp_path: Path, seed: int
) -> None:
    filled(behind.settings)
    expected = in_peace(behind.settings, tmp_path / "peace")
    behind.proxy.cut_at_fetch = random.Random(seed).randint(2, 5)
    landed_at_last(behind.settings)
    assert behind.proxy.faults >= 2
    assert contents(behind.settings) == expected
    assert_conserved(behind.settings)


def test_land_over_a_slow_connection_gives_the_same_log(behind: BehindProxy, tmp_path: Path) -> None:
    filled(behind.settings)
    expected = in_peace(behind.settings, tmp_path / "peace")
    behind.proxy.delay = 0.02
    assert land(behind.settings).events == FLUSHES * EACH
    assert contents(behind.settings) == expected


def test_land_from_a_broker_that_falls_silent_stops_and_goes_on_later(behind: BehindProxy, tmp_path: Path) -> None:
    filled(behind.settings)
    expected = in_peace(behind.settings, tmp_path / "peace")

    def silence(report: LandingReport, left: int) -> None:
        behind.proxy.is_silent = True

    began = time.monotonic()
    with pytest.raises(PassingFault):
        land(behind.settings, progress=silence)
    assert time.monotonic() - began < 30
    before = contents(behind.settings)
    assert 0 < len(before["events"]) < FLUSHES * EACH
    assert before["dead"] == []
    behind.proxy.is_silent = False
    assert landed_at_last(behind.settings)[0] == FLUSHES * EACH - len(before["events"])
    assert contents(behind.settings) == expected


def test_land_from_a_broker_that_dies_and_forgets_keeps_what_it_committed(behind: BehindProxy) -> None:
    count = filled(behind.settings)

    def kill(report: LandingReport, left: int) -> None:
        behind.kill()
        behind.proxy.cut_all()

    with pytest.raises(PassingFault):
        land(behind.settings, progress=kill)
    held = len(contents(behind.settings)["events"])
    assert 0 < held < count
    behind.start()
    filled(behind.settings)
    report = land(behind.settings, accept_new_topics=True)
    assert (report.events, report.duplicates, report.dead) == (count - held, held, 0)
    assert_conserved(behind.settings)


def test_land_whose_connection_is_lost_while_topics_are_asked_for_is_a_passing_fault(
    behind: BehindProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    from kafka.admin import KafkaAdminClient
    from kafka.errors import KafkaConnectionError

    send(behind.settings, [lead(0)])

    def lost(self: KafkaAdminClient) -> None:
        raise KafkaConnectionError("socket disconnected")

    with monkeypatch.context() as while_lost:
        while_lost.setattr(KafkaAdminClient, "describe_cluster", lost)
        with pytest.raises(PassingFault):
            land(behind.settings)
    assert land(behind.settings).events == 1


def test_producer_whose_acknowledgement_is_lost_sends_again_and_the_log_holds_each_once(behind: BehindProxy) -> None:
    send(behind.settings, [lead(0)])
    behind.proxy.swallow = 3
    with Producer(behind.settings) as producer:
        for number in range(200):
            producer.send(TOPIC, f"K{number}".encode(), lead(number))
            if number % 20 == 19:
                producer.flush()
    assert behind.proxy.swallow == 0
    assert producer.acknowledged == {TOPIC: 200}
    report = land(behind.settings)
    assert (report.events, report.dead) == (200, 0)
    assert report.received == 200 + report.duplicates
    assert report.duplicates >= 1
    assert_conserved(behind.settings)


def test_producer_outlives_a_broker_that_is_out_of_reach_for_a_while(behind: BehindProxy) -> None:
    send(behind.settings, [lead(0)])

    def come_back() -> None:
        time.sleep(2)
        behind.proxy.is_refusing = False

    with Producer(behind.settings) as producer:
        behind.proxy.is_refusing = True
        behind.proxy.cut_all()
        for number in range(1, 100):
            producer.send(TOPIC, f"K{number}".encode(), lead(number))
        threading.Thread(target=come_back).start()
    assert producer.acknowledged == {TOPIC: 99}
    report = land(behind.settings)
    assert (report.events, report.dead) == (100, 0)


def test_land_after_retention_passed_unread_records_names_the_gap(
    behind: BehindProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded broker deletes nothing: the consumer is made to say that the first records are gone."""
    from kafka import KafkaConsumer

    count = filled(behind.settings)
    true_beginnings = KafkaConsumer.beginning_offsets

    def later(self: KafkaConsumer, places: Sequence[Any]) -> dict[Any, int]:
        found = true_beginnings(self, places)
        ends = self.end_offsets(places)
        return {place: min(offset + 7, ends[place]) for place, offset in found.items()}

    monkeypatch.setattr(KafkaConsumer, "beginning_offsets", later)
    report = land(behind.settings)
    missing = sum(gap.offsets for gap in report.gaps)
    assert {(gap.topic, gap.from_offset, gap.cause.partition(":")[0]) for gap in report.gaps} == {
        (TOPIC, 0, "retention")
    }
    assert missing == 7 * behind.settings.kafka_partitions
    assert (report.received, report.events) == (count - missing, count - missing)
    assert land(behind.settings).received == 0
    assert_conserved(behind.settings)


@pytest.mark.parametrize("seed", kills.seeds(1, 20))
def test_land_of_events_sent_several_times_and_out_of_order_gives_each_once(
    behind: BehindProxy, tmp_path: Path, seed: int
) -> None:
    seeded = random.Random(seed)
    values = [lead(number) for number in range(300)]
    send(behind.settings, values)
    expected = in_peace(behind.settings, tmp_path / "peace")["events"]
    behind.kill()
    behind.start()
    again = [value for value in values for _ in range(seeded.randint(1, 5))]
    seeded.shuffle(again)
    cuts = sorted(seeded.sample(range(len(again)), 3))
    landed = LandingReport()
    for start, end in zip([0, *cuts], [*cuts, len(again)], strict=True):
        send(behind.settings, again[start:end])
        landed += land(behind.settings)
    assert (landed.received, landed.events, landed.duplicates) == (len(again), 300, len(again) - 300)
    assert contents(behind.settings)["events"] == expected
    assert_conserved(behind.settings)


@pytest.mark.long
def test_follower_over_a_connection_that_is_cut_for_a_minute_lands_each_event_once(
    behind: BehindProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.lander.landing._LONGEST_BACKOFF", 0.5)
    often = behind.settings.model_copy(update={"follow_seconds": 0.1})
    seeded = random.Random(7)
    send(behind.settings, [lead(0)])
    stop = threading.Event()
    until = time.monotonic() + 60

    def cut() -> None:
        while not stop.wait(seeded.uniform(0.5, 2.0)) and time.monotonic() < until:
            behind.proxy.cut_all()

    others = [threading.Thread(target=lambda: land(often, follow=True, stop=stop))]
    others.append(threading.Thread(target=cut))
    for one in others:
        one.start()
    count = 1
    try:
        while time.monotonic() < until:
            with suppress(UplogError):  # what was not acknowledged is sent again
                send(behind.settings, [lead(number) for number in range(count, count + 50)])
                count += 50
        send(behind.settings, [lead(number) for number in range(count, count + 50)])
    finally:
        stop.set()
        for one in others:
            one.join(60)
    landed_at_last(behind.settings)
    assert len(contents(behind.settings)["events"]) == count + 50
    assert_conserved(behind.settings)
