"""Random damage to the events of every source: each lands or has a reason, its neighbours land, the sums come out."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.lander.chunks import ChunkMaker
from ingestion.lander.commit import Ledger
from ingestion.lander.conservation import conservation
from ingestion.lander.identity import Index
from ingestion.lander.landing import land_chunks
from ingestion.lander.positions import Span
from ingestion.lander.reasons import REASONS
from ingestion.log.steps import migrate
from ingestion.personal.secrets import new_secrets
from ingestion.personal.vault import Vault
from ingestion.sources import sources
from tests.lander_events import TOPIC, Record, keys, lead
from tests.unit.test_hostile_contracts import event, instance

SECRETS = new_secrets()
WHOLE = [
    event(source, version, instance(msgspec.inspect.type_info(contract)))
    for source in sources().values()
    for version, contract in source.contracts.items()
]
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes | None:
    """An event of any source after cuts, flips, repeats and splices, or with another value somewhere in it."""
    value = draw(st.sampled_from(WHOLE))
    kind = draw(st.sampled_from(["bytes", "nothing", "cut", "flip", "repeat", "splice", "member", "value"]))
    if kind == "bytes":
        return draw(st.binary(max_size=64))
    if kind == "nothing":
        return None
    start = draw(st.integers(0, len(value)))
    end = draw(st.integers(start, min(len(value), start + 40)))
    if kind == "cut":
        return value[:start] + value[end:]
    if kind == "flip":
        return value[:start] + bytes([draw(st.integers(0, 255))]) + value[start + 1 :]
    if kind == "repeat":
        return value[:end] + value[start:]
    if kind == "splice":
        return value[:start] + draw(st.sampled_from(WHOLE))[end:]
    document = json.loads(value)
    inside = document if kind == "member" else document["data"]
    name = draw(st.sampled_from(sorted(inside)))
    return json.dumps(inside_out(document, inside, name, draw(json_values))).encode()


def inside_out(document: Any, inside: Any, name: str, value: Any) -> Any:
    inside[name] = value
    return document


def check(broken: list[bytes | None]) -> None:
    """Lands `broken` with an event of another account before, between and after them."""
    mates = [lead(n, source="/autohome/mates") for n in range(len(broken) + 1)]
    values = [value for pair in zip(mates, broken, strict=False) for value in pair] + mates[-1:]
    with tempfile.TemporaryDirectory() as home, duckdb.connect() as log:
        migrate(log)
        with Vault(Path(home) / "vault.sqlite", SECRETS.vault_key, SECRETS.dead_letter_key) as vault:
            ledger = Ledger(
                log,
                vault,
                Index(Path(home) / "log.index", log),
                seal=lambda records: pa.nulls(len(records), pa.binary()),
                tell_kafka=lambda offsets: None,
                stored={},
                spans={(TOPIC, 1, 0): Span(TOPIC, 1, 0, 0, 0, len(values))},
            )
            chunk = ChunkMaker(keys(SECRETS)).chunk([Record(at, value) for at, value in enumerate(values)])
            reports = list(land_chunks(ledger, iter([chunk]), 1000))
        assert conservation(log).broken == ()
        assert sum(report.received for report in reports) == len(values)
        landed = log.execute("select count(*) from raw.events where source = '/autohome/mates'").fetchone()
        assert landed == (len(mates),)
        letters = log.execute("select reason, detail from raw.dead_letters").fetchall()
        assert all(reason in REASONS and detail for reason, detail in letters)


@given(st.lists(damaged(), min_size=1, max_size=25))
@settings(max_examples=40, deadline=None)
def test_land_damaged_events_keeps_their_mates_and_conserves(broken: list[bytes | None]) -> None:
    check(broken)


@pytest.mark.long
@given(st.lists(damaged(), min_size=1, max_size=60))
@settings(max_examples=1_000, deadline=None)
def test_land_damaged_events_keeps_their_mates_and_conserves_at_length(broken: list[bytes | None]) -> None:
    check(broken)
