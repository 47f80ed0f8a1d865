"""Tencent Meeting 腾讯会议: `{"data": base64}`, signed with SHA-1 in the headers, sealed where a key is set.

The address is proved by GET with `check_str`, which is answered in the clear. A call is answered with the words the
vendor expects. Whatever is subscribed to comes to one address; what is no meeting's course may have another shape
(`enroll.cancel` has no `meeting_info`). Sources: meeting.tencent.com/support/topic/588 (call-back service),
cloud.tencent.com/document/product/1095/51620.
"""

from __future__ import annotations

import binascii
from base64 import b64decode

from ingestion.collector.calls import Answer, Call, Forged, Opened, Scheme, Unreadable, is_other, signing_key
from ingestion.collector.vendors.sorted_sha1 import aes_key, decrypted, signature
from ingestion.readers.strict import parsed

_READ = frozenset({"meeting.started", "meeting.end", "meeting.participant-joined", "meeting.participant-left"})
"""The events of a meeting's course; the models read no others."""
_TAKEN = Answer(b"successfully received callback")


class TencentMeeting(Scheme):
    """The door of one subscription; its keys are tokens."""

    methods = ("GET", "POST")

    def __init__(self, keys: tuple[bytes, ...], aes_keys: tuple[bytes, ...]) -> None:
        self._tokens = keys
        self._aes_keys = tuple(aes_key(key) for key in aes_keys)

    def open(self, call: Call) -> Opened:
        if call.method == "GET":
            # base64 has no space: one was a plus that came unquoted
            checked = self._plain(call, call.parameter("check_str").replace(" ", "+"))
            return Opened(Answer(checked), is_handshake=True)
        try:
            found = parsed(self._plain(call, call.signed_member("data")))
        except ValueError as wrong:
            raise Unreadable(f"data: {wrong}") from None
        return Opened(_TAKEN, [found], is_other=is_other(found, _READ))

    def _plain(self, call: Call, message: str) -> bytes:
        at, nonce = call.header("timestamp"), call.header("nonce")
        signing_key(self._tokens, lambda token: signature(token, at, nonce, message), call.header("signature"))
        call.check_age(at)
        if not self._aes_keys:
            try:
                return b64decode(message, validate=True)
            except (binascii.Error, ValueError):
                raise Unreadable("data: not base64") from None
        wrong = Forged("no key")
        for key in self._aes_keys:
            try:
                return decrypted(message, key)
            except Forged as other:
                wrong = other
        raise wrong
