"""Whatever a record of any source holds, it is an event or refused by name; what was sent lands or has a reason."""

from __future__ import annotations

import copy
import json
import time
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import Source, fields_of
from ingestion.events import Event, event_for
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
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found
from ingestion.sources import sources
from ingestion.topics import CONTROL
from tests.lander_events import TOPIC, Record, keys

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRETS = new_secrets()
DECODER = Decoder(SECRETS)
KAFKA_MS = 1_800_000_000_000  # 2027, after every example
CANARY = "13987654321"
ENDS = {"event", "refused", *REASONS}
EACH = pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.name)
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
MANY = settings(FEW, max_examples=1_000)


def nested(levels: int) -> Any:
    return {"a": nested(levels - 1)} if levels else CANARY


NUMBERS = [0, -1, 2**63, 2**64, 10**4_000, 1.5, float("nan"), float("inf"), 1_791_000_000_000_000]
SHAPES = [None, True, [], {}, [{}], [[]], [None], nested(70)]
TEXTS = ["", " ", "\0", "a\x07b", "\ud800", "x" * 2_000, "\u202e", "👩‍👩‍👧", "e\u0301", CANARY, f"ID-{CANARY}"]
WORDS = [
    "{{ x }}",
    "%s{0}",
    "'; drop table x; --",
    "../../x",
    "=1+1",
    "true",
    "1e400",
    "-0",
    "二〇二六",
    "９",
    "1.38E+10",
]
DAYS = ["2026-02-30 10:00:00", "2026-10-13 23:59:60", "24:00", "290000-01-01", "2026-10-13T10:00:00+99:00"]
INSTANTS = ["0001-01-01 00:00:00", "9999-12-31 23:59:59", "2026-10-13 10:00:00", "1791000000", "infinity"]
HOSTILE = [*NUMBERS, *SHAPES, *TEXTS, *WORDS, *DAYS, *INSTANTS]
hostile = st.sampled_from(HOSTILE).map(copy.deepcopy)
json_values = st.recursive(
    hostile | st.text(max_size=8) | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=5,
)


@cache
def examples_of(name: str) -> tuple[dict[str, Any], ...]:
    source = sources()[name]
    path = EXAMPLES / source.example
    with open_regular(path) as file:
        at = datetime(2026, 10, 20, tzinfo=UTC)
        found = payloads(file, path, source, mapping_for(source), pulled_at=at)
        return tuple(one.content for one in found if isinstance(one, Found))[:8]


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every member and element, at any depth."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, item in inner for path in ((*at, key), *places(item, (*at, key)))]


def end_of(source: Source, payload: Any) -> str:
    """What becomes of a payload: refused at the door, a dead letter's reason, or an event."""
    try:
        event = event_for(source, payload, secrets=SECRETS, account=source.example_account)
    except ValueError as refused:
        said, end = str(refused), "refused"
    else:
        said, end = landed(event)
    assert said
    assert CANARY not in said
    return end


