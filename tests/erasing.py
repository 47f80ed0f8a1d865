"""A person to forget among others in a log, for the tests of erasing."""

from __future__ import annotations

import json
from typing import Any

from ingestion.erasure.erasing import erase
from ingestion.log import open_for_reading
from ingestion.personal.secrets import load_secrets
from ingestion.personal.tokens import Tokens
from ingestion.settings import Settings
from tests.lander_events import lead

PHONE, ENDS = "13800000001", "138****0001"
NAME = "欧阳静静"


def theirs(version: str = "0", **more: Any) -> bytes:
    """A lead of the person to forget."""
    return lead(1, version=version, **more).replace("王先生".encode(), NAME.encode())


def masked(version: str) -> bytes:
    return theirs(version).replace(PHONE.encode(), ENDS.encode()).replace(b'"L1', b'"L5')


DEAD = theirs("9", type="autohome.lead.v9").replace(PHONE.encode(), b"138-0000-0001")
OTHERS = [lead(2), lead(3).replace("王先生".encode(), NAME.encode()), lead(4, type="autohome.lead.v9")]


def erased(settings: Settings, phone: str = PHONE) -> Any:
    return erase(settings, phones=[phone], what="phone", later={})


def identifiers(settings: Settings) -> set[str]:
    """The number, and every token of number, ends and the name that only they have."""
    secrets = load_secrets(settings)
    made = [Tokens(secrets.of_version(version)) for version in secrets.token_secrets]
    tokens = {token for one in made for token in (one.of("phone", PHONE)["token"], one.of("phone", PHONE)["masked"])}
    return tokens | {PHONE, ENDS, "138-0000-0001"}


def events(settings: Settings) -> list[dict[str, Any]]:
    with open_for_reading(settings.log_path) as log:
        rows = log.execute(
            "select event_id, data, content_hash from raw.events where type like 'autohome%' order by event_id"
        ).fetchall()
    return [{"id": one, "hash": hashed, **json.loads(data)} for one, data, hashed in rows]
