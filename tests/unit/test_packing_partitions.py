"""Packs hold what kafka-python would have written, for the partitions it would have chosen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from kafka.partitioner.default import murmur2
from kafka.record.memory_records import MemoryRecords

from ingestion import kafka_client
from ingestion.packing import Pack, packed
from ingestion.partitions import partitions_of
from ingestion.record_batches import _filled

ZSTD = 4
KEYS = st.binary(max_size=40)


@given(st.lists(KEYS, max_size=50), st.integers(1, 64))
def test_keys_go_where_the_library_sends_them(keys: list[bytes], count: int) -> None:
    assert partitions_of(keys, count) == [(murmur2(key) & 0x7FFFFFFF) % count for key in keys]


def held(pack: Pack) -> list[tuple[int, bytes, bytes]]:
    batch = _filled(pack, ZSTD)
    batch.close()
    (read,) = MemoryRecords(batch.buffer())
    assert read.validate_crc()
    records = list(read)
    found = [(record.offset, record.key, record.value) for record in records]
    assert all(record.headers == [] for record in records)
    assert batch.next_offset() == pack.events == len(found)
    return found


@given(st.lists(st.tuples(KEYS, st.binary(max_size=300)), max_size=50))
def test_a_pack_is_a_batch_the_library_reads(events: list[tuple[bytes, bytes]]) -> None:
    packs = packed("crm", events, 2)
    assert [pack.partition for pack in packs] == sorted({pack.partition for pack in packs})
    for pack in packs:
        here = [event for event in events if partitions_of([event[0]], 2) == [pack.partition]]
        assert held(pack) == [(number, *event) for number, event in enumerate(here)]


def test_a_batch_is_cut_where_it_is_full_and_a_large_event_has_its_own() -> None:
    sizes = [100, kafka_client.BATCH_BYTES + 1, 200_000, 50_000, 50_000, 3]
    events = [(b"k", b"x" * size) for size in sizes]
    packs = packed("crm", events, 1)
    assert [[len(value) for _, _, value in held(pack)] for pack in packs] == [
        [100],
        [kafka_client.BATCH_BYTES + 1],
        [200_000, 50_000],
        [50_000, 3],
    ]
