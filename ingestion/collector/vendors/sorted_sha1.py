"""What Tencent Meeting, WeCom and DingTalk share: a SHA-1 over sorted parts, and AES-256-CBC under an EncodingAESKey.

The signature is the SHA-1, as hex, of token, timestamp, nonce and the message, sorted as text and joined. The key is
the base64 of 43 characters plus `=`, its first 16 bytes the initial vector, the padding PKCS#7 to 32 bytes. WeCom's and
DingTalk's plain text is 16 random bytes, a length of 4 bytes, the message, and the id of the receiver.
Sources: developer.work.weixin.qq.com/document/path/90968; github.com/open-dingtalk/DingTalk-Callback-Crypto.
"""

from __future__ import annotations

import binascii
import hashlib
import hmac
import secrets
from base64 import b64decode, b64encode
from collections.abc import Iterable

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ingestion.collector.calls import Forged
from ingestion.errors import UsageError

_BLOCK = 32


def signature(token: bytes, timestamp: str, nonce: str, message: str) -> str:
    """The signature of a message under one token."""
    parts = sorted([token, timestamp.encode(), nonce.encode(), message.encode()])
    return hashlib.sha1(b"".join(parts)).hexdigest()


def aes_key(text: bytes) -> bytes:
    """The 32 bytes of an EncodingAESKey.

    Raises:
        UsageError: it is not one; does not quote it.
    """
    try:
        key = b64decode(text.rstrip(b"=") + b"=", validate=True)
    except binascii.Error:
        key = b""
    if len(key) != 32:
        raise UsageError("an EncodingAESKey is not 43 characters of base64", "copy it whole from the vendor's console")
    return key


def decrypted(text: str, key: bytes) -> bytes:
    """The plain text of a base64 message.

    Raises:
        Forged: it was not made with this key.
    """
    try:
        sealed = b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Forged("the message is not base64") from None
    if not sealed or len(sealed) % 16:
        raise Forged("the message is not of whole blocks")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    padded = cipher.update(sealed) + cipher.finalize()
    length = padded[-1]
    if not 1 <= length <= min(_BLOCK, len(padded)) or padded[-length:] != bytes([length]) * length:
        raise Forged("the message was sealed with another key")
    return padded[:-length]


def encrypted(plain: bytes, key: bytes) -> str:
    """`plain` under the key, as base64."""
    length = _BLOCK - len(plain) % _BLOCK
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return b64encode(cipher.update(plain + bytes([length]) * length) + cipher.finalize()).decode()


def framed(message: bytes, receive_id: bytes) -> bytes:
    """A message as it stands inside an envelope."""
    return secrets.token_bytes(16) + len(message).to_bytes(4, "big") + message + receive_id


def unsealed(text: str, keys: Iterable[bytes], receive_id: bytes) -> tuple[bytes, bytes]:
    """The message of an envelope for `receive_id`, and the key it was sealed with.

    Raises:
        Forged: no key opens it, or it was meant for another receiver.
    """
    wrong = Forged("no key")
    for key in keys:
        try:
            plain = decrypted(text, key)
        except Forged as other:
            wrong = other
            continue
        end = 20 + int.from_bytes(plain[16:20], "big")
        if len(plain) >= end >= 20 and hmac.compare_digest(plain[end:], receive_id):
            return plain[20:end], key
        wrong = Forged("the message is for another receiver")
    raise wrong
