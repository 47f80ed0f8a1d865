"""What an event is called: ids, subjects, sources, times; and that none of them holds a person."""

from __future__ import annotations

import copy
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ingestion.contract import Source, fields_of, values_at
from ingestion.events import event_for
from ingestion.personal.secrets import Secrets, new_secrets
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found
from ingestion.sources import source_named, sources

EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture(scope="module")
def secrets() -> Secrets:
    return new_secrets()


def examples_of(source: Source) -> list[dict[str, Any]]:
    path = EXAMPLES / source.example
    with open_regular(path) as file:
        return [
            found.content for found in payloads(file, path, source, mapping_for(source)) if isinstance(found, Found)
        ]


def envelope(value: bytes) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.json.decode(value)
    return found


@pytest.mark.parametrize("source", sources().values(), ids=lambda source: source.name)
def test_event_of_each_source_names_no_person(source: Source, secrets: Secrets) -> None:
    personal = [field.path for field in fields_of(source.contract) if field.personal]
    for payload in examples_of(source):
        event = event_for(source, payload, secrets=secrets, account="a1")
        found = envelope(event.value)
        names = f"{found['id']} {found['source']} {found['subject']} {event.key.decode()}"
        for path in personal:
            for value in values_at(payload, path):
                assert not value or len(str(value)) < 2 or str(value) not in names, path


def test_id_without_a_vendors_own_changes_with_the_content_and_only_with_it(secrets: Secrets) -> None:
    source = source_named("autohome.lead")
    payload = examples_of(source)[0]
    turned = dict(reversed(payload.items()))
    changed = payload | {"status": "已到店"}
    first, again, other = (
        envelope(event_for(source, one, secrets=secrets).value) for one in (payload, turned, changed)
    )
    assert first == again
    assert other["id"] != first["id"]
    assert other["subject"] == first["subject"] == "AH2610130001"
    assert first["id"].startswith("AH2610130001~")


def test_event_carries_envelope_time_account_and_pull(secrets: Secrets) -> None:
    source = source_named("autohome.lead")
    payload = examples_of(source)[0]
    event = event_for(source, payload, secrets=secrets, pulled_at=datetime(2026, 10, 14, tzinfo=UTC))
    found = envelope(event.value)
    assert event.topic == "leads.autohome"
    assert event.key == b"AH2610130001"
    assert found["time"] == "2026-10-13T02:02:11Z"
    assert found["source"] == "/autohome/A1001"
    assert found["type"] == "autohome.lead.v1"
    assert found["pulledat"] == "2026-10-14T00:00:00Z"
    assert found["data"] == payload
    assert list(found)[-1] == "data"


def test_account_given_at_import_counts_only_where_the_payload_has_none(secrets: Secrets) -> None:
    lead, checkin = source_named("autohome.lead"), source_named("wecom.checkin")
    of = lambda source, account: envelope(  # noqa: E731
        event_for(source, examples_of(source)[0], secrets=secrets, account=account).value
    )["source"]
    assert of(lead, "other") == "/autohome/A1001"
    assert of(checkin, "corp 1/杭州") == "/wecom/corp%201%2F%E6%9D%AD%E5%B7%9E"
    assert of(checkin, None) == "/wecom/default"


def test_answer_that_names_nobody_is_given_its_person_by_the_account(secrets: Secrets) -> None:
    steps = source_named("werun.steps")
    payload = examples_of(steps)[0]
    found = envelope(event_for(steps, payload, secrets=secrets, account="o-1").value)
    assert found["data"] == payload | {"openid": "o-1"}
    assert found["source"] == f"/werun/{secrets.keyed_hex('o-1')}"
    named = envelope(event_for(steps, payload | {"openid": "o-2"}, secrets=secrets, account="o-1").value)
    assert named["data"]["openid"] == "o-2"
    with pytest.raises(ValueError, match="openid: missing; say whose answer it is with --account"):
        event_for(steps, payload, secrets=secrets)


def test_account_in_capitals_is_the_same_in_an_event_s_identity(secrets: Secrets) -> None:
    steps = source_named("werun.steps")
    of = lambda account: envelope(event_for(steps, examples_of(steps)[0], secrets=secrets, account=account).value)  # noqa: E731
    large, small = of("O-Werun-1"), of("o-werun-1")
    assert (large["source"], large["subject"]) == (small["source"], small["subject"])
    assert large["source"] == f"/werun/{secrets.keyed_hex('o-werun-1')}"  # an erasure knows the normal form


@pytest.mark.parametrize("source", [one for one in sources().values() if one.asks_account], ids=lambda one: one.name)
def test_answer_that_names_no_account_is_refused_without_one(source: Source, secrets: Secrets) -> None:
    payload = examples_of(source)[0]
    assert envelope(event_for(source, payload, secrets=secrets, account="a1").value)["source"].endswith("/a1")
    with pytest.raises(ValueError, match="names no account"):
        event_for(source, payload, secrets=secrets)


def test_key_that_is_a_phone_number_is_hashed_and_stays_distinct(secrets: Secrets) -> None:
    source = source_named("autohome.lead")
    payload = examples_of(source)[0]
    keys = {
        event_for(source, payload | {"lead_id": number}, secrets=secrets).key
        for number in ("13800010001", "13800010002", "+86 138 0001 0003")
    }
    assert len(keys) == 3
    assert not any(b"1380001" in key for key in keys)


def test_vendors_own_event_id_is_taken(secrets: Secrets) -> None:
    source = source_named("tencent_meeting.webhook")
    found = envelope(event_for(source, examples_of(source)[0], secrets=secrets).value)
    assert found["id"] == "tm-20261015-0001"
    assert found["subject"] == "13500000000000000001"


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"lead_id": None}, "lead_id: expected `str`, got `null`"),
        ({"lead_id": " "}, "lead_id: missing, and it is part of the record's key"),
        ({"submitted_at": "yesterday"}, "submitted_at: not a time in unit local"),
        ({"customer_phone": 13800010001}, "customer_phone: expected `str | null`, got `int`"),
        ({"remark": "a\0b"}, "NUL in text"),
        ({"remark": "\ud800"}, "not writable as JSON"),
        ({"remark": "x" * 1_050_000}, "bytes, an event has at most 1048576"),
    ],
)
def test_payload_that_breaks_the_contract_names_its_field(
    change: dict[str, Any], reason: str, secrets: Secrets
) -> None:
    source = source_named("autohome.lead")
    payload = copy.deepcopy(examples_of(source)[0]) | change
    with pytest.raises(ValueError, match=re.escape(reason)) as refused:
        event_for(source, payload, secrets=secrets)
    assert "13800010001" not in str(refused.value)


def test_payload_that_is_no_object_is_refused(secrets: Secrets) -> None:
    with pytest.raises(ValueError, match="expected an object"):
        event_for(source_named("autohome.lead"), ["x"], secrets=secrets)
