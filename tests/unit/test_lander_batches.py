"""Batches without Kafka: cut, settled over the whole log, conserved, and the index that is only a help."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from ingestion.errors import Damaged
from ingestion.lander.chunks import Chunk, ChunkMaker
from ingestion.lander.commit import Ledger
from ingestion.lander.conservation import conservation
from ingestion.lander.identity import Index
from ingestion.lander.landing import land_chunks
from ingestion.lander.positions import Span
from ingestion.lander.report import LandingReport
from ingestion.log import open_for_writing
from ingestion.personal.secrets import Secrets, new_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from tests.lander_events import TOPIC, Record, keys, lead

SECRETS = new_secrets()


@pytest.fixture
def log(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_for_writing(Settings(home=tmp_path)) as connection:
        yield connection


@pytest.fixture
def ledger(tmp_path: Path, log: duckdb.DuckDBPyConnection) -> Iterator[Ledger]:
    with Vault(tmp_path / "vault.sqlite", SECRETS.vault_key, SECRETS.dead_letter_key) as vault:
        yield Ledger(
            log,
            vault,
            Index(tmp_path / "log.index", log),
            seal=lambda records: pa.nulls(len(records), pa.binary()),
            tell_kafka=lambda offsets: None,
            stored={},
            spans={(TOPIC, 1, partition): Span(TOPIC, 1, partition, 0, 0, 1_000_000) for partition in range(4)},
        )


def chunks(values: Sequence[bytes | None], at: int = 0, size: int = 7, secrets: Secrets = SECRETS) -> Iterator[Chunk]:
    maker = ChunkMaker(keys(secrets))
    for start in range(0, len(values), size):
        yield maker.chunk([Record(at + start + n, value) for n, value in enumerate(values[start : start + size])])


def landed(ledger: Ledger, values: Sequence[bytes | None], size: int = 1000) -> LandingReport:
    report = LandingReport()
    at = ledger.stored.get((TOPIC, 1, 0), 0)
    for batch in land_chunks(ledger, chunks(values, at), size):
        report += batch
    assert conservation(ledger.connection).broken == ()
    return report


def counts(report: LandingReport) -> tuple[int, int, int, int]:
    return report.received, report.events, report.duplicates, report.dead


def test_land_with_a_backlog_cuts_batches_at_exactly_the_size(ledger: Ledger) -> None:
    values = [lead(n) for n in range(50)] + [lead(3), b"nope"] + [lead(n) for n in range(50, 64)]
    landed(ledger, values, size=20)
    sizes = ledger.connection.execute("select events from raw.batches order by batch_id").fetchall()
    assert sizes == [(20,), (20,), (20,), (4,)]


def test_land_of_duplicates_only_commits_before_the_pool_grows_without_end(ledger: Ledger) -> None:
    landed(ledger, [lead(1)])
    assert counts(landed(ledger, [lead(1)] * 100, size=10)) == (100, 0, 100, 0)
    assert ledger.connection.execute("select max(received) from raw.batches").fetchone() == (21,)


@pytest.mark.parametrize("apart", [True, False])
def test_land_of_a_pair_again_counts_a_duplicate_or_a_collision(ledger: Ledger, apart: bool) -> None:
    first, rest = [lead(1), lead(2)], [lead(1), lead(2, "anders"), lead(1, source="/autohome/D2"), lead(1), lead(2)]
    report = landed(ledger, first) + landed(ledger, rest) if apart else landed(ledger, first + rest)
    assert counts(report) == (7, 3, 3, 1)
    assert report.dead_by_reason == {"id_collision": 1}


def test_land_of_a_pair_whose_person_was_erased_is_a_duplicate_whatever_the_data(ledger: Ledger) -> None:
    landed(ledger, [lead(1)])
    ledger.connection.execute("update raw.events set content_hash = null")
    assert counts(landed(ledger, [lead(1, "anders")])) == (1, 0, 1, 0)


def test_land_of_a_collision_first_seen_in_the_batch_keeps_the_first(ledger: Ledger) -> None:
    landed(ledger, [lead(1, "eins"), lead(1, "zwei"), lead(1, "eins"), lead(1, "drei")])
    rows = ledger.connection.execute("select \"offset\", data->>'remark' from raw.events").fetchall()
    assert rows == [(0, "eins")]
    dead = ledger.connection.execute('select "offset", reason from raw.dead_letters order by all').fetchall()
    assert dead == [(1, "id_collision"), (3, "id_collision")]


def test_land_of_a_duplicate_keeps_where_it_stood_and_when_it_was_pulled(ledger: Ledger) -> None:
    landed(ledger, [lead(1), lead(1, pulledat="2026-10-05T00:00:00Z")])
    row = ledger.connection.execute('select "offset", event_id, pulled_at::varchar from raw.duplicates').fetchone()
    assert row == (1, "L1~0", "2026-10-05 00:00:00+00")


def test_land_with_offsets_missing_names_the_gaps(ledger: Ledger) -> None:
    maker = ChunkMaker(keys(SECRETS))
    ledger.spans = {(TOPIC, 1, 0): Span(TOPIC, 1, 0, 0, 5, 20)}
    records = [Record(offset, lead(offset)) for offset in (5, 6, 9, 10)]
    (report,) = land_chunks(ledger, iter([maker.chunk(records)]), 1000)
    report += ledger.name_trailing_gaps()
    assert [(gap.from_offset, gap.to_offset, gap.cause.split(":")[0]) for gap in report.gaps] == [
        (0, 5, "retention"),
        (7, 9, "no record"),
        (11, 20, "no record"),
    ]
    assert conservation(ledger.connection).broken == ()


def test_land_of_an_offset_twice_writes_nothing(ledger: Ledger) -> None:
    maker = ChunkMaker(keys(SECRETS))
    landed(ledger, [lead(1), lead(2)])
    with pytest.raises(Damaged, match="came twice"):
        list(land_chunks(ledger, iter([maker.chunk([Record(1, lead(3))])]), 1000))
    assert conservation(ledger.connection).events == 2


def test_conservation_after_a_lost_row_is_broken(ledger: Ledger) -> None:
    landed(ledger, [lead(n) for n in range(5)])
    ledger.connection.execute('delete from raw.events where "offset" = 3')
    assert len(conservation(ledger.connection).broken) == 2


def spoil_flip(directory: Path) -> None:
    file = next(directory.glob("*.hash"))
    held = bytearray(file.read_bytes())
    held[5] ^= 1
    file.write_bytes(held)


def spoil_cut(directory: Path) -> None:
    file = next(directory.glob("*.batch"))
    file.write_bytes(file.read_bytes()[:-4])


def spoil_manifest(directory: Path) -> None:
    (directory / "manifest.json").write_text("{")


def spoil_digit(directory: Path) -> None:
    """An index that seems to know more batches than the log has would say that the log lost some."""
    manifest = json.loads((directory / "manifest.json").read_text())
    (directory / "manifest.json").write_text(json.dumps(manifest | {"batch": manifest["batch"] + 8}))


def spoil_version(directory: Path) -> None:
    manifest = json.loads((directory / "manifest.json").read_text()) | {"duckdb": "0.0"}
    del manifest["crc"]
    crc = zlib.crc32(json.dumps(manifest).encode())
    (directory / "manifest.json").write_text(json.dumps(manifest | {"crc": crc}))


def spoil_all(directory: Path) -> None:
    for file in directory.iterdir():
        file.unlink()


@pytest.mark.parametrize("spoil", [spoil_flip, spoil_cut, spoil_manifest, spoil_digit, spoil_version, spoil_all])
def test_index_that_is_spoiled_is_made_again_from_the_log(
    ledger: Ledger, tmp_path: Path, spoil: Callable[[Path], None]
) -> None:
    landed(ledger, [lead(n) for n in range(30)], size=10)
    spoil(tmp_path / "log.index")
    ledger.index = Index(tmp_path / "log.index", ledger.connection)
    assert (ledger.index.rows, ledger.index.was_ahead) == (30, False)
    assert counts(landed(ledger, [lead(n) for n in range(40)])) == (40, 10, 30, 0)


def test_index_behind_the_log_catches_up(ledger: Ledger, tmp_path: Path) -> None:
    landed(ledger, [lead(n) for n in range(10)])
    added, ledger.index.add = ledger.index.add, lambda hashes, batch_id: None  # type: ignore[method-assign]
    landed(ledger, [lead(n) for n in range(10, 20)])
    ledger.index.add = added  # type: ignore[method-assign]
    ledger.index = Index(tmp_path / "log.index", ledger.connection)
    assert counts(landed(ledger, [lead(n) for n in range(20)])) == (20, 0, 20, 0)


def test_index_ahead_of_the_log_says_so_and_is_made_again(ledger: Ledger, tmp_path: Path) -> None:
    landed(ledger, [lead(n) for n in range(10)])
    ledger.index.add(np.array([1, 2, 3], np.uint64), 2)
    index = Index(tmp_path / "log.index", ledger.connection)
    assert index.was_ahead
    assert index.rows == 10


def test_index_probe_gives_every_batch_of_a_hash(ledger: Ledger) -> None:
    for batch, hashes in enumerate(([5, 1, 9], [9, 2], [7], [9]), start=1):
        ledger.index.add(np.array(hashes, np.uint64), batch)
    positions, batches = ledger.index.probe(np.array([1, 3, 9], np.uint64))
    assert sorted(zip(positions.tolist(), batches.tolist(), strict=True)) == [(0, 1), (2, 1), (2, 2), (2, 4)]
