"""The rewriter compiled from a contract: every declared personal field, every text it does not know."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingestion.contract import Account, Dropped, FreeText, Phone, Record, fields_of
from ingestion.personal.rewrite import compiled
from ingestion.personal.secrets import new_secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import sources


class Nested(Record):
    phones: list[Phone] = []
    inner: list[dict[str, Any]] = []
    anything: Any = None
    national_id: Dropped | None = None
    note: FreeText | None = None
    account: Account | None = None
    code: str | None = None


def rewritten(contract: type[Record], data: dict[str, Any]) -> dict[str, Any]:
    compiled(contract, Tokens(new_secrets()))(data)
    return data


def test_rewrite_of_lists_objects_and_unknown_fields_leaves_nothing_readable() -> None:
    data = rewritten(
        Nested,
        {
            "phones": ["13800138000", "", "13900139000"],
            "inner": [{"tel": "13800138000"}],
            "anything": {"deep": ["tel 13800138000", {"13800138000": 1}]},
            "national_id": "110101199003074514",
            "note": "粤B12345",
            "account": " ",
            "code": "13800138000",
            "unknown": 13800138000,
            "unknown_too": {"list": [8613800138000, 1730000000000, True, None, 1.5]},
            "13800138000": "x",
        },
    )
    assert [value and value["class"] for value in data["phones"]] == ["mobile", None, "mobile"]
    assert data["national_id"] is None
    assert data["account"] is None
    assert data["note"] == "[plate]"
    assert data["code"] == "13800138000"
    assert data["inner"] == [{"tel": "[phone]"}]
    assert data["anything"] == {"deep": ["tel [phone]", {"[phone]": 1}]}
    assert data["unknown"] == "[phone]"
    assert data["unknown_too"] == {"list": ["[phone]", 1730000000000, True, None, 1.5]}
    assert data["[phone]"] == "x"
    assert "13800138000" not in data


@pytest.mark.parametrize("name", sorted(sources()))
def test_rewrite_of_every_source_replaces_every_personal_field(name: str) -> None:
    contract = sources()[name].contract
    data: dict[str, Any] = {}
    planted = 0
    for field in fields_of(contract):
        if field.personal or field.free_text:
            planted += field.personal != "dropped"  # that one leaves nothing
            plant(data, field.path, "13800138000")
    rewritten(contract, data)
    assert "13800138000" not in json.dumps(data)
    assert json.dumps(data).count("token") + json.dumps(data).count("[phone]") >= planted


def plant(data: dict[str, Any], path: str, value: str) -> None:
    head, dot, rest = path.partition(".")
    name = head.removesuffix("[]")
    if head.endswith("[]"):
        held = data.setdefault(name, [{}] if dot else [value])
        target = held[0]
    else:
        target = data.setdefault(name, {} if dot else value)
    if dot:
        plant(target, rest, value)
