"""Who may ask: whoever has the token, as a bearer's or as the password of HTTP Basic (Excel knows no other)."""

from __future__ import annotations

import binascii
import hmac
import secrets
import stat
from base64 import b64decode
from pathlib import Path

from ingestion.durable import make_once
from ingestion.errors import UplogError, UsageError
from ingestion.settings import Settings
from publishing.serve.settings import ServeSettings

_SHORTEST = 20


def token_path(settings: Settings) -> Path:
    """Where the token lies that a first start makes."""
    return settings.home / "serve.token"


def load_token(settings: Settings, serving: ServeSettings) -> bytes:
    """The token of `UPLOG_SERVE_TOKEN`, else of its file, which is made where it is missing (0600).

    Raises:
        UsageError: it is shorter than 20 characters, or not ASCII.
        UplogError: others can read its file.
    """
    path = token_path(settings)
    if serving.token is not None:
        text, where = serving.token.get_secret_value(), "UPLOG_SERVE_TOKEN"
    else:
        if not path.exists():
            make_once(path, f"{secrets.token_urlsafe(32)}\n".encode())
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise UplogError(f"{path} can be read by others", f"chmod 600 {path}, or remove it for a new token")
        text, where = path.read_text(encoding="utf-8", errors="replace"), str(path)
    text = text.strip()
    if len(text) < _SHORTEST or not text.isascii():
        raise UsageError(f"the token of {where} is too short or not ASCII", f"give {_SHORTEST} characters or more")
    return text.encode()


def may_ask(authorization: str, token: bytes) -> bool:
    """Whether the header holds the token; compared in a time that tells nothing about it."""
    scheme, _, given = authorization.partition(" ")
    found = given.strip().encode("latin-1", "replace")
    if scheme.lower() == "basic":
        try:
            found = b64decode(found, validate=True).partition(b":")[2]
        except binascii.Error:
            return False
    elif scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(found, token)
