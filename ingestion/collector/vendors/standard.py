"""Standard Webhooks: HMAC-SHA-256 over `id.timestamp.body`, as base64 after `v1,`.

For whoever forwards records or whole events to us and may choose: middleware of the group, other producers.
Source: the Standard Webhooks specification (github.com/standard-webhooks/standard-webhooks, spec): headers
`webhook-id`, `webhook-timestamp` (seconds), `webhook-signature` (one or more, apart by spaces). A key `whsec_…` is
base64, any other its own bytes.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
from base64 import b64decode, b64encode

from ingestion.collector.calls import Call, Opened, Scheme, Unreadable, signing_key
from ingestion.errors import UsageError
from ingestion.readers.strict import parsed

_MARK = b"whsec_"
_MOST_SIGNATURES = 16


class Standard(Scheme):
    """One door under this scheme; a record, or an array of records of one source, is a call's body."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = tuple(_key(key) for key in keys)

    def check(self, call: Call) -> None:
        """Whether the call is signed and fresh.

        Raises:
            Forged, Stale
        """
        call_id, at = call.header("webhook-id"), call.header("webhook-timestamp")
        signed = f"{call_id}.{at}.".encode() + call.body
        given = call.header("webhook-signature").split(" ")[:_MOST_SIGNATURES]
        signing_key(self._keys, lambda key: _signature(key, signed), *given)
        call.check_age(at)

    def open(self, call: Call) -> Opened:
        self.check(call)
        try:
            found = parsed(call.body)
        except ValueError as wrong:
            raise Unreadable(str(wrong)) from None
        return Opened(None, found if isinstance(found, list) else [found])


def _signature(key: bytes, signed: bytes) -> str:
    return "v1," + b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def _key(text: bytes) -> bytes:
    if not text.startswith(_MARK):
        return text
    try:
        key = b64decode(text.removeprefix(_MARK), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        raise UsageError("a key that begins with whsec_ is not base64", "copy it whole, or give one without that mark")
    return key
