"""A pseudonym in the place of each of a person's values: in the log when they are forgotten, at the door ever after.

A phone number or an account is the person's wherever it stands. A name is only where it stands in one object with such
a value, or with the masked form of their number: others are called the same. A pseudonym is random, because a token
can be made again by whoever holds the secret; the same value has the same pseudonym, so that joins and counts stay.
"""

from __future__ import annotations

import re
import secrets as random
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ingestion.contract import Field, fields_of
from ingestion.sources import sources

Kind = Literal["phone", "ends", "name", "account", "device", "employee", "key"]
VERSION = 0
"""In the place of the secret's version: `0.` says that the person was forgotten."""

CONTENT = "value"
"""Where readers of XML put what stands in an element that has attributes."""

KEYED_HEX = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{16}(?![0-9A-Za-z])")


def pseudonym(kind: Kind) -> str:
    """A fresh one, in the form of what it replaces."""
    if kind == "employee":
        return f"x{random.token_hex(6)}"
    return random.token_hex(8) if kind == "key" else f"{VERSION}.{random.token_urlsafe(16)[:22]}"


@dataclass(frozen=True)
class Pseudonyms:
    """What is replaced by what: tokens `everywhere`, names `together` with another value, masked `ends`,
    staff ids, and keyed hashes in identifiers and references. `stranger` stands for a name beside them that was not
    known.

    `is_staff`: the person is a member of staff, so that a customer's name beside their phone is not theirs.
    """

    everywhere: Mapping[str, str] = field(default_factory=dict)
    together: Mapping[str, str] = field(default_factory=dict)
    ends: Mapping[str, str] = field(default_factory=dict)
    employees: Mapping[str, str] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    stranger: str | None = None
    is_staff: bool = False

    @classmethod
    def of(cls, values: Iterable[tuple[str, str, str]], *, is_staff: bool = False) -> Pseudonyms:
        """From `(kind, token or id, pseudonym)`."""
        groups: dict[str, dict[str, str]] = {}
        place = {"ends": "ends", "name": "together", "employee": "employees", "key": "keys"}
        for kind, found, instead in values:
            groups.setdefault(place.get(kind, "everywhere"), {})[found] = instead
        stranger = next(iter(groups.get("together", {}).values()), None)
        return cls(**groups, stranger=stranger, is_staff=is_staff)

    def data(self, value: Any, type_: str, *, is_theirs: bool = False) -> Any:
        """The payload of an event of `type_`, as it is from now on. `is_theirs`: the whole record is the person's."""
        return self._object(value, type_, is_theirs) if isinstance(value, dict) else value

    def identifier(self, text: str | None, type_: str) -> str | None:
        """An id, subject or source: keyed hashes of the person's values, and their staff id where it is a key part."""
        if text is None:
            return None
        text = self._reference(text)
        place = employee_place(type_)
        if self.employees and place is not None:
            head, tilde, tail = text.partition("~")
            parts = head.split(":")
            if place < len(parts):
                parts[place] = self.employees.get(parts[place], parts[place])
            text = ":".join(parts) + tilde + tail
        return text

    def holds_theirs(self, found: Mapping[str, Any], type_: str) -> bool:
        """Whether one object holds a value that is the person's alone, a reference made of one, or their masked number
        with their name.
        """
        if self.keys and any(isinstance(value, str) and self._reference(value) != value for value in found.values()):
            return True
        others = frozenset() if self.is_staff else others_fields(type_)
        values = [value for key, value in held(found) if key not in others]
        if any(value.get("token") in self.everywhere for value in values):
            return True
        masked = any("token" not in value and value.get("masked") in self.ends for value in values)
        return masked and any(value.get("token") in self.together for value in values)

    def _object(self, found: Mapping[str, Any], type_: str, is_theirs: bool) -> dict[str, Any]:
        mine = is_theirs or self.holds_theirs(found, type_)
        names = names_beside(found, type_, of_staff=self.is_staff) if mine else {}
        stranger = self.stranger if len(names) == 1 or not self.is_staff else None
        return {
            key: self._names(value, stranger) if key in names else self._value(key, value, type_, mine)
            for key, value in found.items()
        }

    def _value(self, key: str, value: Any, type_: str, mine: bool) -> Any:
        if isinstance(value, dict):
            if "token" in value or "masked" in value:
                return self._personal(value, mine)
            return self._object(value, type_, False)
        if isinstance(value, list):
            return [self._value(key, item, type_, mine) for item in value]
        if isinstance(value, str):
            if key.endswith("employee_id"):
                return self.employees.get(value, value)
            return self.everywhere.get(value) or self._reference(value)  # the tokens of an alias
        return value

    def _reference(self, text: str) -> str:
        return KEYED_HEX.sub(lambda found: self.keys.get(found[0], found[0]), text) if self.keys else text

    def _names(self, value: Any, stranger: str | None) -> Any:
        if isinstance(value, list):
            return [self._names(one, stranger) for one in value]
        if not isinstance(value, dict):
            return value
        if is_personal(value):
            return self._name(value, stranger) if value.get("token") else value
        return {**value, CONTENT: self._names(value[CONTENT], stranger)} if CONTENT in value else value

    def _name(self, value: Mapping[str, Any], stranger: str | None) -> dict[str, Any]:
        token = value["token"]
        if token in self.everywhere:
            return {**value, "token": self.everywhere[token]}
        if token.startswith(f"{VERSION}."):
            return dict(value)
        return {**value, "token": self.together.get(token, stranger or token)}

    def _personal(self, value: Mapping[str, Any], mine: bool) -> dict[str, Any]:
        token = value.get("token")
        is_own = token is not None and token in self.everywhere
        new = dict(value)
        if token is not None and is_own:
            new["token"] = self.everywhere[token]
        if (is_own or (mine and token is None)) and value.get("masked") in self.ends:
            new["masked"] = self.ends[value["masked"]]
        return new


