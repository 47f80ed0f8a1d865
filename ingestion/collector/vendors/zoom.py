"""Zoom: `x-zm-signature` is `v0=` and the HMAC-SHA-256, as hex, over `v0:timestamp:body`.

The address is proved by `endpoint.url_validation` (again every 72 hours): the plain token comes back with its own
HMAC. An app sends all it subscribes to to one address; what is no meeting's course may have another shape
(`meeting.updated` names no occurrence). Source: developers.zoom.us/docs/api/webhooks (validate your endpoint; verify
webhook events).
"""

from __future__ import annotations

import hashlib
import hmac

import msgspec

from ingestion.collector.calls import Answer, Call, Opened, Scheme, Unreadable, is_other, signing_key
from ingestion.readers.strict import parsed

_READ = frozenset({"meeting.started", "meeting.ended", "meeting.participant_joined", "meeting.participant_left"})
"""The events of a meeting's course; the models read no others."""


class Zoom(Scheme):
    """The door of one Zoom app; its keys are the app's secret tokens."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = keys

    def open(self, call: Call) -> Opened:
        at = call.header("x-zm-request-timestamp")
        signed = f"v0:{at}:".encode() + call.body
        key = signing_key(self._keys, lambda key: "v0=" + _hex(key, signed), call.header("x-zm-signature"))
        call.check_age(at)
        try:
            found = parsed(call.body)
        except ValueError as wrong:
            raise Unreadable(str(wrong)) from None
        if isinstance(found, dict) and found.get("event") == "endpoint.url_validation":
            payload = found.get("payload")
            plain = payload.get("plainToken") if isinstance(payload, dict) else None
            if not isinstance(plain, str):
                raise Unreadable("payload.plainToken: expected `str`")
            proof = {"plainToken": plain, "encryptedToken": _hex(key, plain.encode())}
            return Opened(Answer(msgspec.json.encode(proof), "application/json"), is_handshake=True)
        return Opened(Answer(), [found], is_other=is_other(found, _READ))


def _hex(key: bytes, signed: bytes) -> str:
    return hmac.digest(key, signed, hashlib.sha256).hex()
