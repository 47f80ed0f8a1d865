"""One Kafka value to one row of the log: strict JSON, envelope, contract, then tokens in place of persons."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from ingestion.contract import Record
from ingestion.erasure.door import Door, Grave
from ingestion.lander.reasons import Refused
from ingestion.lander.strict import MAX_BYTES, document, encode, shallow_object
from ingestion.personal.masking import mask_identifier, mask_text
from ingestion.personal.rewrite import Rewrite, compiled, mask_deep
from ingestion.personal.secrets import Secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import sources
from ingestion.topics import CONTROL

_Text = Annotated[str, Meta(min_length=1, max_length=1024)]
_Instant = Annotated[datetime, Meta(tz=True)]
_CODE = re.compile(r"[a-z0-9]{1,64}")
_PATH = re.compile(r"(?P<what>.*?) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_JSON_TYPES = re.compile(r"application/(?:[\w.\-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)
_ADAPTERS_TAIL = re.compile(r"~[0-9a-f]{16}")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_EARLIEST_US = 946_684_800_000_000  # 2000-01-01T00:00:00Z
_DAY_US = 86_400_000_000


class Envelope(msgspec.Struct, omit_defaults=True, kw_only=True):
    """The attributes of a CloudEvent that uplog reads; every other attribute is an extension.

    They stand in the order in which our adapters write them: an envelope that encodes to the same bytes again holds
    nothing else and nothing twice.
    """

    specversion: Literal["1.0"]
    id: _Text
    source: _Text
    type: _Text
    subject: _Text | None = None
    time: _Instant
    datacontenttype: str | None = None
    pulledat: str | None = None
    data: msgspec.Raw


class Row(NamedTuple):
    """An accepted event; instants are microseconds since 1970 in UTC, JSON columns are text.

    `content_hash` is None for an event of somebody who was forgotten.
    """

    event_id: str
    source: str
    type: str
    subject: str | None
    occurred_us: int
    extensions: bytes | None
    data: bytes
    content_hash: int | None
    pulled_us: int | None


_ATTRIBUTES = frozenset(field.encode_name for field in msgspec.structs.fields(Envelope)) - {"pulledat"}
_envelope = msgspec.json.Decoder(Envelope).decode
_convert = msgspec.convert
_Read = tuple[Envelope, Any, bytes, bytes | None, int | None]
"""Envelope, decoded data, its bytes as sent, extensions as JSON, time of the pull in microseconds."""


class Decoder:
    """Decodes values under one tenant's secrets; keeps the tokens it has made, so one process keeps one."""

    def __init__(self, secrets: Secrets, graves: Sequence[Grave] = ()) -> None:
        self._keyed_hash = secrets.keyed_hash
        self._keyed_hex = secrets.keyed_hex
        self._source = lru_cache(maxsize=1024)(lambda source: mask_identifier(source, secrets.keyed_hex))
        self._door = Door(secrets, graves)
        self._is_watching = self._door.is_watching
        self.tokens = Tokens(secrets, self._door.knows)
        self._records: dict[str, tuple[type[Record], Rewrite]] = {
            f"{source.name}.v{version}": (contract, compiled(contract, self.tokens))
            for source in sources().values()
            for version, contract in source.contracts.items()
        }
        self._of_control = {name for name in self._records if sources()[name.rpartition(".")[0]].topic == CONTROL}

    def row(self, value: bytes | None, kafka_us: int, topic: str | None = None) -> Row:
        """The row of a value that Kafka got at `kafka_us` on `topic` (None: it is not from Kafka, the caller decides).

        What uplog says to itself counts on its own topic alone: whoever may write to the others may not say who is to
        be forgotten, or whose tokens are one.

        Raises:
            Refused: with the reason and a detail that names the field path, never its content.
        """
        if value is None:
            raise Refused("null_value", "no value")
        try:
            row = self._row(value, kafka_us)
            if row.type in self._of_control and topic not in (CONTROL, None):
                raise Refused("type_unknown", f"type: taken from topic {CONTROL} alone")
            return row
        except Refused as refused:
            refused.detail = mask_text(refused.detail)[:500]
            raise
        except RecursionError:
            raise Refused("too_deep", "over the parser's limit") from None

    def _row(self, value: bytes, kafka_us: int) -> Row:
        envelope, data, as_sent, extensions, pulled_us = _plain(value) or self._unusual(value)
        event_id, source, subject = envelope.id, envelope.source, envelope.subject
        if not (event_id.isprintable() and source.isprintable() and (subject is None or subject.isprintable())):
            _refuse_control_characters(envelope)
        if envelope.datacontenttype != "application/json":
            _refuse_other_types(envelope.datacontenttype)
        found = self._records.get(envelope.type)
        if found is None:
            raise _unknown(envelope.type)
        contract, rewrite = found
        if type(data) is not dict:
            raise Refused("contract_violated", "data: expected an object")
        try:
            _convert(data, contract)
        except msgspec.ValidationError as wrong:
            raise Refused("contract_violated", _detail(str(wrong), "data")) from None
        occurred_us = _microseconds(envelope.time)
        if not _EARLIEST_US <= occurred_us <= kafka_us + _DAY_US:
            raise Refused("time_implausible", _implausible(occurred_us))
        content_hash = self._keyed_hash(as_sent)
        rewrite(data)
        event_id, subject = self._identifiers(event_id, subject)
        row = Row(
            event_id,
            self._source(source),
            envelope.type,
            subject,
            occurred_us,
            extensions,
            encode(data),
            content_hash,
            pulled_us,
        )
        return self._without_the_forgotten(row, data) if self._is_watching else row

    def _without_the_forgotten(self, row: Row, data: dict[str, Any]) -> Row:
        identifiers = (row.event_id, row.subject, row.source)
        found = self._door.rewritten(data, row.data, identifiers, row.type, row.occurred_us)
        if found is not None:
            after, (event_id, subject, source) = found
            row = row._replace(
                event_id=event_id or row.event_id,
                subject=subject,
                source=source or row.source,
                data=encode(after),
                content_hash=None,
            )
        self.tokens.release(self._door.left_in(row.data))
        return row

    def _unusual(self, value: bytes) -> _Read:
        """What `_plain` does not know at a glance: other spacing or order, extensions, or something to refuse."""
        found = document(value)
        try:
            envelope = _envelope(value)
        except msgspec.ValidationError as wrong:
            raise Refused("envelope_invalid", _detail(str(wrong), "")) from None
        return envelope, found["data"], bytes(envelope.data), *_extensions(found)

    def _identifiers(self, event_id: str, subject: str | None) -> tuple[str, str | None]:
        """Id and subject without personal values; what an id has in common with its subject is not searched twice."""
        if subject is None:
            return mask_identifier(event_id, self._keyed_hex), None
        masked = mask_identifier(subject, self._keyed_hex)
        if event_id == subject:
            return masked, masked
        if event_id.startswith(subject) and _ADAPTERS_TAIL.fullmatch(event_id, len(subject)):
            return (event_id if masked is subject else masked + event_id[len(subject) :]), masked
        return mask_identifier(event_id, self._keyed_hex), masked


