"""Which source a record goes to where a vendor sends everything to one address."""

from __future__ import annotations

import asyncio
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.collector import app
from ingestion.collector.calls import Answer, Forged, Opened, Refused, signing_key
from ingestion.collector.doors import Door, open_doors
from ingestion.collector.settings import CollectorSettings
from ingestion.contract import fields_of
from ingestion.errors import UsageError
from ingestion.personal.secrets import new_secrets
from ingestion.sources import sources
from ingestion.topics import CONTROL

EXAMPLES = Path(__file__).parents[2] / "examples"
AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
SECRETS = new_secrets()
OUTSIDE = {name: source for name, source in sources().items() if source.topic != CONTROL}
JSON = {name: source for name, source in OUTSIDE.items() if source.example.endswith((".json", ".jsonl"))}
MIXED = ("dingtalk", "douyin", "wecom")


def doors() -> dict[str, Door]:
    vendors = {source.vendor: "key" for source in OUTSIDE.values()}
    sealing = dict.fromkeys(("dingtalk", "wecom"), AES)
    accounts = {source.vendor: "shop" for source in OUTSIDE.values() if source.asks_account}
    receivers = dict.fromkeys(sealing, "corp")
    return open_doors(CollectorSettings(keys=vendors, aes_keys=sealing, receive_ids=receivers, accounts=accounts))


def records(name: str) -> list[Any]:
    """What the example's first answer holds; where it names nobody, whoever forwards it says whose it is."""
    text = (EXAMPLES / JSON[name].example).read_text(encoding="utf-8")
    answer = json.loads(text.splitlines()[0] if JSON[name].example.endswith(".jsonl") else text)
    whose = (
        {JSON[name].account: JSON[name].example_account} if JSON[name].account and JSON[name].example_account else {}
    )
    found = JSON[name].records(answer[0] if isinstance(answer, list) else answer)
    return [record | whose for record in found]


def types(door: Door, found: list[Any]) -> set[str]:
    events = door.events(Opened(Answer(), found), datetime(2026, 10, 1, tzinfo=UTC), SECRETS)
    return {json.loads(event.value)["type"] for event in events}


@pytest.mark.parametrize("name", [name for name, source in JSON.items() if source.vendor in MIXED])
def test_door_of_a_mixed_vendor_knows_each_record_by_its_contract(name: str) -> None:
    assert types(doors()[JSON[name].vendor], records(name)) == {JSON[name].type}


@pytest.mark.parametrize("name", [name for name, source in JSON.items() if source.vendor not in MIXED])
def test_door_of_any_other_source_takes_its_example(name: str) -> None:
    opened = doors()
    door = opened.get(name) or opened[JSON[name].vendor]
    assert types(door, records(name)) == {JSON[name].type}


def test_door_of_a_mixed_vendor_leaves_what_is_no_record() -> None:
    for vendor in MIXED:
        assert types(doors()[vendor], [{"EventType": "user_add_org"}, [], "text", None, 1]) == set()


def test_door_of_a_mixed_vendor_asks_the_strictest_source_first() -> None:
    for vendor in MIXED:
        asked = [sum(field.required for field in fields_of(one.contract)) for one in doors()[vendor].sources]
        assert asked == sorted(asked, reverse=True)


def test_signature_is_compared_in_constant_time_with_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []

    def noted(expected: bytes, given: bytes) -> bool:
        compared.append((expected, given))
        return compare_digest(expected, given)

    compare_digest = hmac.compare_digest
    monkeypatch.setattr(hmac, "compare_digest", noted)
    keys = (b"new", b"old")
    assert signing_key(keys, lambda key: f"v1,{key.decode()}", "v1,new", "v1,other") == b"new"
    assert len(compared) == 4, "none is left out once one was right"
    with pytest.raises(Forged):
        signing_key((b"new",), lambda key: f"v1,{key.decode()}", "v1,old", "", "ｖ1,new", "\udcff")


def test_door_of_what_uplog_says_to_itself_cannot_be_opened() -> None:
    with pytest.raises(UsageError, match="UPLOG_COLLECT_KEYS__UPLOG is for no vendor"):
        open_doors(CollectorSettings(keys={"uplog": "key"}))


def test_body_that_trickles_in_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "_BODY_SECONDS", 0.1)

    async def trickle() -> dict[str, Any]:
        await asyncio.sleep(0.03)
        return {"type": "http.request", "body": b"x", "more_body": True}

    with pytest.raises(Refused) as refused:
        asyncio.run(app._body("", trickle))
    assert (refused.value.status, refused.value.headers) == (408, {"connection": "close"})


def test_settings_of_doors_print_no_key() -> None:
    settings = CollectorSettings(keys={"zoom": "s3cr3t other"}, aes_keys={"wecom": AES})
    assert settings.held("keys", "zoom") == (b"s3cr3t", b"other")
    for text in (repr(settings), str(settings), settings.model_dump_json()):
        assert "s3cr3t" not in text
        assert AES not in text


def test_settings_of_doors_come_from_uplog_toml_below_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "uplog.toml").write_text('[collect]\nport = 9000\nkeys = {feiyu = "a b"}\n[other]\nx = 1\n')
    monkeypatch.chdir(tmp_path)
    assert CollectorSettings().held("keys", "feiyu") == (b"a", b"b")
    monkeypatch.setenv("UPLOG_COLLECT_PORT", "9001")
    assert CollectorSettings().port == 9001
