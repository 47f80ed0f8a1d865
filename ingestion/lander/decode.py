"""One Kafka value to one row of the log: strict JSON, envelope, contract, then tokens in place of persons."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import lru_cache
from typing import Annotated, Any, Literal, NamedTuple

import msgspec
from msgspec import Meta

from ingestion.contract import Record
from ingestion.lander.reasons import Reason, Refused
from ingestion.lander.strict import document, encode
from ingestion.personal.masking import mask_identifier, mask_text
from ingestion.personal.rewrite import Rewrite, compiled, mask_deep
from ingestion.personal.secrets import Secrets
from ingestion.personal.tokens import Tokens
from ingestion.sources import sources

_Text = Annotated[str, Meta(min_length=1, max_length=1024)]
_Instant = Annotated[datetime, Meta(tz=True)]
_CODE = re.compile(r"[a-z0-9]{1,64}")
_PATH = re.compile(r"(?P<what>.*?) - at `\$\.?(?P<path>[^`]*)`", re.DOTALL)
_JSON_TYPES = re.compile(r"application/(?:[\w.\-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)
_ADAPTERS_TAIL = re.compile(r"~[0-9a-f]{16}")
_PULLED_ONLY = frozenset({"pulledat"})
_EARLIEST_US = 946_684_800_000_000  # 2000-01-01T00:00:00Z
_DAY_US = 86_400_000_000


class Envelope(msgspec.Struct):
    """The attributes of a CloudEvent that uplog reads; every other attribute is an extension."""

    specversion: Literal["1.0"]
    id: _Text
    source: _Text
    type: _Text
    time: _Instant
    data: Any
    subject: _Text | None = None
    datacontenttype: str | None = None


class _RawData(msgspec.Struct):
    data: msgspec.Raw


class _Pulled(msgspec.Struct):
    pulledat: _Instant


class Row(NamedTuple):
    """An accepted event; instants are microseconds since 1970 in UTC, JSON columns are text."""

    event_id: str
    source: str
    type: str
    subject: str | None
    occurred_us: int
    extensions: bytes | None
    data: bytes
    content_hash: int
    pulled_us: int | None


_ATTRIBUTES = frozenset(field.encode_name for field in msgspec.structs.fields(Envelope))


class Decoder:
    """Decodes values under one tenant's secrets; keeps the tokens it has made, so one process keeps one."""

    def __init__(self, secrets: Secrets) -> None:
        self._keyed_hash = secrets.keyed_hash
        self._keyed_hex = secrets.keyed_hex
        self._source = lru_cache(maxsize=1024)(lambda source: mask_identifier(source, secrets.keyed_hex))
        self.tokens = Tokens(secrets)
        self._records: dict[str, tuple[type[Record], Rewrite]] = {
            f"{source.name}.v{version}": (contract, compiled(contract, self.tokens))
            for source in sources().values()
            for version, contract in source.contracts.items()
        }

    def row(self, value: bytes | None, kafka_us: int) -> Row:
        """The row of a value that Kafka got at `kafka_us`.

        Raises:
            Refused: with the reason and a detail that names the field path, never its content.
        """
        if value is None:
            raise Refused("null_value", "no value")
        try:
            return self._row(value, kafka_us)
        except Refused as refused:
            refused.detail = mask_text(refused.detail)[:500]
            raise
        except RecursionError:
            raise Refused("too_deep", "over the parser's limit") from None

    def _row(self, value: bytes, kafka_us: int) -> Row:
        found, is_canonical = document(value)
        envelope = _converted(found, Envelope, "", "envelope_invalid")
        if envelope.datacontenttype is not None and not _JSON_TYPES.fullmatch(envelope.datacontenttype):
            raise Refused("envelope_invalid", "datacontenttype: not JSON")
        for name in ("id", "source", "subject"):
            _no_control_characters(name, getattr(envelope, name))
        extensions, pulled_us = self._extensions(found)
        contract, rewrite = self._record(envelope.type)
        data = envelope.data
        if not isinstance(data, dict):
            raise Refused("contract_violated", "data: expected an object")
        _converted(data, contract, "data", "contract_violated")
        occurred_us = _microseconds(envelope.time)
        if occurred_us < _EARLIEST_US:
            raise Refused("time_implausible", "time: before 2000")
        if occurred_us > kafka_us + _DAY_US:
            raise Refused("time_implausible", "time: more than a day after Kafka got it")
        content_hash = self._keyed_hash(_data_as_sent(value, found, is_canonical))
        rewrite(data)
        event_id, subject = self._identifiers(envelope.id, envelope.subject)
        return Row(
            event_id,
            self._source(envelope.source),
            envelope.type,
            subject,
            occurred_us,
            extensions,
            encode(data),
            content_hash,
            pulled_us,
        )

    def _identifiers(self, event_id: str, subject: str | None) -> tuple[str, str | None]:
        """Id and subject without personal values; an id of `subject~keyed hash` is not searched twice."""
        if subject is None:
            return mask_identifier(event_id, self._keyed_hex), None
        masked = mask_identifier(subject, self._keyed_hex)
        if event_id.startswith(subject) and _ADAPTERS_TAIL.fullmatch(event_id, len(subject)):
            return masked + event_id[len(subject) :], masked
        return mask_identifier(event_id, self._keyed_hex), masked

    def _record(self, type_: str) -> tuple[type[Record], Rewrite]:
        try:
            return self._records[type_]
        except KeyError:
            name, _, version = type_.rpartition(".")
            if name in sources() and re.fullmatch(r"v\d+", version, re.ASCII):
                raise Refused("version_unknown", f"type: no such version of {name}") from None
            raise Refused("type_unknown", "type: no such source") from None

    @staticmethod
    def _extensions(found: dict[str, Any]) -> tuple[bytes | None, int | None]:
        names = found.keys() - _ATTRIBUTES
        if not names:
            return None, None
        if names == _PULLED_ONLY and isinstance(found["pulledat"], str):
            return _pulled_only(found["pulledat"])
        kept = {}
        pulled_us = None
        for name in sorted(names):
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
    return _microseconds(_converted({"pulledat": value}, _Pulled, "", "envelope_invalid").pulledat)


@lru_cache(maxsize=1024)
def _pulled_only(value: str) -> tuple[bytes, int]:
    """A file's records share one time of pull, and most have no other extension."""
    return encode({"pulledat": value}), _pulled_at(value)


def _converted(value: Any, kind: Any, prefix: str, reason: Reason) -> Any:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as wrong:
        raise Refused(reason, _detail(str(wrong), prefix)) from None


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


def _no_control_characters(name: str, text: str | None) -> None:
    if text is None or text.isprintable():
        return
    if any(unicodedata.category(char) == "Cc" for char in text):
        raise Refused("envelope_invalid", f"{name}: control characters")


def _data_as_sent(value: bytes, found: dict[str, Any], is_canonical: bool) -> bytes:
    """The bytes of the `data` member. In canonical text the first `"data":` is the member: extensions are scalars."""
    if not is_canonical:
        return bytes(msgspec.json.decode(value, type=_RawData).data)
    if next(reversed(found)) == "data":
        return value[value.index(b'"data":') + 7 : -1]
    return encode(found["data"])


def _microseconds(instant: datetime) -> int:
    return round(instant.timestamp() * 1_000_000)
