"""Whether the log is whole: it opens, every block of it reads, its sums come out, and no batch of it was lost.

DuckDB keeps a checksum with every block and compares it when the block is read; reading every value and every key
therefore finds any change but in free blocks, which hold nothing. What a checksum cannot show is a write-ahead log
that was cut, or whose first bytes changed: DuckDB opens the file without the rest. The identity index is written
after each commit, so an index ahead of the log is the proof that acknowledged batches are gone.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import duckdb

from ingestion.errors import Damaged, InUse
from ingestion.lander.conservation import require_conserved
from ingestion.lander.identity import last_indexed
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.contents import contents, last_batch
from ingestion.log.steps import stamp_of
from ingestion.settings import Settings

_KEYS = {
    "batches": {"batch_id": "batch_id + (select max(batch_id) from raw.batches)"},
    "offsets": {"topic": "topic || '~'"},
    "generations": {"topic": "topic || '~'"},
    "migrations": {"step": "step + 1000"},
}
"""Tables with a primary key, and a key that is not there, made of each that is."""


@dataclass(frozen=True)
class Whole:
    """A log that reads and adds up: its name, its last batch, and the last that its index has seen."""

    stamp: str
    batches: int
    indexed: int

    @property
    def lost_batches(self) -> int:
        """Batches that were acknowledged and are gone; landing again brings them back."""
        return max(0, self.indexed - self.batches)


def read_whole(settings: Settings) -> Whole:
    """Reads every value of the log.

    Raises:
        Damaged: it does not open, a block does not read, or its sums do not come out.
        InUse: a process writes it; names its pid.
        UplogError: there is none.
    """
    with open_for_reading(settings.log_path) as log:
        contents(log)
        require_conserved(log)
        stamp = stamp_of(log)
        return Whole(stamp, last_batch(log), last_indexed(settings.index_path, stamp))


def read_keys(log: duckdb.DuckDBPyConnection) -> None:
    """Reads the indexes of the primary keys, which no query does: rows that are there are inserted again, and rows
    that are not, and all of it is rolled back. `open_for_writing` names the damage that shows.
    """
    log.execute("begin")
    for table, keys in _KEYS.items():
        log.execute(f"insert into raw.{table} from raw.{table} on conflict do nothing")
        other = ", ".join(f"{other} as {key}" for key, other in keys.items())
        log.execute(f"insert into raw.{table} select * replace ({other}) from raw.{table}")
    log.execute("rollback")


def assert_sound(settings: Settings) -> Whole:
    """`read_whole`, the keys, and no batch was lost; errors as there.

    While a lander runs its keys are left to it: it reads those it needs with every batch, and names damage itself.
    """
    found = read_whole(settings)
    with suppress(InUse), open_for_writing(settings) as log:
        read_keys(log)
    if found.lost_batches:
        raise Damaged(
            f"{found.lost_batches} batches that the log had acknowledged are gone (it ends at {found.batches})",
            "`uplog land` brings them back from Kafka, `uplog recover` from an archive",
        )
    return found
