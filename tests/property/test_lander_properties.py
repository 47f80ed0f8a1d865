"""What holds for every record and every batch: it lands once or has a reason, in any split."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.lander.chunks import ChunkMaker
from ingestion.lander.commit import Ledger
from ingestion.lander.conservation import conservation
from ingestion.lander.decode import Decoder
from ingestion.lander.identity import Index
from ingestion.lander.landing import land_chunks
from ingestion.lander.positions import Span
from ingestion.lander.reasons import REASONS, Refused
from ingestion.log.steps import migrate
from ingestion.personal.secrets import new_secrets
from ingestion.personal.vault import Vault
from tests.lander_events import KAFKA_MS, TOPIC, Record, keys, lead

SECRETS = new_secrets()
DECODER = Decoder(SECRETS)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def reason_of(value: bytes) -> str:
    try:
        row = DECODER.row(value, KAFKA_MS * 1000)
    except Refused as refused:
        return refused.reason if refused.detail and refused.reason in REASONS else "without a reason"
    with duckdb.connect() as log:
        assert log.execute("select json_valid(?)", [row.data.decode()]).fetchone() == (True,)
    return "accepted"


@given(st.binary(max_size=200))
@settings(max_examples=200)
def test_decode_of_any_bytes_is_refused_with_a_reason(value: bytes) -> None:
    assert reason_of(value) in REASONS


@given(st.integers(0, 400), st.integers(0, 255))
@settings(max_examples=200)
def test_decode_of_an_event_with_one_byte_changed_lands_or_has_a_reason(at: int, byte: int) -> None:
    value = bytearray(lead(1, "周末来店"))
    value[at % len(value)] = byte
    assert reason_of(bytes(value)) in {*REASONS, "accepted"}


@given(st.dictionaries(st.text(max_size=8), json_values, max_size=3), st.dictionaries(st.text(max_size=8), json_values))
def test_decode_of_any_further_fields_lands_or_has_a_reason(data: dict[str, Any], attributes: dict[str, Any]) -> None:
    event = json.loads(lead(1))
    event["data"] = {**data, **event["data"]}
    assert reason_of(json.dumps({**attributes, **event}).encode()) in {*REASONS, "accepted"}


@st.composite
def streams(draw: st.DrawFn) -> tuple[list[bytes | None], list[int], int]:
    values = draw(
        st.lists(
            st.sampled_from(
                [lead(n, remark) for n in range(6) for remark in ("a", "b")] + [b"nope", None, lead(1, type="x")]
            ),
            min_size=1,
            max_size=40,
        )
    )
    splits = draw(st.lists(st.integers(1, len(values)), max_size=3))
    return values, sorted({*splits, len(values)}), draw(st.integers(1, 20))


def landed(values: Sequence[bytes | None], splits: Sequence[int], size: int) -> tuple[object, ...]:
    """What a log holds after landing `values` in rounds that end at `splits`, batches of `size`."""
    with tempfile.TemporaryDirectory() as home, duckdb.connect() as log:
        migrate(log)
        with Vault(Path(home) / "vault.sqlite", SECRETS.vault_key, SECRETS.dead_letter_key) as vault:
            stored: dict[tuple[str, int, int], int] = {}
            start = 0
            for end in splits:
                index = Index(Path(home) / "log.index", log)
                spans = {(TOPIC, 1, 0): Span(TOPIC, 1, 0, start, start, end)}
                ledger = Ledger(
                    log,
                    vault,
                    index,
                    seal=lambda records: pa.nulls(len(records), pa.binary()),
                    tell_kafka=lambda offsets: None,
                    stored=stored,
                    spans=spans,
                )
                maker = ChunkMaker(keys(SECRETS))
                chunks = [maker.chunk([Record(at, values[at])]) for at in range(start, end)]
                for _ in land_chunks(ledger, iter(chunks), size):
                    pass
                assert conservation(log).broken == ()
                start = end
        return tuple(
            tuple(log.execute(f'select {columns} from raw.{table} order by "offset"').fetchall())
            for table, columns in (
                ("events", '"offset", event_id, data::varchar, content_hash'),
                ("duplicates", '"offset", event_id'),
                ("dead_letters", '"offset", reason, detail'),
            )
        )


@given(streams())
@settings(max_examples=15, deadline=None)
def test_land_in_any_rounds_and_batches_gives_the_same_log(stream: tuple[list[bytes | None], list[int], int]) -> None:
    values, splits, size = stream
    assert landed(values, splits, size) == landed(values, [len(values)], 1000)
