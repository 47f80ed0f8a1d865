"""The tenant's secrets: made at first start, kept in one document that only the owner reads.

The document is JSON; every key in it is 32 bytes as hex. `tokens` holds the token secrets by version,
`current` the version new tokens carry. `identity_key` (content and id hashes) and `erasure_key`
(tombstones) are never rotated; `vault_key` wraps the vault's keys, `dead_letter_key` those of dead letters.
`aliases_due` is true from the moment a rotation makes `current` until its aliases have landed.
"""

from __future__ import annotations

import hmac
import json
import secrets as random
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, Protocol

from ingestion.durable import make_once, replace_bytes
from ingestion.errors import UplogError
from ingestion.settings import Settings

_KEYS = ("identity_key", "erasure_key", "vault_key", "dead_letter_key")


class _Hash(Protocol):
    def copy(self) -> _Hash: ...
    def update(self, data: bytes, /) -> None: ...
    def digest(self) -> bytes: ...


@dataclass(frozen=True)
class Secrets:
    """All keys of one tenant; prints none of them."""

    token_secrets: Mapping[int, bytes] = field(repr=False)
    version: int
    identity_key: bytes = field(repr=False)
    erasure_key: bytes = field(repr=False)
    vault_key: bytes = field(repr=False)
    dead_letter_key: bytes = field(repr=False)
    aliases_due: bool = field(default=False, kw_only=True)

    @property
    def token_secret(self) -> bytes:
        """The secret of the current version."""
        return self.token_secrets[self.version]

    def of_version(self, version: int) -> Secrets:
        """The same with an earlier token secret as the current one: what a value's token was then."""
        return replace(self, version=version)

    def rotated(self) -> Secrets:
        """The same with a fresh token secret as the current one, its aliases due."""
        version = max(self.token_secrets) + 1
        return replace(
            self,
            token_secrets={**self.token_secrets, version: random.token_bytes(32)},
            version=version,
            aliases_due=True,
        )

    def settled(self) -> Secrets:
        """The same with no aliases due."""
        return replace(self, aliases_due=False)

    @cached_property
    def _identity(self) -> _Hash:
        return blake2b(key=self.identity_key, digest_size=8)

    def keyed_hash(self, data: bytes) -> int:
        """64 unsigned bits of `data` under the identity key."""
        state = self._identity.copy()
        state.update(data)
        return int.from_bytes(state.digest(), "big")

    def keyed_hex(self, text: str) -> str:
        """16 hex characters for `text` under the identity key: stands for a personal value in ids, subjects, keys."""
        state = self._identity.copy()
        state.update(text.encode())
        return state.digest().hex()

    def erasure_hash(self, kind: str, normal: str) -> str:
        """What a tombstone remembers of a forgotten value: 128 bits under the erasure key, as hex."""
        return hmac.digest(self.erasure_key, f"{kind}\0{normal}".encode(), "sha256")[:16].hex()

    def document(self) -> str:
        """The JSON document these secrets are kept in."""
        held: dict[str, Any] = {"tokens": {str(v): key.hex() for v, key in self.token_secrets.items()}}
        held["current"] = self.version
        held.update({name: getattr(self, name).hex() for name in _KEYS})
        if self.aliases_due:
            held["aliases_due"] = True
        return json.dumps(held, indent=2) + "\n"


def load_secrets(settings: Settings) -> Secrets:
    """The secrets of this tenant: `settings.secret` if given, else home/secret.json, made (0600) when missing.

    Raises:
        UplogError: the document is not readable or others may read the file; never quotes it.
    """
    if settings.secret is not None:
        return _parsed(settings.secret.get_secret_value(), "UPLOG_SECRET")
    path = secrets_path(settings)
    if not path.exists():
        make_once(path, new_secrets().document().encode())
    if stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise UplogError(f"{path} can be read by others", f"chmod 600 {path}")
    return _parsed(path.read_bytes(), str(path))


def secrets_path(settings: Settings) -> Path:
    """Where the document is kept, unless the environment gives it."""
    return settings.home / "secret.json"


def store_secrets(settings: Settings, held: Secrets) -> None:
    """Replaces the document of this home in one step, durably.

    Raises:
        UplogError: the secrets come from the environment, which cannot be written.
    """
    if settings.secret is not None:
        raise UplogError(
            "the secrets are given by UPLOG_SECRET, which cannot be rewritten",
            f"put the document into {secrets_path(settings)} (mode 0600), unset UPLOG_SECRET, and give it again after",
        )
    replace_bytes(secrets_path(settings), held.document().encode())


def new_secrets() -> Secrets:
    """Fresh random secrets, version 1."""
    return Secrets({1: random.token_bytes(32)}, 1, *(random.token_bytes(32) for _ in _KEYS))


def _parsed(text: str | bytes, where: str) -> Secrets:
    try:
        held = json.loads(text)
        tokens = {int(version): _key(value) for version, value in held["tokens"].items()}
        current = int(held["current"])
        if current not in tokens:
            raise ValueError("current")
        keys = (_key(held[name]) for name in _KEYS)
        return Secrets(tokens, current, *keys, aliases_due=bool(held.get("aliases_due", False)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UplogError(
            f"the secrets in {where} are not readable",
            "restore the document from your backup; without it tokens differ",
        ) from None


def _key(text: str) -> bytes:
    key = bytes.fromhex(text)
    if len(key) != 32:
        raise ValueError("key length")
    return key