def landed(event: Event) -> tuple[str, str]:
    try:
        row = DECODER.row(event.value, time.time_ns() // 1000)
    except Refused as refused:
        return refused.detail, refused.reason if refused.reason in REASONS else "without a reason"
    return f"{event.key.decode()} {row.event_id} {row.subject} {row.source}", "event"


def changed(source: Source, data: st.DataObject) -> Any:
    """A record of the example with one to three of its places replaced, renamed or taken out."""
    payload = copy.deepcopy(data.draw(st.sampled_from(examples_of(source.name))))
    for _ in range(data.draw(st.integers(1, 3))):
        *way, last = data.draw(st.sampled_from(places(payload) or [("x",)]))
        parent = payload
        for step in way:
            parent = parent[step]
        if data.draw(st.booleans()) and isinstance(parent, dict):
            parent.pop(last, None)
            parent[data.draw(st.text(max_size=8))] = data.draw(json_values)
        else:
            parent[last] = data.draw(json_values)
    return payload


@EACH
def test_example_of_every_source_becomes_events(source: Source) -> None:
    assert examples_of(source.name)
    assert {end_of(source, copy.deepcopy(payload)) for payload in examples_of(source.name)} == {"event"}


@EACH
def test_hostile_value_for_key_time_or_account_is_an_event_or_refused_by_name(source: Source) -> None:
    paths = {*source.key, *source.occurred_at.paths, source.event_id, source.account} - {None}
    for path in paths:
        *way, last = str(path).replace("[]", ".0").split(".")
        for value in HOSTILE:
            payload = copy.deepcopy(examples_of(source.name)[0])
            parent: Any = payload
            with suppress(KeyError):
                for step in way:
                    parent = parent[int(step) if step == "0" else step]
                parent[last] = copy.deepcopy(value)
                assert end_of(source, payload) in ENDS


def made_of_anything(source: Source, data: st.DataObject) -> Any:
    names = sorted({field.path.partition(".")[0].removesuffix("[]") for field in fields_of(source.contract)})
    record = st.dictionaries(st.sampled_from(names) | st.text(max_size=8), json_values, max_size=12)
    return data.draw(record | json_values)


def sent_past_the_door(source: Source, payload: Any, **attributes: Any) -> bytes:
    """The payload as a producer sends it that asks nobody."""
    envelope = {"specversion": "1.0", "id": "x", "source": f"/{source.vendor}/past", "type": source.type}
    return json.dumps(envelope | {"time": "2026-10-01T00:00:00Z"} | attributes | {"data": payload}).encode()


def of_known_ends(source: Source) -> list[tuple[bytes | None, str]]:
    """Records of which it is known what becomes of them, in this order."""
    payload = examples_of(source.name)[0]
    whole = event_for(source, payload, secrets=SECRETS, account=source.example_account).value
    other = json.loads(whole)
    payload = copy.deepcopy(other["data"])
    other["data"]["unread"] = 1
    return [
        (whole, "event"),
        (whole, "duplicate"),
        (json.dumps(other).encode(), "id_collision"),
        (sent_past_the_door(source, payload, id="past"), "event"),
        (sent_past_the_door(source, payload, id="past"), "duplicate"),
        (sent_past_the_door(source, payload, type=f"{source.name}.v99"), "version_unknown"),
        (sent_past_the_door(source, payload, type=f"{source.name}s.v1"), "type_unknown"),
        (sent_past_the_door(source, payload, time="1999-12-31T00:00:00Z"), "time_implausible"),
        (sent_past_the_door(source, payload, id=""), "envelope_invalid"),
        (sent_past_the_door(source, {}), "contract_violated"),
        (sent_past_the_door(source, nested(70)), "too_deep"),
        (sent_past_the_door(source, payload)[:-1], "not_json"),
        (whole[:-1] + b"\xff}", "not_utf8"),
        (whole + b" " * 1_048_576, "too_large"),
        (None, "null_value"),
    ]


def ends_in_a_log(source: Source, values: list[bytes | None], home: Path) -> list[str]:
    """What became of each record, landed as one batch: `event`, `duplicate`, or a dead letter's reason."""
    with duckdb.connect() as log, Vault(home / "vault", SECRETS.vault_key, SECRETS.dead_letter_key) as vault:
        migrate(log)
        topic = CONTROL if source.topic == CONTROL else TOPIC
        ledger = Ledger(
            log,
            vault,
            Index(home / "log.index", log),
            seal=lambda records: pa.nulls(len(records), pa.binary()),
            tell_kafka=lambda offsets: None,
            stored={},
            spans={(topic, 1, 0): Span(topic, 1, 0, 0, 0, len(values))},
        )
        records = [Record(offset, value, topic, timestamp=KAFKA_MS) for offset, value in enumerate(values)]
        (report,) = land_chunks(ledger, iter([ChunkMaker(keys(SECRETS)).chunk(records)]), len(values) + 1)
        assert conservation(log).broken == ()
        found = log.execute(
            """select "offset", 'event' from raw.events union all select "offset", 'duplicate' from raw.duplicates
            union all select "offset", reason from raw.dead_letters order by all"""
        ).fetchall()
    assert [offset for offset, _ in found] == list(range(len(values))), "each record once"
    ends = [end for _, end in found]
    assert (report.events, report.duplicates) == (ends.count("event"), ends.count("duplicate"))
    return ends


@EACH
def test_every_record_of_a_contract_is_an_event_a_dead_letter_or_a_duplicate(source: Source, tmp_path: Path) -> None:
    """As its adapter sends it, changed, made of anything, or sent past the adapter: counted by reason."""
    known = of_known_ends(source)
    values = [value for value, _ in known]

    @given(data=st.data())
    @FEW
    def drawn(data: st.DataObject) -> None:
        for payload in (changed(source, data), made_of_anything(source, data)):
            assert end_of(source, payload) in ENDS
            values.append(sent_past_the_door(source, payload, id=f"drawn-{len(values)}"))
            with suppress(ValueError):
                values.append(event_for(source, payload, secrets=SECRETS, account=source.example_account).value)

    drawn()
    ends = ends_in_a_log(source, values, tmp_path)
    assert ends[: len(known)] == [end for _, end in known]
    counts = Counter(ends)
    assert counts.keys() >= {"event", "duplicate", *REASONS}
    assert sum(counts.values()) == len(values) >= len(known) + 2 * FEW.max_examples


@pytest.mark.long
@EACH
@given(data=st.data())
@MANY
def test_record_changed_in_any_place_a_thousand_times_over(source: Source, data: st.DataObject) -> None:
    assert end_of(source, changed(source, data)) in ENDS
