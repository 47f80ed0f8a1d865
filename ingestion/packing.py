"""Events packed as Kafka's records, by partition: what a batch holds before it is compressed, numbered and sent.

The record format is fixed (version 2 of Kafka's message format). Packing needs no connection, so whichever process made
the events does it, and hands over a few large pieces of bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from ingestion.kafka_client import BATCH_BYTES
from ingestion.partitions import partitions_of

_BEFORE = b"\0\0"
"""A record's attributes, of which it has none, and its time after the batch's."""
_NO_HEADERS = b"\0"


class Pack(NamedTuple):
    """The records of one batch, for the `partition`-th of its topic."""

    topic: str
    partition: int
    events: int
    records: bytes


def packed(topic: str, events: Sequence[tuple[bytes, bytes]], partitions: int) -> list[Pack]:
    """`events` (key, value) in packs, each where `send` would put it, in their order; a large one has its own."""
    sorted_out: list[list[tuple[bytes, bytes]]] = [[] for _ in range(partitions)]
    for at, event in zip(partitions_of([key for key, _ in events], partitions), events, strict=True):
        sorted_out[at].append(event)
    return [pack for at, here in enumerate(sorted_out) for pack in _packs(topic, at, here)]


def _packs(topic: str, partition: int, events: Iterable[tuple[bytes, bytes]]) -> Iterable[Pack]:
    records: list[bytes] = []
    number = size = 0
    for key, value in events:
        if number and size + len(key) + len(value) > BATCH_BYTES:
            yield Pack(topic, partition, number, b"".join(records))
            records, number, size = [], 0, 0
        record = (_BEFORE, _varint(number), _varint(len(key)), key, _varint(len(value)), value, _NO_HEADERS)
        length = sum(map(len, record))
        records += (_varint(length), *record)
        number += 1
        size += length
    if number:
        yield Pack(topic, partition, number, b"".join(records))


@lru_cache(maxsize=8192)
def _varint(number: int) -> bytes:
    """A number from 0 as records hold it: twice that, seven bits a byte."""
    left, written = number << 1, bytearray()
    while left > 0x7F:
        written.append(left & 0x7F | 0x80)
        left >>= 7
    return bytes((*written, left))
