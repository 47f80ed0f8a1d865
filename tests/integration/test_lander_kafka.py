"""Landing from the embedded broker: each event once, whatever comes twice, late, broken, or again from the start."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion import broker, kafka_client
from ingestion.errors import BrokerUnavailable, Damaged, InUse, UplogError
from ingestion.lander import LandingReport, deadletters, feed, land
from ingestion.lander.conservation import conservation
from ingestion.lander.state import read_state
from ingestion.log import open_for_reading
from ingestion.log.opening import writing_lock
from ingestion.settings import Settings
from ingestion.topics import ensure_topics
from tests.lander_events import TOPIC, contents, lead, send

HOSTILE = sorted((Path(__file__).parents[1] / "cases" / "hostile").glob("*.bin"))
pytestmark = pytest.mark.slow_start


def counts(report: LandingReport) -> tuple[int, int, int, int]:
    return report.received, report.events, report.duplicates, report.dead


def assert_conserved(settings: Settings) -> None:
    with open_for_reading(settings.log_path) as log:
        assert conservation(log).broken == ()


def test_land_what_was_sent_and_again_adds_nothing(with_broker: Settings) -> None:
    send(with_broker, [lead(n) for n in range(500)])
    first = land(with_broker)
    assert counts(first) == (500, 500, 0, 0)
    before = contents(with_broker)
    assert counts(land(with_broker)) == (0, 0, 0, 0)
    assert contents(with_broker) == before
    send(with_broker, [lead(n) for n in range(400, 600)] + [lead(5, "anders")])
    assert counts(land(with_broker)) == (201, 100, 100, 1)
    assert_conserved(with_broker)


def test_land_hostile_records_over_kafka_lets_their_mates_through(with_broker: Settings) -> None:
    values = [value for path in HOSTILE for value in (path.read_bytes(), lead(hash(path.stem) % 10**8))]
    send(with_broker, values)
    report = land(with_broker)
    expected: dict[str, int] = {}
    for path in HOSTILE:
        reason = path.name.split("--")[0]
        expected[reason] = expected.get(reason, 0) + 1
    accepted = expected.pop("accepted")
    # the accepted ones share one source and id, so that all but one collide or repeat
    collided = report.dead_by_reason["id_collision"]
    assert report.dead_by_reason == {**expected, "id_collision": collided}
    assert report.events + report.duplicates + collided == len(HOSTILE) + accepted
    assert report.events >= len(HOSTILE)
    assert_conserved(with_broker)


def test_land_with_hostile_keys_and_headers_takes_the_records(with_broker: Settings) -> None:
    from kafka import KafkaProducer

    ensure_topics(with_broker)
    producer = KafkaProducer(**kafka_client.client_config(with_broker), acks="all")
    for number, path in enumerate(HOSTILE):
        hostile = path.read_bytes()
        producer.send(TOPIC, key=hostile, value=lead(number), headers=[("h", hostile), (path.stem, b"")])
    producer.flush()
    producer.close()
    assert counts(land(with_broker)) == (len(HOSTILE), len(HOSTILE), 0, 0)
    assert_conserved(with_broker)


def test_land_null_values_and_records_without_key_or_with_odd_headers(with_broker: Settings) -> None:
    from kafka import KafkaProducer

    send(with_broker, [lead(1)])
    producer = KafkaProducer(**kafka_client.client_config(with_broker), acks="all")
    producer.send(TOPIC, key=b"gone", value=None)
    producer.send(TOPIC, key=None, value=lead(2))
    producer.send(TOPIC, key=b"\xff\xfe", value=lead(3), headers=[("k", b"\xff")] * 200)
    producer.flush()
    producer.close()
    report = land(with_broker)
    assert (counts(report), report.dead_by_reason) == ((4, 3, 0, 1), {"null_value": 1})
    (letter,) = deadletters.listed(with_broker)
    assert deadletters.raw_value(with_broker, letter.coordinates) is None


def test_dead_letters_are_sealed_and_open_for_thirty_days(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = lead(7, type="nobody.lead.v1")
    send(with_broker, [refused, lead(1), lead(1, "anders")])
    land(with_broker)
    letters = {letter.reason: letter for letter in deadletters.listed(with_broker)}
    assert set(letters) == {"type_unknown", "id_collision"}
    shown = deadletters.shown(with_broker, letters["type_unknown"].coordinates)
    assert shown.detail == "type: no such source"
    assert deadletters.raw_value(with_broker, shown.coordinates) == refused
    assert deadletters.raw_value(with_broker, letters["id_collision"].coordinates) in (lead(1), lead(1, "anders"))
    assert deadletters.listed(with_broker, reason="not_json") == []
    assert b"13800000007" not in with_broker.log_path.read_bytes()
    with pytest.raises(UplogError, match="no reason"):
        deadletters.listed(with_broker, reason="whim")
    with pytest.raises(UplogError, match="no dead letter"):
        deadletters.shown(with_broker, "hr/1/0/0")
    monkeypatch.setenv("UPLOG_NOW", datetime.now(UTC).replace(year=datetime.now(UTC).year + 1).isoformat())
    land(with_broker)
    with pytest.raises(UplogError, match="destroyed"):
        deadletters.raw_value(with_broker, shown.coordinates)


def test_land_from_a_restarted_embedded_broker_goes_on_and_says_so(with_broker: Settings) -> None:
    send(with_broker, [lead(n) for n in range(50)])
    land(with_broker)
    broker.stop(with_broker.home)
    broker.start(with_broker.home)
    send(with_broker, [lead(n) for n in range(25, 75)])
    report = land(with_broker)
    assert counts(report) == (50, 25, 25, 0)
    assert any("new generation" in notice and TOPIC in notice for notice in report.notices)
    assert_conserved(with_broker)
    assert land(with_broker).notices == ()


def test_land_from_a_recreated_topic_is_refused_unless_accepted(with_broker: Settings) -> None:
    cluster = with_broker.model_copy(update={"kafka_bootstrap": kafka_client.bootstrap(with_broker)})
    send(cluster, [lead(n) for n in range(20)])
    land(cluster)
    before = contents(cluster)
    with kafka_client.admin(cluster) as admin:
        admin.delete_topics([TOPIC])
    time.sleep(0.5)
    send(cluster, [lead(n) for n in range(10, 30)])
    with pytest.raises(UplogError, match=f"made anew.*{TOPIC}.*accept-new-topics"):
        land(cluster)
    assert contents(cluster) == before
    report = land(cluster, accept_new_topics=True)
    assert counts(report) == (20, 10, 10, 0)
    assert counts(land(cluster)) == (0, 0, 0, 0)
    assert_conserved(cluster)


def test_land_a_second_time_at_once_is_refused_with_the_pid(with_broker: Settings) -> None:
    with writing_lock(with_broker), pytest.raises(InUse, match=r"pid \d+") as refused:
        land(with_broker)
    assert refused.value.exit_code == 4


def test_land_without_a_broker_says_how_to_start_one(fresh: Settings) -> None:
    with pytest.raises(BrokerUnavailable, match="uplog broker"):
        land(fresh)


def test_land_into_a_log_that_does_not_add_up_is_damaged(with_broker: Settings) -> None:
    from ingestion.log import open_for_writing

    send(with_broker, [lead(n) for n in range(5)])
    land(with_broker)
    with open_for_writing(with_broker) as log:
        log.execute("delete from raw.events where event_id = 'L3~0'")
    send(with_broker, [lead(9)])
    with pytest.raises(Damaged, match="sums do not come out") as damage:
        land(with_broker)
    assert damage.value.exit_code == 5
    with open_for_reading(with_broker.log_path) as log:
        assert log.execute("select count(*) from raw.batches").fetchone() == (1,), "something landed all the same"


def test_land_with_workers_gives_the_log_of_one_process(
    with_broker: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.lander.session.WORKERS_PAY_FROM", 100)
    monkeypatch.setattr("ingestion.lander.landing.BATCH_EVENTS", 700)
    send(with_broker, [lead(n) for n in range(1500)] + [b"nope"] + [lead(n) for n in range(50)])
    parallel = land(with_broker)
    assert counts(parallel) == (1551, 1500, 50, 1)
    other = with_broker.model_copy(update={"home": tmp_path / "other", "landing_workers": 0})
    other = other.model_copy(update={"kafka_bootstrap": kafka_client.bootstrap(with_broker)})
    other.home.mkdir()
    (other.home / "secret.json").write_bytes((with_broker.home / "secret.json").read_bytes())
    (other.home / "secret.json").chmod(0o600)
    assert counts(land(other)) == counts(parallel)
    ours, theirs = contents(with_broker), contents(other)
    assert ours["events"] == theirs["events"]
    assert ours["places"] == theirs["places"]


def test_land_when_a_worker_dies_stops_with_one_line(with_broker: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.lander.session.WORKERS_PAY_FROM", 10)
    monkeypatch.setattr("ingestion.lander.workers._START", "import os; os._exit(1)")
    send(with_broker, [lead(n) for n in range(50)])
    with pytest.raises(UplogError, match="worker died"):
        land(with_broker)
    monkeypatch.undo()


def test_land_tells_kafka_how_far_it_is(with_broker: Settings) -> None:
    from kafka import TopicPartition

    send(with_broker, [lead(n) for n in range(40)])
    land(with_broker)
    offsets = contents(with_broker)["offsets"]
    consumer = kafka_client.consumer(with_broker, group_id="uplog-lander")
    for topic, _, partition, next_offset in offsets:
        assert consumer.committed(TopicPartition(topic, partition)) == next_offset
    consumer.close()


def test_land_following_takes_what_comes_and_leaves_the_log_to_readers(with_broker: Settings) -> None:
    often = with_broker.model_copy(update={"follow_seconds": 0.1})
    stop = threading.Event()
    reports: list[LandingReport] = []
    follower = threading.Thread(target=lambda: reports.append(land(often, follow=True, stop=stop)))
    follower.start()
    try:
        for start in (0, 30):
            send(with_broker, [lead(n) for n in range(start, start + 30)])
            wait_for(with_broker, start + 30)
        assert (read_state(with_broker) or {})["is_running"]
        with pytest.raises(InUse):
            land(with_broker)
    finally:
        stop.set()
        follower.join(30)
    assert counts(reports[0]) == (60, 60, 0, 0)
    assert (read_state(with_broker) or {})["state"] == "stopped"


def wait_for(settings: Settings, events: int) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        state = read_state(settings) or {}
        if state.get("events") == events and state.get("state") == "waiting":
            with open_for_reading(settings.log_path) as log:
                assert log.execute("select count(*) from raw.events").fetchone() == (events,)
            return
        time.sleep(0.05)
    raise AssertionError(f"not {events} events in 20 s: {read_state(settings)}")


def test_land_following_outlives_a_broker_that_goes_away(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    often = with_broker.model_copy(update={"follow_seconds": 0.1})
    monkeypatch.setattr("ingestion.lander.landing._LONGEST_BACKOFF", 0.5)
    stop = threading.Event()
    follower = threading.Thread(target=lambda: land(often, follow=True, stop=stop))
    follower.start()
    try:
        send(with_broker, [lead(n) for n in range(10)])
        wait_for(with_broker, 10)
        broker.stop(with_broker.home)
        until = time.monotonic() + 15
        while "backing off" not in str((read_state(with_broker) or {}).get("state")) and time.monotonic() < until:
            time.sleep(0.05)
        broker.start(with_broker.home)
        send(with_broker, [lead(n) for n in range(5, 20)])
        wait_for(with_broker, 20)
    finally:
        stop.set()
        follower.join(30)
    assert not follower.is_alive()


def test_values_at_gives_what_kafka_still_has(with_broker: Settings) -> None:
    send(with_broker, [lead(n) for n in range(20)])
    land(with_broker)
    places = [(topic, partition, offset) for topic, _, partition, offset in contents(with_broker)["places"]]
    assert set(feed.values_at(with_broker, places).values()) == {lead(n) for n in range(20)}
