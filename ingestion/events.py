"""A vendor's record to a CloudEvent: its identity, its time, its key; the payload untouched in `data`.

No personal value stands in id, subject, source or key: where one is part of a record's own key, a keyed
hash stands for it. `data` keeps the vendor's fields with object keys in alphabetical order, so that the same
record gives the same bytes however a page was serialised.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import quote

import msgspec

from ingestion.contract import Record, Source, fields_of, values_at
from ingestion.personal.masking import mask_identifier
from ingestion.personal.secrets import Secrets

MAX_BYTES = 1_048_576
_encode = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="sorted").encode
_PATH = re.compile(r"(?P<what>.*?) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")


@dataclass(frozen=True, slots=True)
class Event:
    """What goes to Kafka: the topic, the key (the subject) and the CloudEvent as JSON."""

    topic: str
    key: bytes
    value: bytes


def event_for(
    source: Source,
    payload: Any,
    *,
    secrets: Secrets,
    account: str | None = None,
    pulled_at: datetime | None = None,
) -> Event:
    """The event of one payload, checked against the source's newest contract.

    `account` names the corp, dealer or shop where the payload does not; `pulled_at` is when it was pulled.

    Raises:
        ValueError: the payload breaks the contract, or a part of its key or its time is missing; names the
            field's path, never its value.
    """
    if not isinstance(payload, dict):
        raise ValueError("expected an object")
    _check_contract(payload, source.contract)
    personal = _personal_paths(source.contract)
    subject = ":".join(_key_part(payload, path, personal, secrets) for path in source.key)
    data = _data(payload)
    if source.event_id is None:
        event_id = f"{subject}~{secrets.keyed_hash(data):016x}"
    else:
        event_id = _key_part(payload, source.event_id, personal, secrets)
    envelope = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"/{source.vendor}/{_account(source, payload, account, personal, secrets)}",
        "type": source.type,
        "subject": subject,
        "time": rfc3339(source.occurred_at.read(payload)),
        "datacontenttype": "application/json",
    }
    if pulled_at is not None:
        envelope["pulledat"] = rfc3339(pulled_at)
    value = _encode(envelope)[:-1] + b',"data":' + data + b"}"
    if len(value) > MAX_BYTES:
        raise ValueError(f"{len(value)} bytes, an event has at most {MAX_BYTES}")
    return Event(source.topic, subject.encode(), value)


def rfc3339(instant: datetime) -> str:
    """An instant as `2026-10-01T02:03:04Z`, with a fraction where it has one."""
    return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


def contract_problem(message: str) -> str:
    """msgspec's message as `path: what`."""
    match = _PATH.fullmatch(message)
    what, path = (match["what"], match["path"].replace("[...]", "[]")) if match else (message, "")
    if missing := _MISSING.fullmatch(what):
        path, what = f"{path}.{missing[1]}" if path else missing[1], "missing"
    return f"{path}: {what[:1].lower()}{what[1:]}" if path else what


def _check_contract(payload: dict[str, Any], contract: type[Record]) -> None:
    try:
        msgspec.convert(payload, contract)
    except msgspec.ValidationError as wrong:
        raise ValueError(contract_problem(str(wrong))) from None


@cache
def _personal_paths(contract: type[Record]) -> frozenset[str]:
    return frozenset(field.path for field in fields_of(contract) if field.personal)


def _key_part(payload: dict[str, Any], path: str, personal: frozenset[str], secrets: Secrets) -> str:
    value = next(values_at(payload, path), None)
    text = "" if value is None else str(value).strip()
    if not text:
        raise ValueError(f"{path}: missing, and it is part of the record's key")
    if path in personal:
        return secrets.keyed_hex(text)
    return mask_identifier(text, secrets.keyed_hex)


def _account(
    source: Source, payload: dict[str, Any], given: str | None, personal: frozenset[str], secrets: Secrets
) -> str:
    value = next(values_at(payload, source.account), None) if source.account else None
    text = str(value).strip() if value not in (None, "") else given or "default"
    if value not in (None, "") and source.account in personal:
        return secrets.keyed_hex(text)
    return quote(mask_identifier(text, secrets.keyed_hex), safe="-._~@:")


def _data(payload: dict[str, Any]) -> bytes:
    try:
        data = _canonical(payload)
    except (TypeError, UnicodeEncodeError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise ValueError("not writable as JSON: a lone surrogate, a number out of range, or too deep") from None
    if b"\\u0000" in data:
        raise ValueError("NUL in text")
    return data
