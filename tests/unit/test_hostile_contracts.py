"""Wrong types in every field of every contract: refused by path, and the events around them land."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import msgspec
import pytest

from ingestion.contract import Field, Source, fields_of
from ingestion.lander.decode import Decoder
from ingestion.lander.reasons import Refused
from ingestion.personal.secrets import new_secrets
from ingestion.sources import sources
from ingestion.topics import CONTROL
from tests.lander_events import KAFKA_MS, TOPIC, chunk_of, lead

SECRETS = new_secrets()
DECODER = Decoder(SECRETS)
WRONG: dict[str, Any] = {
    "text": "x",
    "number as text": "1",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "object": {"a": 1},
    "list": ["x"],
    "list of lists": [[["x"]]],
    "nothing": None,
}
TAKES = {"text": {"text", "number as text"}, "integer": {"integer"}, "number": {"integer", "number"}}
TAKES["boolean"] = {"boolean"}


def instance(info: Any) -> Any:
    """A value of a type, every field filled."""
    kind = type(info).__name__
    if kind == "Metadata":
        return instance(info.type)
    if kind == "StructType":
        return {field.encode_name: instance(field.type) for field in info.fields}
    if kind == "UnionType":
        options = [option for option in info.types if type(option).__name__ != "NoneType"]
        nested = [option for option in options if type(option).__name__ in ("StructType", "ListType", "DictType")]
        return instance((nested or options)[0])
    if kind == "LiteralType":
        return info.values[0]
    values = {"StrType": "x", "IntType": 1, "FloatType": 1.5, "BoolType": True, "AnyType": "x"}
    if kind == "ListType":
        return [instance(info.item_type)]
    if kind == "DictType":
        return {"x": instance(info.value_type)}
    return values[kind]


def event(source: Source, version: int, data: Any) -> bytes:
    envelope = json.loads(lead(1)) | {"source": f"/{source.vendor}/x", "type": f"{source.name}.v{version}"}
    return json.dumps(envelope | {"data": data}, ensure_ascii=False, separators=(",", ":")).encode()


def holders(node: Any, path: str) -> Iterator[tuple[Any, Any]]:
    """Where the value of a dotted path stands: a container and the key or index in it."""
    head, _, rest = path.partition(".")
    name = head.rstrip("[]")
    if head.endswith("[]"):
        items = node[name]
        yield from ((items, 0),) if not rest else holders(items[0], rest)
    elif rest:
        yield from holders(node[name], rest)
    else:
        yield node, name


def verdict(value: bytes) -> tuple[str, str]:
    try:
        DECODER.row(value, KAFKA_MS * 1000)
    except Refused as refused:
        return refused.reason, re.sub(r"\[\d+\]", "[]", refused.detail)
    return "accepted", ""


def is_taken(field: Field, kind: str) -> bool | None:
    """Whether a contract takes it; None where the field's name does not say (an absent value, a closed list)."""
    names = field.type.split(" or ")
    if kind == "nothing" or not set(names) <= TAKES.keys():
        return None
    return any(kind in TAKES[name] for name in names)


CONTRACTS = [(source, version) for source in sources().values() for version in source.contracts]


@pytest.mark.parametrize(("source", "version"), CONTRACTS, ids=lambda value: getattr(value, "name", value))
def test_contract_with_a_wrong_type_in_any_field_is_refused_by_its_path(source: Source, version: int) -> None:
    contract = source.contracts[version]
    whole = instance(msgspec.inspect.type_info(contract))
    assert verdict(event(source, version, whole)) == ("accepted", ""), "the event that is broken below"
    values, reasons = [], []
    for field in fields_of(contract):
        for kind, wrong in WRONG.items():
            data = deepcopy(whole)
            ((holder, key),) = holders(data, field.path)
            holder[key] = wrong
            values.append(event(source, version, data))
            reason, detail = verdict(values[-1])
            reasons.append(reason)
            assert reason in ("accepted", "contract_violated"), (field.path, kind)
            expected = is_taken(field, kind)
            assert expected in (None, reason == "accepted"), (field.path, kind, reason)
            if reason != "accepted":
                assert detail.startswith(f"data.{field.path}"), (field.path, kind, detail)
    assert "contract_violated" in reasons
    with_mates = [value for n, wrong in enumerate(values) for value in (wrong, lead(n + 10))]
    rows = chunk_of(with_mates, SECRETS, source.topic if source.topic == CONTROL else TOPIC).records.to_pylist()
    assert [row["reason"] or "accepted" for row in rows[::2]] == reasons
    assert all(row["reason"] is None for row in rows[1::2])


@pytest.mark.parametrize(("source", "version"), CONTRACTS, ids=lambda value: getattr(value, "name", value))
def test_contract_without_a_required_field_is_refused_by_its_path(source: Source, version: int) -> None:
    contract = source.contracts[version]
    whole = instance(msgspec.inspect.type_info(contract))
    for field in fields_of(contract):
        if field.path.endswith("[]"):
            continue
        data = deepcopy(whole)
        ((holder, key),) = holders(data, field.path)
        del holder[key]
        reason, detail = verdict(event(source, version, data))
        expected = ("contract_violated", f"data.{field.path}: missing") if field.required else ("accepted", "")
        assert (reason, detail) == expected
