"""What kafka-python raises of its own, in one line of ours."""

from __future__ import annotations

import pytest
from kafka import TopicPartition

from ingestion.errors import PassingFault
from ingestion.kafka_client import answering, told


def test_offset_the_broker_does_not_know_is_a_passing_fault_that_names_the_partition() -> None:
    with pytest.raises(PassingFault, match=r"partition 3 of leads\.yiche begins"), answering(["b:1"]):
        raise KeyError(TopicPartition("leads.yiche", 3))


def test_key_error_of_our_own_stays_one() -> None:
    with pytest.raises(KeyError), answering(["b:1"]):
        raise KeyError("leads.yiche")


def test_partition_whose_leader_is_not_known_yet_is_asked_for_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    place, answers = TopicPartition("control", 0), iter([{}, {}, {TopicPartition("control", 0): 7}])

    def ask(partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        said = next(answers)
        return {partition: said[partition] for partition in partitions}

    assert told(ask, [place]) == {place: 7}


def test_partition_the_broker_never_tells_of_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _seconds: None)

    def ask(partitions: list[TopicPartition]) -> dict[TopicPartition, int]:
        raise KeyError(partitions[0])

    with pytest.raises(PassingFault, match="partition 0 of control"), answering(["b:1"]):
        told(ask, [TopicPartition("control", 0)])
