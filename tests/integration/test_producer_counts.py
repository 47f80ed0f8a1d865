"""What the producer counts is what the broker holds; ends are true on the embedded broker as well."""

from __future__ import annotations

import os
import signal

import pytest
from kafka import TopicPartition

from ingestion import broker, kafka_client, producer
from ingestion.errors import BrokerUnavailable
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.topics import TOPICS, ensure_topics, topic_ids


def test_topics_are_made_once_with_the_stated_partitions(with_broker: Settings) -> None:
    assert set(ensure_topics(with_broker)) == set(TOPICS)
    assert ensure_topics(with_broker) == ()
    with kafka_client.admin(with_broker) as admin:
        found = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics()}
    assert found == dict.fromkeys(TOPICS, with_broker.kafka_partitions)


def test_topic_identity_changes_when_the_broker_forgets(with_broker: Settings) -> None:
    ensure_topics(with_broker)
    before = topic_ids(with_broker)
    assert before.keys() == set(TOPICS)
    broker.stop(with_broker.home)
    broker.start(with_broker.home)
    ensure_topics(with_broker)
    after = topic_ids(with_broker)
    assert all(after[topic][0] != before[topic][0] for topic in TOPICS)
    assert all(after[topic][1] != before[topic][1] for topic in TOPICS)


def test_end_offsets_after_batches_of_many_sizes_are_true(with_broker: Settings) -> None:
    with Producer(with_broker) as sender:
        for size in (1, 1, 5, 10, 3):
            for _ in range(size):
                sender.send("hr", b"one key", b"{}")
            sender.flush()
        assert sender.acknowledged == {"hr": 20}
    partitions = [TopicPartition(topic, n) for topic in TOPICS for n in range(with_broker.kafka_partitions)]
    reader = kafka_client.consumer(with_broker)
    try:
        ends = kafka_client.end_offsets(reader, partitions)
        assert sum(ends.values()) == 20
        held = next(partition for partition, end in ends.items() if end)
        assert reader.end_offsets([held])[held] == 18  # the broker's own answer; if this changes, the detour can go
        reader.assign([held])
        reader.seek(held, 7)
        assert kafka_client.end_offsets(reader, [held]) == {held: 20}
        assert reader.position(held) == 7
        records = reader.poll(timeout_ms=2000, max_records=5)
        assert [record.offset for record in records[held]] == [7, 8, 9, 10, 11]
    finally:
        reader.close()


def test_more_events_than_may_be_pending_are_all_acknowledged(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "_MAX_PENDING_EVENTS", 100)
    with Producer(with_broker) as sender:
        for number in range(1_000):
            sender.send("calls" if number % 2 else "crm", str(number).encode(), b"{}", [("h", b"v")])
            assert len(sender._pending) <= 100
    assert sender.acknowledged == {"calls": 500, "crm": 500}


def test_many_events_at_once_go_where_single_ones_go_in_their_order(with_broker: Settings) -> None:
    keys = [f"K{number % 300}".encode() for number in range(3_000)]
    with Producer(with_broker) as sender:
        for number, key in enumerate(keys):
            sender.send("calls", key, b"%d" % number)
        sender.flush()
        sender.send_many("crm", [(key, b"%d" % number) for number, key in enumerate(keys)])
        sender.send_many("crm", [])
    assert sender.acknowledged == {"calls": 3_000, "crm": 3_000}
    assert held(with_broker, "crm") == held(with_broker, "calls")


def held(settings: Settings, topic: str) -> list[list[tuple[bytes, bytes]]]:
    """Key and value of every record, by partition."""
    partitions = [TopicPartition(topic, number) for number in range(settings.kafka_partitions)]
    found: list[list[tuple[bytes, bytes]]] = [[] for _ in partitions]
    reader = kafka_client.consumer(settings, auto_offset_reset="earliest")
    try:
        left = sum(kafka_client.end_offsets(reader, partitions).values())
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        while sum(map(len, found)) < left:
            for partition, records in reader.poll(timeout_ms=5000).items():
                found[partition.partition] += [(one.key, one.value) for one in records]
    finally:
        reader.close()
    return found


def test_large_events_among_many_fill_batches_of_their_own(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "_MAX_PENDING_BYTES", 2 << 20)
    with Producer(with_broker) as sender:
        sender.send_many(
            "control", [(b"k", os.urandom(size)) for size in (1, 1_048_576, 200_000, 200_000, 1, 1_048_576)]
        )
        assert sender.acknowledged["control"] >= 1
    assert sender.acknowledged == {"control": 6}


def test_event_of_one_mebibyte_passes(with_broker: Settings) -> None:
    with Producer(with_broker) as sender:
        sender.send("control", b"k", os.urandom(1_048_576))
    assert sender.acknowledged == {"control": 1}


def test_broker_that_dies_is_said_with_what_it_had_acknowledged(
    with_broker: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(producer, "_DELIVERY_SECONDS", 2)
    monkeypatch.setattr(producer, "_REQUEST_SECONDS", 1)
    sender = Producer(with_broker).__enter__()
    sender.send("hr", b"k", b"{}")
    sender.flush()
    address = broker.running(with_broker.home)
    assert address
    os.kill(address.pid, signal.SIGKILL)
    sender.send_many("hr", [(b"k", b"{}"), (b"l", b"{}")])
    with pytest.raises(BrokerUnavailable) as away:
        sender.flush()
    sender.__exit__(type(away.value), away.value, None)
    assert sender.acknowledged == {"hr": 1}
    assert "uplog broker" in str(away.value)
