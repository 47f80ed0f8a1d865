"""A vendor's record to a CloudEvent: its identity, its time, its key; the payload untouched in `data`.

No personal value stands in id, subject, source or key: where one is part of a record's own key, a keyed
hash stands for it. `data` keeps the vendor's fields with object keys in alphabetical order, so that the same
record gives the same bytes however a page was serialised.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from ingestion.contract import Record, Source, fields_of, value_at
from ingestion.personal.masking import mask_identifier
from ingestion.personal.secrets import Secrets
from ingestion.personal.tokens import plain
from ingestion.times import rfc3339

MAX_BYTES = 1_048_576
_MAX_ID = 1_024
_ACCOUNTS = 1_000
_encode = msgspec.json.Encoder().encode
_canonical = msgspec.json.Encoder(order="sorted").encode
_PATH = re.compile(r"(?P<what>.*?) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_MISSING = re.compile(r"Object missing required field `(.*)`")


class TooLarge(ValueError):
    """The event would be over 1 MiB."""


class Event(NamedTuple):
    """What goes to Kafka: the topic, the key (the subject) and the CloudEvent as JSON."""

    topic: str
    key: bytes
    value: bytes


class EventMaker:
    """Events of one source, from one account and one pull; what records share is worked out once.

    `account` names the corp, dealer or shop where the payload does not, or the person whose answer it is;
    `pulled_at` is when it was pulled.
    """

    def __init__(
        self, source: Source, *, secrets: Secrets, account: str | None = None, pulled_at: datetime | None = None
    ) -> None:
        self._source = source
        self._secrets = secrets
        self._contract = source.contract
        self._personal = _personal_paths(source.contract)
        self._given = account or "default"
        self._is_nobodys = source.asks_account and not account
        self._is_about_one = source.account in self._personal
        self._whose = {source.account: account} if account and self._is_about_one else {}
        self._accounts: dict[str, bytes] = {}
        self._topic = source.topic
        self._key = source.key
        self._event_id = source.event_id
        self._time = source.occurred_at.read
        self._type = b',"type":' + _encode(source.type) + b',"subject":'
        self._tail = _tail(pulled_at)

    def __call__(self, payload: Any, pulled_at: datetime | None = None) -> Event:
        """The event of one payload, checked against the source's newest contract; `pulled_at` where it is its own.

        Raises:
            ValueError: the payload breaks the contract, or a part of its key or its time is missing; names the
                field's path, never its value.
        """
        if not isinstance(payload, dict):
            raise ValueError("expected an object")
        if self._is_nobodys:
            raise ValueError("the answer names no account; give it with --account (a door: with its setting)")
        if self._is_about_one:
            payload = self._whose | payload
            if self._source.account not in payload:
                raise ValueError(f"{self._source.account}: missing; say whose answer it is with --account")
        try:
            msgspec.convert(payload, self._contract)
        except msgspec.ValidationError as wrong:
            raise ValueError(contract_problem(str(wrong))) from None
        data = _data(payload)
        subject = self._key_part(payload, self._key[0])
        for path in self._key[1:]:
            subject = f"{subject}:{self._key_part(payload, path)}"
        if self._event_id is None:
            event_id = f"{subject}~{self._secrets.keyed_hash(data):016x}"
        else:
            event_id = self._key_part(payload, self._event_id)
        if len(event_id) > _MAX_ID or not event_id.isprintable():
            _check_identifier(event_id, self._event_id or " and ".join(self._key))
        value = b"".join(
            (
                b'{"specversion":"1.0","id":',
                _encode(event_id),
                b',"source":',
                self._account(payload),
                self._type,
                _encode(subject),
                b',"time":"',
                self._time(payload).encode(),
                self._tail if pulled_at is None else _tail(pulled_at),
                data,
                b"}",
            )
        )
        if len(value) > MAX_BYTES:
            raise TooLarge(f"{len(value)} bytes, an event has at most {MAX_BYTES}")
        return Event(self._topic, subject.encode(), value)

    def _key_part(self, payload: dict[str, Any], path: str) -> str:
        value = value_at(payload, path)
        text = value.strip() if type(value) is str else "" if value is None else str(value).strip()
        if not text:
            raise ValueError(f"{path}: missing, and it is part of the record's key")
        if path in self._personal:
            return self._secrets.keyed_hex(plain(text))
        return mask_identifier(text, self._secrets.keyed_hex)

    def _account(self, payload: dict[str, Any]) -> bytes:
        """The event's `source` as JSON; records of a file have few accounts."""
        path = self._source.account
        value = value_at(payload, path) if path else None
        text = str(value).strip() if value not in (None, "") else self._given
        is_personal = value not in (None, "") and path in self._personal
        found = None if is_personal else self._accounts.get(text)
        if found is None:
            keyed_hex = self._secrets.keyed_hex
            safe = keyed_hex(plain(text)) if is_personal else quote(mask_identifier(text, keyed_hex), safe="-._~@:")
            found = _encode(f"/{self._source.vendor}/{safe}")
            if not is_personal and len(self._accounts) < _ACCOUNTS:
                self._accounts[text] = found
        return found


def event_for(
    source: Source,
    payload: Any,
    *,
    secrets: Secrets,
    account: str | None = None,
    pulled_at: datetime | None = None,
) -> Event:
    """The event of one payload that stands alone; raises as `EventMaker` does."""
    return EventMaker(source, secrets=secrets, account=account, pulled_at=pulled_at)(payload)


def contract_problem(message: str) -> str:
    """msgspec's message as `path: what`."""
    match = _PATH.fullmatch(message)
    what, path = (match["what"], match["path"].replace("[...]", "[]")) if match else (message, "")
    if missing := _MISSING.fullmatch(what):
        path, what = f"{path}.{missing[1]}" if path else missing[1], "missing"
    return f"{path}: {what[:1].lower()}{what[1:]}" if path else what


def _check_identifier(text: str, path: str) -> None:
    """Raises ValueError for what the lander would refuse in an id."""
    if len(text) > _MAX_ID:
        raise ValueError(f"{path}: over {_MAX_ID} characters, and it is part of the record's key")
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise ValueError(f"{path}: control characters, and it is part of the record's key")


@cache
def _personal_paths(contract: type[Record]) -> frozenset[str]:
    return frozenset(field.path for field in fields_of(contract) if field.personal)


def _tail(pulled_at: datetime | None) -> bytes:
    pulled = b"" if pulled_at is None else b',"pulledat":' + _encode(rfc3339(pulled_at))
    return b'","datacontenttype":"application/json"' + pulled + b',"data":'


def _data(payload: dict[str, Any]) -> bytes:
    try:
        data = _canonical(payload)
    except (TypeError, UnicodeEncodeError, OverflowError, RecursionError, msgspec.MsgspecError):
        raise ValueError("not writable as JSON: a lone surrogate, a number out of range, or too deep") from None
    if b"\\" in data and b"\\u0000" in data:  # one byte is found ten times as fast as six
        raise ValueError("NUL in text")
    return data
