"""The sum that must always come out: received = events + duplicates + dead letters, offset by offset."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from ingestion.errors import Damaged

_SUMS = """
select
  (select coalesce(sum(received), 0) from raw.batches) as received,
  (select coalesce(sum(events), 0) from raw.batches) as batch_events,
  (select coalesce(sum(duplicates), 0) from raw.batches) as batch_duplicates,
  (select coalesce(sum(dead), 0) from raw.batches) as batch_dead,
  (select count(*) from raw.events) as events,
  (select count(*) from raw.duplicates) as duplicates,
  (select count(*) from raw.dead_letters where resolved_at is null) as dead,
  (select coalesce(sum(next_offset), 0) from raw.offsets) as offsets,
  (select coalesce(sum(to_offset - from_offset), 0) from raw.gaps) as gaps,
  (select count(*) = coalesce(max(batch_id), 0) from raw.batches) as is_gapless
"""


@dataclass(frozen=True)
class Conservation:
    """The log's own account of itself."""

    received: int
    batch_events: int
    batch_duplicates: int
    batch_dead: int
    events: int
    duplicates: int
    dead: int
    offsets: int
    gaps: int
    is_gapless: bool

    @property
    def broken(self) -> tuple[str, ...]:
        """The sums that do not come out; empty when all is well."""
        sums = {
            "received = events + duplicates + dead letters": (
                self.received,
                self.events + self.duplicates + self.dead,
            ),
            "events = the batches' events": (self.events, self.batch_events),
            "duplicates = the batches' duplicates": (self.duplicates, self.batch_duplicates),
            "dead letters = the batches' dead": (self.dead, self.batch_dead),
            "offsets passed = received + gaps": (self.offsets, self.received + self.gaps),
            "batches are numbered without a gap": (self.is_gapless, True),
        }
        return tuple(f"{name}: {left} against {right}" for name, (left, right) in sums.items() if left != right)


def conservation(connection: duckdb.DuckDBPyConnection) -> Conservation:
    """Counts and sums of the open log; counts come from metadata, so it is cheap at any size."""
    found = connection.execute(_SUMS)
    names = [column[0] for column in found.description or ()]
    row = found.fetchone() or ()
    return Conservation(**dict(zip(names, row, strict=True)))


def require_conserved(connection: duckdb.DuckDBPyConnection) -> None:
    """Refuse to go on with a log that does not add up.

    Raises:
        Damaged: names the sums that do not come out.
    """
    broken = conservation(connection).broken
    if broken:
        raise Damaged(f"the log's sums do not come out ({'; '.join(broken)})")
