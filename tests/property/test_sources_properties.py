"""Whatever a record of any source holds, it is an event or refused by name; what was sent lands or has a reason."""

from __future__ import annotations

import copy
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.contract import Source, fields_of
from ingestion.events import Event, event_for
from ingestion.lander.decode import Decoder
from ingestion.lander.reasons import REASONS, Refused
from ingestion.personal.secrets import new_secrets
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found
from ingestion.sources import sources

EXAMPLES = Path(__file__).parents[2] / "examples"
SECRETS = new_secrets()
DECODER = Decoder(SECRETS)
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


@EACH
@given(data=st.data())
@FEW
def test_record_changed_in_any_place_is_an_event_or_refused_by_name(source: Source, data: st.DataObject) -> None:
    assert end_of(source, changed(source, data)) in ENDS


@EACH
@given(data=st.data())
@FEW
def test_record_made_of_anything_is_an_event_or_refused_by_name(source: Source, data: st.DataObject) -> None:
    names = sorted({field.path.partition(".")[0].removesuffix("[]") for field in fields_of(source.contract)})
    record = st.dictionaries(st.sampled_from(names) | st.text(max_size=8), json_values, max_size=12)
    assert end_of(source, data.draw(record | json_values)) in ENDS


@pytest.mark.long
@EACH
@given(data=st.data())
@MANY
def test_record_changed_in_any_place_a_thousand_times_over(source: Source, data: st.DataObject) -> None:
    assert end_of(source, changed(source, data)) in ENDS
