"""The door for those who were forgotten: a record of before their tombstone lands under the pseudonym, a later one is
of a new person.

A tombstone holds hashes under the erasure key, which is never rotated, so it outlives every rotation of the tokens.
A hash is made once per distinct value, and only where there are tombstones at all.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from ingestion.erasure.pseudonyms import KEYED_HEX, Pseudonyms, employee_place
from ingestion.personal.secrets import Secrets
from ingestion.sources.uplog import TOMBSTONE, Tombstone

if TYPE_CHECKING:
    import duckdb

_EMPLOYEE = re.compile(rb'employee_id":"([^"\\]+)"')


@dataclass(frozen=True)
class Grave:
    """One tombstone: everything of before `at_us` (microseconds since 1970) that has one of these hashes."""

    at_us: int
    pseudonyms: Mapping[str, str]
    kinds: Mapping[str, str]


def tombstones(log: duckdb.DuckDBPyConnection) -> tuple[Grave, ...]:
    """Every tombstone that has landed, the earliest first."""
    return tuple(
        Grave(
            _microseconds(one.erased_at),
            {value.hash: value.pseudonym for value in one.forgotten},
            {value.hash: value.kind for value in one.forgotten},
        )
        for one in _landed(log)
    )


def erasures(log: duckdb.DuckDBPyConnection) -> list[tuple[str, frozenset[str]]]:
    """Each erasure by its id, with the hashes it forgot, the earliest first."""
    return [(one.erasure_id, frozenset(value.hash for value in one.forgotten)) for one in _landed(log)]


def _landed(log: duckdb.DuckDBPyConnection) -> list[Tombstone]:
    rows = log.execute(f"select data from raw.events where type like '{TOMBSTONE}.v%'").fetchall()
    found = [msgspec.json.decode(data, type=Tombstone) for (data,) in rows]
    return sorted(found, key=lambda one: (_microseconds(one.erased_at), one.erasure_id))


class Door:
    """Watches what a decoder makes tokens of, and rewrites the events of the forgotten."""

    def __init__(self, secrets: Secrets, graves: Sequence[Grave] = ()) -> None:
        self._graves = graves
        self._hash = lru_cache(maxsize=100_000)(secrets.erasure_hash)
        self._hashes = frozenset(value for grave in graves for value in grave.kinds)
        kinds = {kind for grave in graves for kind in grave.kinds.values()}
        self._has_employees, self._has_keys = "employee" in kinds, "key" in kinds
        self._met: dict[str, str] = {}
        """Tokens of forgotten values that came by, with their hash."""

    @property
    def is_watching(self) -> bool:
        """Whether anybody was ever forgotten."""
        return bool(self._hashes)

    def knows(self, kind: str, normal: str, token: str) -> bool:
        """Whether a value that becomes `token` was once forgotten; asked once per distinct value."""
        if not self._hashes:
            return False
        hashed = self._hash(kind, normal)
        if hashed not in self._hashes:
            return False
        self._met[token] = hashed
        return True

    def rewritten(
        self, data: dict[str, Any], encoded: bytes, identifiers: Sequence[str | None], type_: str, occurred_us: int
    ) -> tuple[dict[str, Any], tuple[str | None, ...]] | None:
        """Data and identifiers under pseudonyms; None where nobody forgotten is in them, or only later."""
        met = {token: hashed for token, hashed in self._met.items() if token.encode() in encoded}
        found = met | self._in_ids(encoded, identifiers, type_)
        if not found:
            return None
        after: tuple[dict[str, Any], tuple[str | None, ...]] = (data, tuple(identifiers))
        gone: set[str] = set()
        for grave in self._graves:
            if grave.at_us <= occurred_us:
                continue
            mine = [
                (grave.kinds[hashed], value, grave.pseudonyms[hashed])
                for value, hashed in found.items()
                if hashed in grave.kinds and value not in gone
            ]
            gone |= {value for kind, value, _ in mine if kind not in ("name", "ends")}  # others are called the same
            instead = Pseudonyms.of(mine, is_staff="employee" in grave.kinds.values())
            after = instead.data(after[0], type_), tuple(instead.identifier(one, type_) for one in after[1])
        return None if after == (data, tuple(identifiers)) else after

    def left_in(self, encoded: bytes) -> list[str]:
        """Tokens of once forgotten values that stand in an event as it lands: of a new person."""
        return [token for token in self._met if token.encode() in encoded]

    def _in_ids(self, encoded: bytes, identifiers: Sequence[str | None], type_: str) -> dict[str, str]:
        found: dict[str, str] = {}
        words: list[tuple[str, str]] = []
        if self._has_keys:
            words += [
                ("key", word) for text in (encoded.decode(), *identifiers) if text for word in KEYED_HEX.findall(text)
            ]
        if self._has_employees:
            words += [("employee", word.decode()) for word in _EMPLOYEE.findall(encoded)]
            if employee_place(type_) is not None:
                heads = (text.partition("~")[0] for text in identifiers if text)
                words += [("employee", part) for head in heads for part in head.split(":")]
        for kind, word in words:
            hashed = self._hash(kind, word)
            if hashed in self._hashes:
                found[word] = hashed
        return found


def _microseconds(text: str) -> int:
    return round(datetime.fromisoformat(text).timestamp() * 1_000_000)
