"""Dead letters keep the refused bytes, sealed under the key of their day; when the key is gone, so are they."""

from __future__ import annotations

import os
from datetime import date

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_VERSION = b"1"


class DeadLetterSeal:
    """Seals bytes under one day's key, bound to where they stood."""

    def __init__(self, day: date, key: bytes) -> None:
        self._head = _VERSION + day.strftime("%Y%m%d").encode()
        self._key = AESGCM(key)

    def sealed(self, value: bytes, coordinates: str) -> bytes:
        """`coordinates` as `topic/generation/partition/offset`."""
        nonce = os.urandom(12)
        return self._head + nonce + self._key.encrypt(nonce, value, coordinates.encode())


def day_of(sealed: bytes) -> date:
    """The day whose key opens `sealed`.

    Raises:
        ValueError: it is not sealed bytes of this version.
    """
    if sealed[:1] != _VERSION:
        raise ValueError("not sealed by this version")
    return date.fromisoformat(sealed[1:9].decode())


def opened(sealed: bytes, coordinates: str, key: bytes) -> bytes:
    """The bytes as they came.

    Raises:
        InvalidTag: another key, other coordinates, or changed bytes.
    """
    return AESGCM(key).decrypt(sealed[9:21], sealed[21:], coordinates.encode())
