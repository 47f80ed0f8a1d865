"""The shape that staging takes payloads apart by: every declared field, and all the door leaves of a personal one."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from ingestion.contract import FreeText, Id, Name, PersonalKind, Phone, Record, Source
from ingestion.payload_shapes import kept_of, macro, shape
from ingestion.personal.secrets import new_secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import sources

VALUES = {
    "phone": ["13812345678", "138****5678", "400-820-1234"],
    "virtual_phone": ["17012345678,1234"],
    "name": ["王先生", "测试"],
    "account": ["zhangwei"],
    "device": ["d-1"],
    "dropped": ["粤B12345"],
}


class Caller(Record):
    number: Phone
    heard: FreeText | None = None


class Call(Record):
    id: Id
    caller: Caller
    tags: list[str] = []
    others: list[Caller] = []


class CallV2(Call, kw_only=True):
    named: Name | None = None


def test_shape_has_the_fields_of_every_version_and_lists_as_json() -> None:
    (source,) = [one for one in sources().values() if one.name == "crm.visit"]
    both = Source("crm.visit", source.topic, {1: Call, 2: CallV2}, ("id",), source.occurred_at, "fct", "example")

    assert shape(both) == {
        "id": "text",
        "caller": {"number": {"token": "token", "class": "text", "masked": "token"}, "heard": "text"},
        "tags": "json",
        "others": "json",
        "named": {"token": "token", "form": "text", "is_test": "text"},
    }
    assert "'crm.visit': " in macro([both])


@pytest.mark.parametrize("kind", get_args(PersonalKind))
def test_shape_keeps_all_that_the_door_leaves_of_a_personal_value(kind: Any) -> None:
    by_kind = Tokens(new_secrets()).by_kind
    left = [by_kind[kind](value) for value in VALUES[kind]]
    assert {name for value in left for name in value or ()} <= set(kept_of(kind))
