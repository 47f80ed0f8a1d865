"""Dead letters opened and decoded once more: those that pass now as records, and counts of those that do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import pairwise
from typing import Any

import duckdb
import pyarrow as pa

from ingestion.erasure.door import tombstones
from ingestion.lander.chunks import SCHEMA, record_batch
from ingestion.lander.deadletters import Keyring
from ingestion.lander.decode import Decoder
from ingestion.lander.reasons import Refused
from ingestion.personal.secrets import Secrets
from ingestion.personal.vault import Row as VaultRow
from ingestion.personal.vault import Sealer, Vault

NAMED = 100
"""Coordinates named of letters that cannot be opened; all are counted."""

_PAGE_BYTES, _PAGE_ROWS = 32 << 20, 8_000
_OPEN = (
    "from raw.dead_letters where resolved_at is null"
    " and ($reason is null or reason = $reason) and ($topic is null or topic = $topic)"
)


class Letters:
    """The unresolved dead letters of an open log, of one reason or topic where given.

    After `mended` was walked through, `read` = records given + `refused` + `expired` + `without_bytes`.
    """

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        vault: Vault,
        secrets: Secrets,
        *,
        reason: str | None,
        topic: str | None,
    ) -> None:
        self._connection = connection
        self._asked = {"reason": reason, "topic": topic}
        self._keys = Keyring(vault)
        self._decoder = Decoder(secrets, tombstones(connection))
        self._sealer = Sealer(secrets.vault_key)
        self.read = 0
        self.refused: Counter[str] = Counter()
        self.expired = 0
        self.without_bytes = 0
        self.unopened: list[str] = []

    def mended(self, progress: Callable[[str, int, int], None]) -> Iterator[pa.RecordBatch]:
        """Records of `chunks.SCHEMA` at their old coordinates, in the order in which they were refused."""
        pages = list(pairwise(self._bounds()))
        for number, (after, until) in enumerate(pages, start=1):
            progress("dead letters", number, len(pages))
            rows = list(self._rows(after, until))
            yield record_batch(zip(*rows, strict=True) if rows else [()] * len(SCHEMA))

    def take_originals(self) -> list[VaultRow]:
        """Rows for the vault of the tokens made since the last call."""
        return self._sealer.rows(self._decoder.tokens.take_new())

    def _bounds(self) -> Iterator[int]:
        """Row ids that cut the letters into pages of bounded size; they rise in the order of landing."""
        rows = self._connection.execute(
            f"select rowid, coalesce(octet_length(value), 0) {_OPEN} order by rowid", self._asked
        ).fetchall()
        if not rows:
            return
        yield -1
        held = count = 0
        for row_id, size in rows:
            held, count = held + size, count + 1
            if held >= _PAGE_BYTES or count >= _PAGE_ROWS:
                yield row_id
                held = count = 0
        if count:
            yield rows[-1][0]

    def _rows(self, after: int, until: int) -> Iterator[tuple[Any, ...]]:
        letters = self._connection.execute(
            f'select topic, generation, partition, "offset", landed_at, kafka_at, value {_OPEN}'
            " and rowid > $after and rowid <= $until order by rowid",
            {**self._asked, "after": after, "until": until},
        ).fetchall()
        for topic, generation, partition, offset, landed_at, kafka_at, sealed in letters:
            self.read += 1
            coordinates = f"{topic}/{generation}/{partition}/{offset}"
            value = self._keys.opened(sealed, coordinates) if sealed is not None else None
            if value is None:
                self.without_bytes += sealed is None
                self.expired += sealed is not None
                if len(self.unopened) < NAMED:
                    self.unopened.append(coordinates)
                continue
            try:
                row = self._decoder.row(value, _microseconds(kafka_at or landed_at), topic)
            except Refused as refused:
                self.refused[refused.reason] += 1
            else:
                kafka_us = None if kafka_at is None else _microseconds(kafka_at)
                yield (topic, generation, partition, offset, kafka_us, *row, None, None, None)


def _microseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)
