"""What kafka-python raises of its own, in one line of ours."""

from __future__ import annotations

import pytest
from kafka import TopicPartition

from ingestion.errors import PassingFault
from ingestion.kafka_client import answering


def test_offset_the_broker_does_not_know_is_a_passing_fault_that_names_the_partition() -> None:
    with pytest.raises(PassingFault, match=r"partition 3 of leads\.yiche begins"), answering(["b:1"]):
        raise KeyError(TopicPartition("leads.yiche", 3))


def test_key_error_of_our_own_stays_one() -> None:
    with pytest.raises(KeyError), answering(["b:1"]):
        raise KeyError("leads.yiche")
