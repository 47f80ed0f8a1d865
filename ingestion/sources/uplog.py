"""What uplog says to itself, through Kafka like any event: which tokens are one value, who is to be forgotten."""

from __future__ import annotations

from msgspec import Struct

from ingestion.contract import At, Record, Source
from ingestion.topics import CONTROL

ALIAS = "uplog.alias"
TOMBSTONE = "uplog.tombstone"


class TokenAlias(Struct):
    """Two tokens of one value: under an earlier secret, and under the secret of `version`."""

    old: str
    new: str


class Alias(Record):
    """Some of a rotation's aliases: tokens of earlier secrets with those of version `version`."""

    alias_id: str
    version: int
    made_at: str
    aliases: list[TokenAlias]


class Forgotten(Struct):
    """One value of a person: its hash under the erasure key, and the pseudonym that stands for it from now on.

    `kind`: phone, ends, name, account, device, employee or key (a keyed hash in ids and subjects).
    """

    kind: str
    hash: str
    pseudonym: str


class Tombstone(Record):
    """A person was forgotten at `erased_at`: what occurred before lands under the pseudonyms, later things are new."""

    erasure_id: str
    erased_at: str
    forgotten: list[Forgotten]


SOURCES = (
    Source(
        name=ALIAS,
        topic=CONTROL,
        contracts={1: Alias},
        key=("alias_id",),
        occurred_at=At("iso", ("made_at",)),
        fact="int_customer_keys",
        example="uplog.alias.json",
    ),
    Source(
        name=TOMBSTONE,
        topic=CONTROL,
        contracts={1: Tombstone},
        key=("erasure_id",),
        occurred_at=At("iso", ("erased_at",)),
        fact="dim_customer",
        example="uplog.tombstone.json",
    ),
)
