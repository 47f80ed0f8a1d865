"""Which records of a batch are new, which are duplicates, which collide: settled over the whole log."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ingestion.lander.identity import HASH, Hashes, Index

EVENT, DUPLICATE, DEAD, COLLISION = range(4)
"""Verdicts: a new event · the same pair with the same data, or of an erased person · refused already · other data."""

_CONFIRM = """
with
logged as (
  select found.pos, first(known.content_hash) as content_hash
  from hits as found
  inner join candidates as candidate on candidate.pos = found.pos
  inner join raw.events as known
    on known.batch_id = found.batch_id and known.source = candidate.source and known.event_id = candidate.event_id
  where known.batch_id between ? and ?
  group by found.pos
),
firsts as (
  select
    *,
    first_value(pos) over pair as first_pos,
    first_value(content_hash) over pair as first_hash
  from candidates
  window pair as (partition by source, event_id order by pos)
)
select
  firsts.pos,
  case
    when logged.pos is not null and (
      logged.content_hash is null or firsts.content_hash is null or logged.content_hash = firsts.content_hash
    ) then 1
    when logged.pos is not null then 3
    when firsts.pos = firsts.first_pos then 0
    when firsts.content_hash is null or firsts.first_hash is null or firsts.content_hash = firsts.first_hash then 1
    else 3
  end as verdict
from firsts
left join logged on logged.pos = firsts.pos
"""


@dataclass(frozen=True)
class Settled:
    """A verdict per record, in their order, and the pair hash per record (0 where it was refused already)."""

    verdicts: NDArray[np.int8]
    hashes: Hashes

    @property
    def events(self) -> int:
        return int(np.count_nonzero(self.verdicts == EVENT))


def settle(connection: duckdb.DuckDBPyConnection, index: Index, records: pa.Table) -> Settled:
    """Verdicts for `records`; of several with one pair, the first in their order is the event."""
    is_live = pc.is_null(records["reason"]).to_numpy(zero_copy_only=False)
    verdicts = np.where(is_live, EVENT, DEAD).astype(np.int8)
    hashes = np.zeros(len(records), np.uint64)
    pairs = records.select(["source", "event_id"])
    found = connection.from_arrow(pairs).query("pairs", f"select {HASH} as h from pairs").fetchnumpy()["h"]
    hashes[is_live] = np.asarray(found, np.uint64)[is_live]
    live = np.flatnonzero(is_live)
    order = live[np.argsort(hashes[live], kind="stable")]
    ranked = hashes[order]
    is_twin = np.zeros(len(ranked), bool)
    same = ranked[1:] == ranked[:-1]
    is_twin[1:] |= same
    is_twin[:-1] |= same
    hit_ranks, hit_batches = index.probe(ranked)
    is_candidate = is_twin.copy()
    is_candidate[hit_ranks] = True
    candidates = np.sort(order[is_candidate])
    if len(candidates):
        confirmed = _confirmed(connection, records, candidates, order[hit_ranks], hit_batches)
        verdicts[confirmed["pos"]] = confirmed["verdict"]
    return Settled(verdicts, hashes)


def _confirmed(
    connection: duckdb.DuckDBPyConnection,
    records: pa.Table,
    candidates: NDArray[np.int64],
    hit_positions: NDArray[np.int64],
    hit_batches: NDArray[np.uint32],
) -> dict[str, NDArray[np.int64]]:
    rows = records.select(["source", "event_id", "content_hash"]).take(pa.array(candidates))
    rows = rows.append_column("pos", pa.array(candidates, pa.int64()))
    hits = pa.table({"pos": pa.array(hit_positions, pa.int64()), "batch_id": pa.array(hit_batches, pa.int64())})
    bounds = [int(hit_batches.min()), int(hit_batches.max())] if len(hit_batches) else [0, 0]
    connection.register("candidates", rows)
    connection.register("hits", hits)
    try:
        return connection.execute(_CONFIRM, bounds).fetchnumpy()
    finally:
        connection.unregister("candidates")
        connection.unregister("hits")
