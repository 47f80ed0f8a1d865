"""A pseudonym in the place of each of a person's values: in the log when they are forgotten, at the door ever after.

A phone number or an account is the person's wherever it stands. A name is only where it stands in one object with such
a value, or with the masked form of their number: others are called the same. A pseudonym is random, because a token
can be made again by whoever holds the secret; the same value has the same pseudonym, so that joins and counts stay.
"""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ingestion.contract import fields_of
from ingestion.sources import sources

Kind = Literal["phone", "ends", "name", "account", "device", "employee", "key"]
VERSION = 0
"""In the place of the secret's version: `0.` says that the person was forgotten."""

KEYED_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{16}(?![0-9A-Za-z])")


def pseudonym(kind: Kind) -> str:
    """A fresh one, in the form of what it replaces."""
    if kind == "employee":
        return f"x{random.token_hex(6)}"
    return random.token_hex(8) if kind == "key" else f"{VERSION}.{random.token_urlsafe(16)[:22]}"


@dataclass(frozen=True)
class Pseudonyms:
    """What is replaced by what: tokens `everywhere`, names `together` with another value, masked `ends`,
    staff ids and keyed hashes in identifiers. `stranger` stands for a name beside them that was not known.
    """

    everywhere: Mapping[str, str] = field(default_factory=dict)
    together: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    employees: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    stranger: str | None = None

    @classmethod
    def of(cls, values: Iterable[tuple[str, str, str]]) -> Pseudonyms:
        """From `(kind, token or id, pseudonym)`."""
        groups: dict[str, dict[str, str]] = {}
        place = {"ends": "ends", "name": "together", "employee": "employees", "key": "keys"}
        for kind, found, instead in values:
            groups.setdefault(place.get(kind, "everywhere"), {})[found] = instead
        return cls(**groups, stranger=next(iter(groups.get("together", {}).values()), None))

    def data(self, value: Any, type_: str, *, is_theirs: bool = False) -> Any:
        """The payload of an event of `type_`, as it is from now on. `is_theirs`: the whole record is the person's."""
        return self._object(value, staff_names(type_), is_theirs) if isinstance(value, dict) else value

    def identifier(self, text: str | None, type_: str) -> str | None:
        """An id, subject or source: keyed hashes of the person's values, and their staff id where it is a key part."""
        if text is None:
            return None
        if self.keys:
            text = KEYED_HEX.sub(lambda found: self.keys.get(found[0], found[0]), text)
        place = employee_place(type_)
        if self.employees and place is not None:
            head, tilde, tail = text.partition("~")
            parts = head.split(":")
            if place < len(parts):
                parts[place] = self.employees.get(parts[place], parts[place])
            text = ":".join(parts) + tilde + tail
        return text

    def holds_theirs(self, found: Mapping[str, Any]) -> bool:
        """Whether one object holds a value that is the person's alone, or their masked number with their name."""
        values = [value for value in found.values() if isinstance(value, dict)]
        if any(value.get("token") in self.everywhere for value in values):
            return True
        masked = any("token" not in value and value.get("masked") in self.ends for value in values)
        return masked and any(value.get("token") in self.together for value in values)

    def _object(self, found: Mapping[str, Any], staff: frozenset[str], is_theirs: bool) -> dict[str, Any]:
        mine = is_theirs or self.holds_theirs(found)
        return {key: self._value(key, value, staff, mine) for key, value in found.items()}

    def _value(self, key: str, value: Any, staff: frozenset[str], mine: bool) -> Any:
        if isinstance(value, dict):
            if "token" in value or "masked" in value:
                return self._personal(value, mine and key not in staff)
            return self._object(value, staff, False)
        if isinstance(value, list):
            return [self._value(key, item, staff, mine) for item in value]
        if isinstance(value, str):
            if key.endswith("employee_id"):
                return self.employees.get(value, value)
            return self.everywhere.get(value, value)  # the tokens of an alias
        return value

    def _personal(self, value: Mapping[str, Any], mine: bool) -> dict[str, Any]:
        token = value.get("token")
        is_own = token is not None and token in self.everywhere
        new = dict(value)
        if token is not None and is_own:
            new["token"] = self.everywhere[token]
        elif mine and "form" in value and not str(token).startswith(f"{VERSION}."):
            new["token"] = self.together.get(token or "", self.stranger or token)
        if (is_own or (mine and token is None)) and value.get("masked") in self.ends:
            new["masked"] = self.ends[value["masked"]]
        return new


@cache
def staff_names(type_: str) -> frozenset[str]:
    """The fields of a record that name staff beside a customer."""
    name, _, version = type_.rpartition(".v")
    source = sources().get(name)
    contract = source.contracts.get(int(version)) if source and version.isdecimal() else None
    fields = fields_of(contract) if contract else ()
    return frozenset(one.path.rpartition(".")[2] for one in fields if one.is_staff)


@cache
def employee_place(type_: str) -> int | None:
    """Which part of a record's key is a staff id."""
    source = sources().get(type_.rpartition(".v")[0])
    keys = source.key if source else ()
    return next((place for place, path in enumerate(keys) if path.endswith("employee_id")), None)
