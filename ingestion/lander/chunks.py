"""Chunks: some thousand Kafka records decoded into one Arrow batch, accepted and refused in their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pyarrow as pa

from ingestion import clock
from ingestion.erasure.door import Grave
from ingestion.lander.decode import Decoder, Row
from ingestion.lander.reasons import Refused
from ingestion.lander.sealing import DeadLetterSeal
from ingestion.personal.secrets import Secrets
from ingestion.personal.vault import Row as VaultRow
from ingestion.personal.vault import Sealer

RECORDS = 8_000
"""At most this many a chunk: more live objects make the collector and the cache misses triple decoding."""

_NO_ROW: Any = (None,) * len(Row._fields)
_instant = pa.timestamp("us", tz="UTC")
SCHEMA = pa.schema(
    [
        ("topic", pa.string()),
        ("generation", pa.int32()),
        ("partition", pa.int32()),
        ("offset", pa.int64()),
        ("kafka_at", _instant),
        ("event_id", pa.string()),
        ("source", pa.string()),
        ("type", pa.string()),
        ("subject", pa.string()),
        ("occurred_at", _instant),
        ("extensions", pa.string()),
        ("data", pa.string()),
        ("content_hash", pa.uint64()),
        ("pulled_at", _instant),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("value", pa.binary()),
    ]
)
"""One record; `reason`, `detail` and the sealed `value` where it was refused, the columns of an event where not."""


@dataclass(frozen=True)
class Chunk:
    """`records` in the order read (each partition's offsets rise); `originals` are new rows for the vault."""

    records: pa.RecordBatch
    originals: list[VaultRow]


@dataclass(frozen=True)
class Keys:
    """What a decoding process needs to know."""

    secrets: Secrets
    generations: Mapping[str, int]
    day: date
    day_key: bytes
    graves: tuple[Grave, ...] = ()


class ChunkMaker:
    """Decodes records of any partitions into chunks."""

    def __init__(self, keys: Keys) -> None:
        self._decoder = Decoder(keys.secrets, keys.graves)
        self._sealer = Sealer(keys.secrets.vault_key)
        self._seal = DeadLetterSeal(keys.day, keys.day_key)
        self._generations = keys.generations

    def chunk(self, records: Sequence[Any]) -> Chunk:
        """`records` have kafka-python's topic, partition, offset, timestamp (ms, -1 for none) and value."""
        decode = self._decoder.row
        now_us = round(clock.now().timestamp() * 1_000_000)
        kafka_us = [None if (ms := record.timestamp) is None or ms < 0 else ms * 1000 for record in records]
        rows: list[Row] = []
        refusals: list[tuple[int, Refused]] = []
        for record, at_us in zip(records, kafka_us, strict=True):
            try:
                rows.append(decode(record.value, now_us if at_us is None else at_us, record.topic))
            except Refused as refused:
                refusals.append((len(rows), refused))
                rows.append(_NO_ROW)
        topics = [record.topic for record in records]
        generations = [self._generations[topic] for topic in topics]
        partitions, offsets = [record.partition for record in records], [record.offset for record in records]
        columns: list[Sequence[Any]] = [topics, generations, partitions, offsets, kafka_us, *zip(*rows, strict=True)]
        if not rows:
            columns += [()] * len(Row._fields)
        columns += self._refused(refusals, records)
        return Chunk(record_batch(columns), self._sealer.rows(self._decoder.tokens.take_new()))

    def _refused(self, refusals: Iterable[tuple[int, Refused]], records: Sequence[Any]) -> list[list[Any]]:
        """The columns reason, detail and sealed value."""
        columns: list[list[Any]] = [[None] * len(records) for _ in range(3)]
        reasons, details, values = columns
        for at, refused in refusals:
            record = records[at]
            reasons[at], details[at] = refused.reason, refused.detail
            if record.value is not None:
                place = f"{record.topic}/{self._generations[record.topic]}/{record.partition}/{record.offset}"
                values[at] = self._seal.sealed(record.value, place)
        return columns


def record_batch(columns: Iterable[Sequence[Any]]) -> pa.RecordBatch:
    """The columns of `SCHEMA` as Arrow."""
    arrays = [pa.array(column, type=field.type) for column, field in zip(columns, SCHEMA, strict=True)]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