def held(found: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The personal values of one object by their field: those in it, in its lists, and the content of its elements, as
    XML has them.
    """
    for key, value in found.items():
        for one in value if isinstance(value, list) else (value,):
            if isinstance(one, dict):
                content = one if is_personal(one) else one.get(CONTENT)
                if isinstance(content, dict) and is_personal(content):
                    yield key, content


def is_personal(value: Any) -> bool:
    """Whether this is what the door makes of a personal value."""
    return isinstance(value, dict) and ("token" in value or "masked" in value)


def names_beside(found: Mapping[str, Any], type_: str, *, of_staff: bool) -> dict[str, set[str]]:
    """The tokens of the names, by their field, by which an object that holds a value of a person may call them."""
    others, staff = others_fields(type_), others_names(type_)
    named: dict[str, set[str]] = {}
    for key, value in held(found):
        is_theirs = key not in others
        if of_staff:
            is_theirs = key in staff if staff else key not in customer_names(type_)
        if is_theirs and "form" in value and value.get("token"):
            named.setdefault(key, set()).add(value["token"])
    return named


@cache
def others_fields(type_: str) -> frozenset[str]:
    """The fields of a record that hold somebody else's name or number beside the customer's."""
    return frozenset(one.path.rpartition(".")[2] for one in _fields(type_) if one.is_others)


@cache
def others_names(type_: str) -> frozenset[str]:
    """Those of them that hold a name."""
    others = (one for one in _fields(type_) if one.is_others and one.personal == "name")
    return frozenset(one.path.rpartition(".")[2] for one in others)


@cache
def customer_names(type_: str) -> frozenset[str]:
    """The fields of a record that name a customer beside staff."""
    return frozenset(one.path.rpartition(".")[2] for one in _fields(type_) if one.is_customer)


def _fields(type_: str) -> tuple[Field, ...]:
    name, _, version = type_.rpartition(".v")
    source = sources().get(name)
    contract = source.contracts.get(int(version)) if source and version.isdecimal() else None
    return fields_of(contract) if contract else ()


@cache
def employee_place(type_: str) -> int | None:
    """Which part of a record's key is a staff id."""
    source = sources().get(type_.rpartition(".v")[0])
    keys = source.key if source else ()
    return next((place for place, path in enumerate(keys) if path.endswith("employee_id")), None)
