"""Chunks waiting to be committed, in the order read, and what a batch of them covers of each partition."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa

from ingestion.errors import Damaged
from ingestion.lander.chunks import SCHEMA, Chunk
from ingestion.lander.positions import Coordinate, Span
from ingestion.lander.report import Gap
from ingestion.personal.vault import Row as VaultRow

RETENTION = "retention: Kafka dropped them before they were landed"
NO_RECORD = "no record: compaction or a transaction's marker"


class Pool:
    """A queue of records; originals for the vault wait beside it."""

    def __init__(self) -> None:
        self._batches: list[pa.RecordBatch] = []
        self._originals: list[VaultRow] = []
        self.rows = 0

    def add(self, chunk: Chunk) -> None:
        self._batches.append(chunk.records)
        self._originals += chunk.originals
        self.rows += chunk.records.num_rows

    def records(self) -> pa.Table:
        """All of them, without copying."""
        return pa.Table.from_batches(self._batches, SCHEMA)

    def take_originals(self) -> list[VaultRow]:
        taken, self._originals = self._originals, []
        return taken

    def drop(self, rows: int) -> None:
        """Forgets the first `rows` records: they are committed."""
        self.rows -= rows
        while self._batches and rows >= self._batches[0].num_rows:
            rows -= self._batches.pop(0).num_rows
        if rows:
            self._batches[0] = self._batches[0].slice(rows)


def progress_of(
    connection: duckdb.DuckDBPyConnection,
    records: pa.Table,
    stored: Mapping[Coordinate, int],
    spans: Mapping[Coordinate, Span],
) -> tuple[dict[Coordinate, int], list[Gap]]:
    """The next offset of each partition in `records` and the gaps in between.

    `stored` is where the log stands; what lies between it and the start of a span was taken by Kafka's
    retention before it was landed.

    Raises:
        Damaged: an offset comes twice or below what was landed.
    """
    connection.register("records", records)
    covered = connection.execute(
        'select topic, generation, partition, min("offset"), max("offset"), count(*), count(distinct "offset")'
        " from records group by all order by all"
    ).fetchall()
    next_offsets: dict[Coordinate, int] = {}
    gaps: list[Gap] = []
    for topic, generation, partition, low, high, count, distinct in covered:
        place = (topic, generation, partition)
        expected = stored.get(place, 0)
        if low < expected or distinct != count:
            raise Damaged(f"{topic} partition {partition} came twice at offset {low}", "land again; report this")
        if expected < spans[place].start:
            gaps.append(Gap(*place, expected, spans[place].start, RETENTION))
            expected = spans[place].start
        if high + 1 - expected != count:
            gaps += _holes(connection, place, expected)
        next_offsets[place] = high + 1
    connection.unregister("records")
    return next_offsets, gaps


def _holes(connection: duckdb.DuckDBPyConnection, place: Coordinate, expected: int) -> list[Gap]:
    offsets = connection.execute(
        'select "offset" from records where topic = ? and generation = ? and partition = ? order by all', [*place]
    ).fetchall()
    found = []
    for (offset,) in offsets:
        if offset > expected:
            found.append(Gap(*place, expected, offset, NO_RECORD))
        expected = offset + 1
    return found
