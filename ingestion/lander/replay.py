"""Replaying dead letters: what was refused is judged once more, by the same decoder and the same rules of identity.

Needed after a contract was mended or a source was added. What passes now becomes an event, or a duplicate of one that
has landed since, at its **original** coordinates, in a batch of its own that received nothing: events n, dead -n. The
dead letter stays, marked with when (`resolved_at`) and in which batch. What is still refused stays as it was.

A batch is committed as a landing's is: vault, one transaction, index. Stopped before the transaction nothing has
happened, after it the letters are resolved and are not looked at again; so it can be repeated at any time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import pyarrow as pa

from ingestion import clock
from ingestion.errors import Damaged, UplogError
from ingestion.failpoints import failpoint
from ingestion.lander.conservation import require_conserved
from ingestion.lander.deadletters import require_known
from ingestion.lander.identity import Index
from ingestion.lander.letters import Letters
from ingestion.lander.settle import COLLISION, DUPLICATE, EVENT, Settled, settle
from ingestion.lander.writing import DUPLICATES, EVENTS, Writer, accepted, where
from ingestion.log import open_for_writing
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Row as VaultRow
from ingestion.personal.vault import Vault
from ingestion.settings import Settings

BATCH_RECORDS = 122_880
"""Mended letters a batch, as a landing's."""

_IDENTITY = ["source", "event_id", "content_hash", "reason"]
"""What settling reads of a record."""

_PLACE = ["topic", "generation", "partition", "offset"]
_RESOLVE = """
update raw.dead_letters as letter set resolved_at = $landed_at, resolved_batch_id = $batch_id
from mended
where letter.topic = mended.topic and letter.generation = mended.generation
  and letter.partition = mended.partition and letter."offset" = mended."offset" and letter.resolved_at is null
"""


@dataclass(frozen=True)
class ReplayReport:
    """`letters` = `events` + `duplicates` + still `refused` (by reason) + `expired` + `without_bytes`, always.

    `expired`: the key of their day was destroyed. `without_bytes`: Kafka had no value, or no longer had it.
    `unopened` are the coordinates of the first of both. `batches` are those written and `resolved_at` their
    landing time; none on a dry run.
    """

    letters: int = 0
    events: int = 0
    duplicates: int = 0
    refused: Mapping[str, int] = field(default_factory=dict)
    expired: int = 0
    without_bytes: int = 0
    unopened: tuple[str, ...] = ()
    batches: tuple[int, ...] = ()
    resolved_at: datetime | None = None
    dry_run: bool = False


def replay(
    settings: Settings,
    *,
    reason: str | None = None,
    topic: str | None = None,
    dry_run: bool = False,
    progress: Callable[[str, int, int], None] = lambda _what, _number, _of: None,
) -> ReplayReport:
    """Replays the dead letters that are not resolved yet, of one reason or topic where given.

    A dry run settles the same letters over the same log and writes nothing there: its counts are the real ones.

    Raises:
        UsageError: no such reason or topic.
        UplogError: there is no log.
        InUse: another process writes the log (a follower, too: stop it first).
        Damaged: the log does not open or add up, or a letter does not open under its key.
    """
    require_known(reason, topic)
    if not settings.log_path.exists():
        raise UplogError(f"there is no log at {settings.log_path}", "land something first with `uplog land`")
    secrets = load_secrets(settings)
    found: Counter[int] = Counter()
    batches: list[int] = []
    resolved_at: datetime | None = None
    with (
        open_for_writing(settings) as connection,
        Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault,
    ):
        require_conserved(connection)
        writer = Writer(connection, vault, Index(settings.home / "log.index", connection))
        letters = Letters(connection, vault, secrets, reason=reason, topic=topic)
        chunks = letters.mended(progress)
        if dry_run:
            pools = _pooled((chunk.select(_IDENTITY) for chunk in chunks), None)
        else:
            pools = _pooled(chunks, BATCH_RECORDS)
        for records in pools:
            settled = settle(connection, writer.index, records)
            found.update(settled.verdicts.tolist())
            if not dry_run and np.isin(settled.verdicts, (EVENT, DUPLICATE)).any():
                batch_id, resolved_at = _committed(writer, records, settled, letters.take_originals())
                batches.append(batch_id)
        require_conserved(connection)
    refused = letters.refused + Counter({"id_collision": found[COLLISION]})
    return ReplayReport(
        letters=letters.read,
        events=found[EVENT],
        duplicates=found[DUPLICATE],
        refused=dict(sorted(refused.items())),
        expired=letters.expired,
        without_bytes=letters.without_bytes,
        unopened=tuple(letters.unopened),
        batches=tuple(batches),
        resolved_at=resolved_at,
        dry_run=dry_run,
    )


def _pooled(chunks: Iterable[pa.RecordBatch], size: int | None) -> Iterator[pa.Table]:
    """`chunks` as tables of at least `size` rows (None: all in one), and what is left as the last."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for chunk in chunks:
        if chunk.num_rows:
            held.append(chunk)
            rows += chunk.num_rows
        if size is not None and rows >= size:
            yield pa.Table.from_batches(held)
            held, rows = [], 0
    if held:
        yield pa.Table.from_batches(held)


def _committed(writer: Writer, records: pa.Table, settled: Settled, originals: list[VaultRow]) -> tuple[int, datetime]:
    """One batch of mended letters; its number and landing time."""
    failpoint("replay.before_vault")
    writer.vault.insert_or_ignore(originals)
    failpoint("replay.after_vault")
    events = accepted(records, settled.verdicts == EVENT)
    repeated = where(records, settled.verdicts == DUPLICATE)
    landed_at = clock.now()
    with writer.transaction() as batch_id:
        values = {"batch_id": batch_id, "landed_at": landed_at}
        written = [
            writer.write("accepted", EVENTS, events, values),
            writer.write("repeated", DUPLICATES, repeated, {"batch_id": batch_id}),
        ]
        failpoint("replay.in_transaction")
        mended = where(records, np.isin(settled.verdicts, (EVENT, DUPLICATE))).select(_PLACE)
        resolved = writer.write("mended", _RESOLVE, mended, values)
        writer.write_batch(batch_id, landed_at, [0, *written, -resolved])
        if written != [events.num_rows, repeated.num_rows] or sum(written) != resolved:
            raise Damaged(f"{resolved} letters were to be resolved, but {written} were to be written", "report this")
        failpoint("replay.before_commit")
    failpoint("replay.after_commit")
    writer.index.add(settled.hashes[settled.verdicts == EVENT], batch_id)
    failpoint("replay.after_index")
    return batch_id, landed_at
