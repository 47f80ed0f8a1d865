"""Dead letters of a person: opened with the keys of their days and searched, in every writing that a patterns knows."""

from __future__ import annotations

from collections.abc import Collection

import duckdb

from ingestion.erasure.finding import Person
from ingestion.lander.deadletters import Keyring
from ingestion.personal.masking import found_in
from ingestion.personal.phones import number
from ingestion.personal.vault import Vault

_ENCODINGS = ("utf-8", "gb18030", "utf-16")
_SHORTEST = 4
"""Accounts and staff ids under four characters are looked for as JSON values only: else they are in everything."""

Place = tuple[str, int, int, int]


def of_person(log: duckdb.DuckDBPyConnection, vault: Vault, person: Person) -> list[Place]:
    """Topic, generation, partition and offset of the letters that hold a value of the person."""
    keys = Keyring(vault)
    phones = {value.normal for value in person.values if value.kind == "phone" and value.normal}
    others = {value.normal for value in person.values if value.kind in ("account", "employee") and value.normal}
    words = {f'"{one}"' if len(one) < _SHORTEST else one for one in others}
    rows = log.execute(
        'select topic, generation, partition, "offset", value from raw.dead_letters where value is not null'
    ).fetchall()
    found = []
    for topic, generation, partition, offset, sealed in rows:
        value = keys.opened(sealed, f"{topic}/{generation}/{partition}/{offset}")
        if value is not None and any(_holds(text, phones, words) for text in _texts(value)):
            found.append((topic, generation, partition, offset))
    return found


def _texts(value: bytes) -> set[str]:
    return {value.decode(encoding, "ignore") for encoding in _ENCODINGS}


def _holds(text: str, phones: Collection[str], words: Collection[str]) -> bool:
    if any(word in text for word in words):
        return True
    numbers = (number(what) for kind, what in found_in(text) if kind == "phone")
    return any(read is not None and read.normal in phones for read in numbers)
