"""Douyin open platform: `X-Douyin-Signature` is the SHA-1, as hex, of the app's secret followed by the body.

The signature holds no time, so an old call cannot be told from a new one; its record is then a duplicate at the
lander. The address is proved by the event `verify_webhook`. `content` is JSON, as text or as an object.
Source: developer.open-douyin.com/docs/resource/zh-CN/dop/develop/webhooks/summarize.
"""

from __future__ import annotations

import hashlib

import msgspec

from ingestion.collector.calls import Answer, Call, Opened, Scheme, Unreadable, signing_key
from ingestion.readers.strict import parsed


class Douyin(Scheme):
    """The door of one app; its keys are the app's client secrets."""

    def __init__(self, keys: tuple[bytes, ...]) -> None:
        self._keys = keys

    def open(self, call: Call) -> Opened:
        given = call.header("x-douyin-signature")
        signing_key(self._keys, lambda key: hashlib.sha1(key + call.body).hexdigest(), given)
        try:
            found = parsed(call.body)
            content = found.get("content") if isinstance(found, dict) else None
            content = parsed(content.encode()) if isinstance(content, str) else content
        except (ValueError, UnicodeEncodeError) as wrong:
            raise Unreadable(str(wrong)) from None
        if isinstance(found, dict) and found.get("event") == "verify_webhook":
            challenge = content.get("challenge") if isinstance(content, dict) else None
            if not isinstance(challenge, int | str):
                raise Unreadable("content.challenge: missing")
            answer = Answer(msgspec.json.encode({"challenge": challenge}), "application/json")
            return Opened(answer, is_handshake=True)
        return Opened(Answer(), [found if content is None else content])
