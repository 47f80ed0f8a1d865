"""Tokens: what stands in the log for a personal value, and what models need and cannot recompute from it.

A token is HMAC-SHA-256 under the tenant's secret, 128 bits as base64url, prefixed with the secret's
version: `1.xDwLs…`. Kinds are separate domains, so that a name equal to an account has another token;
phones and virtual phones share one, because the same line may stand in either field.
"""

from __future__ import annotations

import hmac
import unicodedata
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable
from typing import Any

from ingestion.personal.masking import mask_identifier
from ingestion.personal.names import person_name
from ingestion.personal.phones import number
from ingestion.personal.secrets import Secrets

_CACHED = 100_000
"""Values remembered per kind; a full cache is emptied, which costs 2 µs a value and keeps memory flat."""

Value = dict[str, Any] | None
Original = tuple[str, str, str]
"""Token, kind and the value as it arrived, for the vault."""


class _Memory(dict[str, Value]):
    """What values became; the dictionary asks for one it does not hold, so that a known one costs no Python call."""

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> Value:
        if len(self) >= _CACHED:
            self.clear()
        made = self[text] = self._make(text)
        return made


def _remembered(make: Callable[[str], Value]) -> Callable[[str], Value]:
    return _Memory(make).__getitem__


class Tokens:
    """Makes the object that replaces a personal value; `take_new` hands over originals not yet sealed.

    `is_forgotten` is asked of each new value by kind, normal form and token: those originals are held back until
    `release`, because the event they came with may land under a pseudonym.
    """

    def __init__(
        self, secrets: Secrets, is_forgotten: Callable[[str, str, str], bool] = lambda _kind, _normal, _token: False
    ) -> None:
        self._is_forgotten = is_forgotten
        self._held_back: dict[str, Original] = {}
        self._prefix = f"{secrets.version}."
        self._states = {
            kind: hmac.new(secrets.token_secret, kind.encode() + b"\0", "sha256")
            for kind in ("phone", "ends", "name", "account", "device")
        }
        self._new: list[Original] = []
        self.by_kind: dict[str, Callable[[str], Any]] = {
            "phone": _remembered(self._phone),
            "virtual_phone": _remembered(self._virtual),
            "name": _remembered(self._name),
            "account": _remembered(lambda text: self._plain("account", text)),
            "device": _remembered(lambda text: self._plain("device", text)),
            "dropped": lambda _: None,
            "reference": lambda found: _reference(found, secrets.keyed_hex),
        }

    def take_new(self) -> list[Original]:
        """Originals met since the last call, each once (again after a full cache was emptied)."""
        new, self._new = self._new, []
        return new

    def of(self, kind: str, original: str) -> dict[str, Any]:
        """What a value that is sealed as `kind` becomes: `token`, and `masked` where a number has ends."""
        if kind in ("phone", "ends"):
            made = self._phone(original) or {}
            return made if kind == "ends" or "token" in made else self._virtual(original) or {}
        return self.by_kind[kind](original) or {}

    def token(self, kind: str, normal: str) -> str:
        """The token of a normalised value; `kind` is phone, ends, name, account or device."""
        state = self._states[kind].copy()
        state.update(normal.encode())
        return self._prefix + urlsafe_b64encode(state.digest()[:16])[:22].decode()

    def release(self, tokens: Iterable[str]) -> None:
        """Originals held back are to be sealed after all: they land under these tokens."""
        self._new += [self._held_back.pop(token) for token in tokens if token in self._held_back]

    def _sealed(self, kind: str, normal: str, original: str) -> str:
        token = self.token(kind, normal)
        if self._is_forgotten(kind, normal, token):
            self._held_back[token] = (token, kind, original)
        else:
            self._new.append((token, kind, original))
        return token

    def _phone(self, text: str) -> Value:
        found = number(text)
        if found is None:
            return None
        made: dict[str, Any] = {"class": found.class_}
        if found.normal is not None:
            is_mobile = found.class_ == "mobile"  # beside it may stand somebody else's, or a name
            made["token"] = self._sealed("phone", found.normal, found.normal.removeprefix("+86") if is_mobile else text)
        if found.ends is not None:
            made["masked"] = self._ends(found.ends) if found.normal else self._sealed("ends", found.ends, text)
        return made

    def _ends(self, ends: str) -> str:
        token = self.token("ends", ends)
        self._is_forgotten("ends", ends, token)
        return token

    def _virtual(self, text: str) -> Value:
        found = number(text)
        if found is None:
            return None
        return {"token": self._sealed("phone", found.normal or text, text), "class": "virtual"}

    def _name(self, text: str) -> Value:
        found = person_name(text)
        if found is None:
            return None
        return {"token": self._sealed("name", found.normal, text), "form": found.form, "is_test": found.is_test}

    def _plain(self, kind: str, text: str) -> Value:
        normal = plain(text)
        return {"token": self._sealed(kind, normal, text)} if normal else None


def _reference(found: str | int, keyed_hex: Callable[[str], str]) -> str | int:
    """A reference as it stands in identifiers, so that it still names the same record."""
    text = str(found)
    masked = mask_identifier(text, keyed_hex)
    return found if masked is text else masked


def plain(text: str) -> str:
    """The normal form of an account or a device, the same in capitals.

    People write them into HR's file as they like; WeCom's `userid` is 不区分大小写 (读取成员), as e-mail and hardware
    addresses are. Ids whose case says something (openid, external_userid) are long and random: no two differ in case.
    """
    return unicodedata.normalize("NFC", text).strip().casefold()
