"""One batch, in the order that makes landing exactly-once whatever stops it:

1. Vault: originals of new tokens, durably. A stop after this leaves rows that nothing refers to.
2. Transaction: events, duplicates, dead letters, gaps, offsets and the batch's row, all or nothing.
3. Index: the pairs of the batch. A stop before this is caught up from the log at the next start.
4. Kafka: offsets, advisory, for tools that show lag. The next landing reads the log's offsets, never these.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ingestion import clock
from ingestion.errors import Damaged
from ingestion.failpoints import failpoint
from ingestion.lander.pool import NO_RECORD, RETENTION, progress_of
from ingestion.lander.positions import Coordinate, Span
from ingestion.lander.report import Gap, LandingReport
from ingestion.lander.settle import COLLISION, DEAD, DUPLICATE, EVENT, Settled
from ingestion.lander.writing import DEAD_LETTERS, DUPLICATES, EVENTS, Writer, accepted, where
from ingestion.personal.vault import Row as VaultRow


@dataclass
class Ledger(Writer):
    """The open log, its vault and index, and where each partition stands."""

    seal: Callable[[pa.Table], pa.Array]
    """Sealed bytes of records that were accepted when read but collide: they are fetched once more."""
    tell_kafka: Callable[[Mapping[Coordinate, int]], None]
    stored: dict[Coordinate, int]
    spans: Mapping[Coordinate, Span]

    def commit(self, records: pa.Table, settled: Settled, originals: list[VaultRow]) -> LandingReport:
        """Commits `records` as the next batch.

        Raises:
            Damaged: received records and rows written do not add up; nothing is written.
        """
        failpoint("land.before_vault")
        self.vault.insert_or_ignore(originals)
        failpoint("land.after_vault")
        report, batch_id, next_offsets = self._write(records, settled)
        failpoint("land.after_commit")
        self.stored.update(next_offsets)
        self.index.add(settled.hashes[settled.verdicts == EVENT], batch_id)
        failpoint("land.after_index")
        self.tell_kafka(next_offsets)
        failpoint("land.after_kafka")
        return report

    def name_trailing_gaps(self) -> LandingReport:
        """Passes over what no record will fill at the end of the spans, once they are read: a batch of none."""
        gaps = []
        for place, span in self.spans.items():
            expected = self.stored[place]
            for until, cause in ((span.start, RETENTION), (span.end, NO_RECORD)):
                if expected < until:
                    gaps.append(Gap(*place, expected, until, cause))
                    expected = until
        if not gaps:
            return LandingReport()
        next_offsets = {(gap.topic, gap.generation, gap.partition): gap.to_offset for gap in gaps}
        with self.transaction() as batch_id:
            self._write_positions(next_offsets, gaps, batch_id)
            self.write_batch(batch_id, clock.now(), [0, 0, 0, 0])
        self.stored.update(next_offsets)
        self.index.add(np.empty(0, np.uint64), batch_id)
        return LandingReport(batches=1, gaps=tuple(gaps))

    def _write(self, records: pa.Table, settled: Settled) -> tuple[LandingReport, int, dict[Coordinate, int]]:
        next_offsets, gaps = progress_of(self.connection, records, self.stored, self.spans)
        refused = self._refused(records, settled)
        reasons = Counter(refused["reason"].to_pylist())
        events, duplicates, dead = (
            settled.events,
            int(np.count_nonzero(settled.verdicts == DUPLICATE)),
            refused.num_rows,
        )
        counts = [events, duplicates, dead]
        with self.transaction() as batch_id:
            landed_at = clock.now()
            values = {"batch_id": batch_id, "landed_at": landed_at}
            written = [
                self.write("accepted", EVENTS, accepted(records, settled.verdicts == EVENT), values),
                self.write(
                    "repeated", DUPLICATES, where(records, settled.verdicts == DUPLICATE), {"batch_id": batch_id}
                ),
                self.write("refused", DEAD_LETTERS, refused, values),
            ]
            failpoint("land.in_transaction")
            self._write_positions(next_offsets, gaps, batch_id)
            self.write_batch(batch_id, landed_at, [records.num_rows, *counts])
            if written != counts or sum(written) != records.num_rows:
                raise Damaged(f"received {records.num_rows}, but {written} were to be written", "report this")
            failpoint("land.before_commit")
        return (
            LandingReport(records.num_rows, events, duplicates, dead, 1, tuple(gaps), reasons),
            batch_id,
            next_offsets,
        )

    def _write_positions(self, next_offsets: Mapping[Coordinate, int], gaps: list[Gap], batch_id: int) -> None:
        for gap in gaps:
            self.connection.execute(
                "insert into raw.gaps values (?, ?, ?, ?, ?, ?, ?)",
                [gap.topic, gap.generation, gap.partition, gap.from_offset, gap.to_offset, batch_id, gap.cause],
            )
        if next_offsets:
            rows = ", ".join(["(?, ?, ?, ?)"] * len(next_offsets))
            self.connection.execute(
                f"insert into raw.offsets values {rows} on conflict do update set next_offset = excluded.next_offset",
                [value for place, next_offset in next_offsets.items() for value in (*place, next_offset)],
            )

    def _refused(self, records: pa.Table, settled: Settled) -> pa.Table:
        dead = where(records, settled.verdicts == DEAD)
        colliding = where(records, settled.verdicts == COLLISION)
        if not colliding.num_rows:
            return dead
        size = colliding.num_rows
        for name, values in (
            ("reason", pa.array(["id_collision"] * size)),
            ("detail", pa.array(["id: this source and id came before with other data"] * size)),
            ("value", self.seal(colliding)),
        ):
            colliding = colliding.set_column(colliding.schema.get_field_index(name), name, values)
        return pa.concat_tables([dead, colliding])
