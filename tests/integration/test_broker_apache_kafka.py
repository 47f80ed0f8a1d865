"""Producing, topics, ends and landing against Apache Kafka itself, started from its Maven artifacts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import TopicPartition

from ingestion import kafka_client
from ingestion.errors import PassingFault, UplogError
from ingestion.imports import import_files
from ingestion.lander import LandingReport, land
from ingestion.lander.conservation import conservation
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import TOPICS, ensure_topics, topic_ids
from tests.collecting import collecting, whole
from tests.lander_events import TOPIC, contents, lead, send

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.long,
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="needs Java 17 and Maven"),
]


Kafka = Callable[[str], None]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Kafka]]:
    """A running node, and its script: `start`, `stop`."""
    home = tmp_path_factory.mktemp("kafka")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"UPLOG_HOME": str(home), "KAFKA_PORT": str(port)}
    script = str(ROOT / "deploy" / "kafka" / "kafka.sh")

    def kafka(verb: str) -> None:
        # not captured: the started node would hold the pipe open
        subprocess.run([script, verb], env=environment, check=True, stdout=subprocess.DEVNULL)

    kafka("start")
    yield Settings(home=home, kafka_bootstrap=f"127.0.0.1:{port}"), kafka
    kafka("stop")


@pytest.fixture
def apache(node: tuple[Settings, Kafka], tmp_path: Path) -> Settings:
    """A home of its own on that node."""
    return node[0].model_copy(update={"home": tmp_path / "home"})


def test_apache_kafka_takes_what_is_sent_and_says_true_ends(apache: Settings) -> None:
    ensure_topics(apache)
    assert ensure_topics(apache) == ()
    assert len({identity for _, identity in topic_ids(apache).values()}) == len(TOPICS)
    with Producer(apache) as sender:
        for size in (1, 1, 5, 10, 3):
            for _ in range(size):
                sender.send("hr", b"one key", b"{}")
            sender.flush()
        sender.send("control", b"k", os.urandom(1_048_576))
    assert sender.acknowledged == {"hr": 20, "control": 1}
    report = import_files(apache, "autohome.lead", [ROOT / "examples" / "autohome.lead.csv"])
    assert report.sent == 6
    partitions = [TopicPartition(topic, n) for topic in TOPICS for n in range(apache.kafka_partitions)]
    reader = kafka_client.consumer(apache)
    try:
        ends = kafka_client.end_offsets(reader, partitions)
        assert sum(ends.values()) == 27
        assert ends == reader.end_offsets(partitions)
    finally:
        reader.close()


def test_apache_kafka_keeps_topics_for_the_stated_time(apache: Settings) -> None:
    from kafka.admin import ConfigResource, ConfigResourceType

    ensure_topics(apache)
    with kafka_client.admin(apache) as admin:
        found = str(admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, "hr")]))
    assert str(apache.kafka_retention_days * 86_400_000) in found


@pytest.fixture
def emptied(apache: Settings) -> Settings:
    """The same with our topics made anew: nothing of an earlier test in them."""
    with kafka_client.admin(apache) as admin:
        if present := sorted(set(admin.list_topics()) & set(TOPICS)):
            admin.delete_topics(present)
        until = time.monotonic() + 30
        while set(admin.list_topics()) & set(TOPICS) and time.monotonic() < until:
            time.sleep(0.2)
    ensure_topics(apache)
    return apache


def test_land_from_apache_kafka_takes_each_event_once(emptied: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    send(emptied, [lead(n) for n in range(1_000)] + [b"nope"] + [lead(n) for n in range(0, 1_000, 7)])
    report = land(emptied)
    assert (report.received, report.events, report.duplicates, report.dead) == (1_144, 1_000, 143, 1)
    assert report.gaps == ()
    monkeypatch.setattr("ingestion.lander.session.WORKERS_PAY_FROM", 100)
    send(emptied, [lead(n) for n in range(500, 2_000)])
    report = land(emptied)
    assert (report.received, report.events, report.duplicates) == (1_500, 1_000, 500)
    assert land(emptied).received == 0
    assert_conserved(emptied)


def test_land_from_apache_kafka_passes_a_transactions_marker_as_a_gap(emptied: Settings) -> None:
    from kafka import KafkaProducer

    config = kafka_client.client_config(emptied)
    producer = KafkaProducer(**config, transactional_id="uplog-test", acks="all")
    producer.init_transactions()
    producer.begin_transaction()
    for number in range(10):
        producer.send(TOPIC, key=b"one key", value=lead(number))
    producer.commit_transaction()
    producer.close()
    report = land(emptied)
    assert (report.events, report.dead) == (10, 0)
    assert sum(gap.offsets for gap in report.gaps) == 1
    assert land(emptied).received == 0
    assert_conserved(emptied)


def test_land_after_apache_kafka_dropped_unread_records_names_the_gap(emptied: Settings) -> None:
    send(emptied, [lead(n) for n in range(200)])
    land(emptied)
    send(emptied, [lead(n) for n in range(200, 400)])
    partitions = [TopicPartition(TOPIC, number) for number in range(emptied.kafka_partitions)]
    reader = kafka_client.consumer(emptied)
    landed = ends_landed(emptied)
    keep = {
        place: min(landed.get(place.partition, 0) + 5, end) for place, end in reader.end_offsets(partitions).items()
    }
    reader.close()
    with kafka_client.admin(emptied) as admin:
        admin.delete_records(keep)
    report = land(emptied)
    missing = sum(gap.offsets for gap in report.gaps)
    assert missing == sum(offset - landed.get(place.partition, 0) for place, offset in keep.items())
    assert {gap.cause.partition(":")[0] for gap in report.gaps} == {"retention"}
    assert report.events == 200 - missing
    assert_conserved(emptied)


def test_land_while_apache_kafka_drops_what_is_being_read_names_the_gap_next_time(
    emptied: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.lander.feed.FETCH", {"max_partition_fetch_bytes": 1_024, "max_poll_records": 20})
    monkeypatch.setattr("ingestion.lander.landing.BATCH_EVENTS", 20)
    for start in range(0, 1_000, 20):
        send(emptied, [lead(n) for n in range(start, start + 20)])
    partitions = [TopicPartition(TOPIC, number) for number in range(emptied.kafka_partitions)]

    def dropped(report: LandingReport, left: int) -> None:
        if report.batches == 1:
            with kafka_client.admin(emptied) as admin:
                admin.delete_records(dict.fromkeys(partitions, -1))  # all that there is

    with pytest.raises(PassingFault, match="dropped records"):
        land(emptied, progress=dropped)
    first = len(contents(emptied)["events"])
    report = land(emptied)
    missing = sum(gap.offsets for gap in report.gaps)
    assert missing > 0
    assert first + report.events + missing == 1_000
    assert_conserved(emptied)


def ends_landed(settings: Settings) -> dict[int, int]:
    return {row[2]: row[3] for row in contents(settings)["offsets"] if row[0] == TOPIC}


def test_land_from_a_topic_made_anew_on_apache_kafka_is_refused_unless_accepted(emptied: Settings) -> None:
    send(emptied, [lead(n) for n in range(20)])
    land(emptied)
    with kafka_client.admin(emptied) as admin:
        admin.delete_topics([TOPIC])
        time.sleep(2)
    send(emptied, [lead(n) for n in range(10, 30)])
    with pytest.raises(UplogError, match=f"made anew.*{TOPIC}"):
        land(emptied)
    report = land(emptied, accept_new_topics=True)
    assert (report.received, report.events, report.duplicates) == (20, 10, 10)
    assert_conserved(emptied)


def test_land_while_apache_kafka_stops_and_starts_goes_on_where_it_was(
    emptied: Settings, node: tuple[Settings, Kafka], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.lander.feed.FETCH", {"max_partition_fetch_bytes": 4_096, "max_poll_records": 50})
    monkeypatch.setattr("ingestion.lander.feed._SILENT_SECONDS", 3.0)
    monkeypatch.setattr("ingestion.lander.landing.BATCH_EVENTS", 200)
    for start in range(0, 2_000, 100):
        send(emptied, [lead(n) for n in range(start, start + 100)])

    def stopped(report: LandingReport, left: int) -> None:
        if report.batches == 1:
            node[1]("stop")

    with pytest.raises(PassingFault):
        land(emptied, progress=stopped)
    held = len(contents(emptied)["events"])
    assert 0 < held < 2_000
    node[1]("start")
    report = land(emptied)
    assert (report.events, report.duplicates, report.dead) == (2_000 - held, 0, 0)
    assert_conserved(emptied)


def test_collector_over_apache_kafka_loses_nothing_while_it_restarts(
    emptied: Settings, node: tuple[Settings, Kafka], tmp_path: Path
) -> None:
    with collecting(emptied, tmp_path / "log") as running:
        taken = [n for n in range(100) if whole(lead(n)).send(running.client).status_code == 200]
        node[1]("stop")
        assert whole(lead(100)).send(running.client).status_code == 503
        node[1]("start")
        until = time.monotonic() + 60
        while running.client.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.2)
        taken += [n for n in range(100, 200) if whole(lead(n)).send(running.client).status_code == 200]
    assert len(taken) == 200
    report = land(emptied)
    assert (report.events, report.dead) == (200, 0)


def assert_conserved(settings: Settings) -> None:
    with open_for_reading(settings.log_path) as log:
        assert conservation(log).broken == ()