def _plain(value: bytes) -> _Read | None:
    """A record as our adapters write it, proved to be so by encoding it again; None for any other.

    Equal bytes mean that no key stands twice and that nothing was skipped, so one pass over typed fields is as strict
    as the slow way.
    """
    if len(value) > MAX_BYTES:
        return None
    try:
        envelope = _envelope(value)
        as_sent = bytes(envelope.data)
        data = shallow_object(as_sent)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if encode(data) != as_sent or encode(envelope) != value:
        return None
    if b"\\" in value and b"\\u0000" in value:
        return None
    return envelope, data, as_sent, *_pulled_only(envelope.pulledat)


def _extensions(found: dict[str, Any]) -> tuple[bytes | None, int | None]:
    kept = {}
    pulled_us = None
    for name in sorted(found.keys() - _ATTRIBUTES):
        value = found[name]
        if not _CODE.fullmatch(name):
            raise Refused("envelope_invalid", "an extension's name is not of a-z and 0-9")
        if value is None:
            continue
        if not isinstance(value, str | int):
            raise Refused("envelope_invalid", f"{name}: an extension is text, a whole number or a boolean")
        if name == "pulledat":
            pulled_us = _pulled_at(value)
            kept[name] = value
        else:
            kept[mask_text(name)] = mask_deep(value)
    return (encode(kept) if kept else None), pulled_us


def _pulled_at(value: Any) -> int:
    try:
        return _microseconds(msgspec.convert(value, _Instant))
    except msgspec.ValidationError as wrong:
        raise Refused("envelope_invalid", f"pulledat: {_detail(str(wrong), '')}") from None


@lru_cache(maxsize=1024)
def _pulled_only(value: str | None) -> tuple[bytes | None, int | None]:
    """A file's records share one time of pull, and most have no other extension."""
    return (None, None) if value is None else (encode({"pulledat": value}), _pulled_at(value))


def _detail(message: str, prefix: str) -> str:
    """msgspec's message as `path: what`; an offending value is not repeated."""
    match = _PATH.fullmatch(message)
    what, path = (match["what"], match["path"].replace("[...]", "[]")) if match else (message, "")
    if what.startswith("Invalid enum value"):
        what = "not one of the allowed values"
    if missing := re.fullmatch(r"Object missing required field `(.*)`", what):
        path, what = f"{path}.{missing[1]}" if path else missing[1], "missing"
    where = ".".join(part for part in (prefix, path) if part)
    return f"{where}: {what[:1].lower()}{what[1:]}" if where else what


def _refuse_control_characters(envelope: Envelope) -> None:
    for name in ("id", "source", "subject"):
        if any(unicodedata.category(char) == "Cc" for char in getattr(envelope, name) or ""):
            raise Refused("envelope_invalid", f"{name}: control characters")


def _refuse_other_types(content_type: str | None) -> None:
    if content_type is not None and _JSON_TYPES.fullmatch(content_type) is None:
        raise Refused("envelope_invalid", "datacontenttype: not JSON")


def _unknown(type_: str) -> Refused:
    name, _, version = type_.rpartition(".")
    if name in sources() and re.fullmatch(r"v\d+", version, re.ASCII):
        return Refused("version_unknown", f"type: no such version of {name}")
    return Refused("type_unknown", "type: no such source")


def _implausible(occurred_us: int) -> str:
    return "time: before 2000" if occurred_us < _EARLIEST_US else "time: more than a day after Kafka got it"


def _microseconds(instant: datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND
