"""CloudEvents over HTTP: structured, batched and binary calls become the JSON of each event.

Source: CloudEvents 1.0.2, HTTP protocol binding and JSON format. In binary mode the attributes are headers, which
the signature does not cover; a producer that may choose sends structured events.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec
from starlette.datastructures import Headers

from ingestion.collector.calls import Refused, Unreadable
from ingestion.readers.strict import parsed

_STRUCTURED = "application/cloudevents+json"
_BATCH = "application/cloudevents-batch+json"
_JSON = re.compile(r"application/(?:[\w.\-]+\+)?json")
_NAME = re.compile(r"[a-z0-9]{1,64}")
_encode = msgspec.json.Encoder().encode


def media_type(headers: Headers) -> str:
    """The media type without parameters, in lower case; empty when there is none.

    Raises:
        Refused: 415, the text is not UTF-8 or is compressed.
    """
    found, _, parameters = headers.get("content-type", "").partition(";")
    charset = re.search(r"charset\s*=\s*\"?([^\s;\"]+)", parameters, re.IGNORECASE)
    if charset and charset[1].lower() not in ("utf-8", "utf8"):
        raise Refused(415, "unsupported_type", "charset: send UTF-8")
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise Refused(415, "unsupported_type", "content-encoding: send it as it is")
    return found.strip().lower()


def is_taken(found: str, headers: Headers) -> bool:
    """Whether a call of that media type can hold events."""
    return found in (_STRUCTURED, _BATCH) or ("ce-specversion" in headers and _JSON.fullmatch(found) is not None)


def events_in(found: str, headers: Headers, body: bytes) -> list[bytes]:
    """The JSON of each event; a batch may be empty.

    Raises:
        Unreadable: not the JSON that mode needs.
    """
    if found == _STRUCTURED:
        return [body]
    if found == _BATCH:
        try:
            return [bytes(item) for item in msgspec.json.decode(body, type=list[msgspec.Raw])]
        except (msgspec.MsgspecError, UnicodeError, RecursionError):
            raise Unreadable("a batch is an array of events") from None
    return [_binary(found, headers, body)]


def _binary(found: str, headers: Headers, body: bytes) -> bytes:
    event: dict[str, str | msgspec.Raw] = {}
    for name, value in headers.items():
        if not name.startswith("ce-"):
            continue
        attribute = name.removeprefix("ce-")
        if attribute in event or not _NAME.fullmatch(attribute) or attribute in ("data", "datacontenttype"):
            raise Unreadable("a ce- header came twice, or is no attribute's name")
        event[attribute] = _text(value)
    event["datacontenttype"] = found
    try:
        parsed(body)  # only one whole document may become a member
    except ValueError as wrong:
        raise Unreadable(f"data: {wrong}") from None
    event["data"] = msgspec.Raw(body.strip())
    return _encode(event)


def _text(value: str) -> str:
    if not value.isascii():
        raise Unreadable("a ce- header is not percent-encoded UTF-8")
    quoted = re.fullmatch(r'"((?:[^"\\]|\\.)*)"', value)
    if quoted:
        value = re.sub(r"\\(.)", r"\1", quoted[1])
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise Unreadable("a ce- header is not percent-encoded UTF-8") from None
