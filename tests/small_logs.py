"""Logs landed by the lander's own batches without a broker: quick, conserving, of several days."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from ingestion.lander.chunks import ChunkMaker
from ingestion.lander.commit import Ledger
from ingestion.lander.identity import Index
from ingestion.lander.landing import land_chunks
from ingestion.lander.positions import Span
from ingestion.log import open_for_reading, open_for_writing
from ingestion.log.contents import Content, Key, contents, tables
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from tests import kills
from tests.lander_events import TOPIC, Record, keys, lead

DAYS = ("2026-10-01T10:00:00+08:00", "2026-10-02T01:00:00+08:00", "2026-10-02T23:30:00+08:00")
LATER = "2026-10-03T09:00:00+08:00"


def land_here(settings: Settings, values: Sequence[bytes | None], now: str, size: int = 100) -> None:
    """Lands `values` after what the log holds of the topic, in batches of `size`, the clock at `now`."""
    secrets = load_secrets(settings)
    os.environ["UPLOG_NOW"] = now
    try:
        with (
            open_for_writing(settings) as log,
            Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault,
        ):
            log.execute(
                "insert or ignore into raw.generations values (?, 1, 'c', 't', '2026-10-01T00:00:00Z')", [TOPIC]
            )
            row = log.execute("select coalesce(max(next_offset), 0) from raw.offsets").fetchone()
            start = int(row[0]) if row else 0
            ledger = Ledger(
                log,
                vault,
                Index(settings.index_path, log),
                seal=lambda records: pa.nulls(len(records), pa.binary()),
                tell_kafka=lambda offsets: None,
                stored={(TOPIC, 1, 0): start},
                spans={(TOPIC, 1, 0): Span(TOPIC, 1, 0, start, start, start + len(values))},
            )
            records = [Record(start + number, value) for number, value in enumerate(values)]
            for _ in land_chunks(ledger, [ChunkMaker(keys(secrets)).chunk(records)], size):
                pass
    finally:
        del os.environ["UPLOG_NOW"]


def land_and_die(settings: Settings, values: Sequence[bytes | None], now: str, size: int = 100) -> None:
    """The same in a process that is killed at its end: what it landed stands in the write-ahead log only."""
    batches = -(-len(values) // size)
    kills.kill_at(f"land.after_kafka:{batches}", land_here, settings, values, now, size)


def three_days(settings: Settings, events: int = 90) -> Settings:
    """A log of `events` events, with duplicates, dead letters and a second batch on its second day."""
    share = events // 3
    for number, now in enumerate(DAYS):
        mine = [lead(n, remark=f"第{n}位") for n in range(number * share, (number + 1) * share)]
        land_here(settings, [*mine, lead(0, remark="第0位"), b"nope", None], now)
    return settings


def held(settings: Settings) -> dict[Key, Content]:
    """What the log holds, by content."""
    with open_for_reading(settings.log_path) as log:
        return contents(log)


def rows(settings: Settings) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table, in full."""
    with open_for_reading(settings.log_path) as log:
        return {table: log.execute(f"from raw.{table} order by all").fetchall() for table in tables(log)}


def parts_of(directory: Path) -> dict[str, bytes]:
    """Every Parquet file of an archive, by its path."""
    return {str(path.relative_to(directory)): path.read_bytes() for path in directory.rglob("*.parquet")}
