"""DingTalk 钉钉 call-backs: `{"encrypt": …}`, signed with SHA-1 in the query; the answer is a sealed `success`.

`check_url` proves the address and holds no record. What an app is subscribed to comes to one address: records that are
a source's go on, the rest is acknowledged and counted. `DataList` (or `dataList`) holds several records.
Sources: open.dingtalk.com/document/orgapp/configure-event-subcription;
github.com/open-dingtalk/DingTalk-Callback-Crypto.
"""

from __future__ import annotations

import secrets

import msgspec

from ingestion.collector.calls import Answer, Call, Opened, Scheme, Unreadable, signing_key
from ingestion.collector.vendors.sorted_sha1 import aes_key, encrypted, framed, signature, unsealed
from ingestion.readers.strict import parsed


class DingTalk(Scheme):
    """The door of one app; its keys are tokens, `receive_id` is the corp id (or the app key)."""

    def __init__(self, keys: tuple[bytes, ...], aes_keys: tuple[bytes, ...], receive_id: str) -> None:
        self._tokens = keys
        self._aes_keys = tuple(aes_key(key) for key in aes_keys)
        self._receive_id = receive_id

    def open(self, call: Call) -> Opened:
        at, nonce = call.parameter("timestamp", "timeStamp"), call.parameter("nonce")
        given = call.parameter("signature", "msg_signature")
        sealed = call.signed_member("encrypt")
        token = signing_key(self._tokens, lambda token: signature(token, at, nonce, sealed), given)
        call.check_age(at)
        plain, key = unsealed(sealed, self._aes_keys, self._receive_id.encode())
        try:
            message = parsed(plain)
        except ValueError as wrong:
            raise Unreadable(f"encrypt: {wrong}") from None
        is_handshake = isinstance(message, dict) and message.get("EventType") == "check_url"
        records = [] if is_handshake else _records(message)
        return Opened(self._success(token, key, at), records, self._receive_id, is_handshake)

    def _success(self, token: bytes, key: bytes, at: str) -> Answer:
        nonce = secrets.token_hex(8)
        sealed = encrypted(framed(b"success", self._receive_id.encode()), key)
        answer = {
            "msg_signature": signature(token, at, nonce, sealed),
            "timeStamp": at,
            "nonce": nonce,
            "encrypt": sealed,
        }
        return Answer(msgspec.json.encode(answer), "application/json")


def _records(message: object) -> list[object]:
    if isinstance(message, dict):
        for member in ("DataList", "dataList"):
            if isinstance(message.get(member), list):
                return list(message[member])
    return [message]
