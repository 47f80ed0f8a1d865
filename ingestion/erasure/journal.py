"""What an erasure is about to do and has done, so that a killed one is finished and a finished one can be shown.

home/erasures/
├── <id>.plan   while it runs: whom, sealed under the vault key; removed at the end
└── <id>.json   the receipt, signed under the erasure key: counts and dates, nothing of the person
"""

from __future__ import annotations

import hmac
import json
import os
from pathlib import Path
from typing import Any

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from ingestion.durable import replace_bytes, sync
from ingestion.erasure.finding import Person
from ingestion.errors import Damaged
from ingestion.personal.secrets import Secrets
from ingestion.settings import Settings


class Plan(msgspec.Struct):
    """One erasure: `done` are the steps behind it, `counts` what they did, `left` what somebody has to do by hand."""

    erasure_id: str
    erased_at: str
    what: str
    person: Person
    alone: list[str] = []
    done: list[str] = []
    counts: dict[str, int] = {}
    left: list[str] = []
    removed: list[str] = []


class Receipt(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What was done. `kafka_until`: the day by which Kafka no longer holds what producers sent of the person.

    `removed`: damaged files that a recovery had set aside; they held what could not be read any more.
    """

    erasure_id: str
    erased_at: str
    what: str
    steps: list[str]
    counts: dict[str, int]
    left: list[str]
    kafka_until: str
    removed: list[str] = []
    signature: str = ""


class Journal:
    """The erasures of one home."""

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._folder = settings.home / "erasures"
        self._secrets = secrets
        self._seal = AESGCM(secrets.vault_key)

    def write(self, plan: Plan) -> None:
        """Keeps the plan, durably."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        nonce = os.urandom(12)
        sealed = self._seal.encrypt(nonce, msgspec.json.encode(plan), plan.erasure_id.encode())
        replace_bytes(self._path(plan.erasure_id, "plan"), nonce + sealed)

    def unfinished(self) -> list[Plan]:
        """Plans that were not carried out to the end, the earliest first.

        Raises:
            Damaged: one does not open under this tenant's vault key.
        """
        return [self._opened(path) for path in sorted(self._folder.glob("*.plan"))]

    def finish(self, plan: Plan, kafka_until: str) -> Receipt:
        """Writes the receipt and removes the plan."""
        receipt = Receipt(
            erasure_id=plan.erasure_id,
            erased_at=plan.erased_at,
            what=plan.what,
            steps=plan.done,
            counts=plan.counts,
            left=plan.left,
            kafka_until=kafka_until,
            removed=plan.removed,
        )
        receipt.signature = self._signature(receipt)
        value = msgspec.json.format(msgspec.json.encode(receipt), indent=1)
        replace_bytes(self.path_of(plan.erasure_id), value)
        self._path(plan.erasure_id, "plan").unlink(missing_ok=True)
        sync(self._folder)
        return receipt

    def path_of(self, erasure_id: str) -> Path:
        """Where the receipt lies."""
        return self._path(erasure_id, "json")

    def receipt(self, erasure_id: str) -> Receipt | None:
        """The receipt of an erasure; None where there is none here.

        Raises:
            Damaged: it is not what was written.
        """
        try:
            found = msgspec.json.decode(self.path_of(erasure_id).read_bytes(), type=Receipt)
        except FileNotFoundError:
            return None
        except msgspec.MsgspecError:
            found = None
        if found is None or not hmac.compare_digest(found.signature, self._signature(found)):
            raise Damaged(f"{self.path_of(erasure_id)} is not what was written", "restore it from your backup")
        return found

    def _signature(self, receipt: Receipt) -> str:
        held: dict[str, Any] = msgspec.to_builtins(receipt)
        held.pop("signature", None)
        return self._secrets.erasure_hash("receipt", json.dumps(held, sort_keys=True))

    def _opened(self, path: Path) -> Plan:
        held = path.read_bytes()
        try:
            plan = self._seal.decrypt(held[:12], held[12:], path.stem.encode())
        except InvalidTag:
            raise Damaged(f"{path} does not open", "restore vault and secrets together") from None
        return msgspec.json.decode(plan, type=Plan)

    def _path(self, erasure_id: str, ending: str) -> Path:
        return self._folder / f"{erasure_id}.{ending}"
