"""The same producer, topics and ends against Apache Kafka itself, started from its Maven artifacts."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from kafka import TopicPartition

from ingestion import kafka_client
from ingestion.imports import import_files
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import TOPICS, ensure_topics, topic_ids

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.long,
    pytest.mark.java,
    pytest.mark.skipif(not (shutil.which("java") and shutil.which("mvn")), reason="needs Java 17 and Maven"),
]


@pytest.fixture(scope="module")
def apache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("kafka")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = os.environ | {"UPLOG_HOME": str(home), "KAFKA_PORT": str(port)}
    script = str(ROOT / "deploy" / "kafka" / "kafka.sh")
    # not captured: the started node would hold the pipe open
    subprocess.run([script, "start"], env=environment, check=True, stdout=subprocess.DEVNULL)
    yield Settings(home=home, kafka_bootstrap=f"127.0.0.1:{port}")
    subprocess.run([script, "stop"], env=environment, check=True, stdout=subprocess.DEVNULL)


def test_apache_kafka_takes_what_is_sent_and_says_true_ends(apache: Settings) -> None:
    assert set(ensure_topics(apache)) == set(TOPICS)
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
