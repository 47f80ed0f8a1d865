"""WeCom 企业微信 call-backs: XML (or JSON) with `Encrypt`, signed with SHA-1 in the query.

The address is proved by GET with a sealed `echostr`, which is answered in the clear. What an app is subscribed to comes
to one address: records that are a source's go on, the rest is acknowledged and counted.
Sources: developer.work.weixin.qq.com/document/path/90968 (envelope), /90376 (events), /101033 (JSON).
"""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingestion.collector.calls import Answer, Call, Forged, Opened, Scheme, Unreadable, signing_key
from ingestion.collector.vendors.sorted_sha1 import aes_key, signature, unsealed
from ingestion.readers.strict import parsed

_DEEPEST = 16


class WeCom(Scheme):
    """The door of one app; its keys are tokens, `receive_id` is the corp id (or the suite id)."""

    media_types = ("text/xml", "application/xml", "application/json")
    methods = ("GET", "POST")

    def __init__(self, keys: tuple[bytes, ...], aes_keys: tuple[bytes, ...], receive_id: str) -> None:
        self._tokens = keys
        self._aes_keys = tuple(aes_key(key) for key in aes_keys)
        self._receive_id = receive_id

    def open(self, call: Call) -> Opened:
        if call.method == "GET":
            # base64 has no space: one was a plus that came unquoted
            return Opened(Answer(self._plain(call, call.parameter("echostr").replace(" ", "+"))), is_handshake=True)
        try:
            envelope = _document(call.body)
        except ValueError:
            envelope = None
        sealed = envelope.get("Encrypt", envelope.get("encrypt")) if isinstance(envelope, dict) else None
        if not isinstance(sealed, str):
            raise Forged("Encrypt: no signed text")
        try:
            message = _document(self._plain(call, sealed))
        except ValueError as wrong:
            raise Unreadable(f"Encrypt: {wrong}") from None
        return Opened(Answer(b"success"), [message], self._receive_id)

    def _plain(self, call: Call, sealed: str) -> bytes:
        at, nonce = call.parameter("timestamp"), call.parameter("nonce")
        given = call.parameter("msg_signature")
        signing_key(self._tokens, lambda token: signature(token, at, nonce, sealed), given)
        call.check_age(at)
        return unsealed(sealed, self._aes_keys, self._receive_id.encode())[0]


def _document(raw: bytes) -> Any:
    """XML as nested objects of text, what comes several times as a list; or JSON.

    Raises:
        ValueError: neither.
    """
    if not raw.lstrip().startswith(b"<"):
        return parsed(raw)
    try:
        return _members(fromstring(raw, forbid_dtd=True), 1)
    except (ParseError, DefusedXmlException, LookupError):  # the last: an encoding that Python does not know
        raise ValueError("not XML without a document type") from None


def _members(element: Element, depth: int) -> Any:
    if not len(element):
        return element.text or ""
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    found: dict[str, list[Any]] = {}
    for child in element:
        found.setdefault(child.tag, []).append(_members(child, depth + 1))
    return {name: items[0] if len(items) == 1 else items for name, items in found.items()}
