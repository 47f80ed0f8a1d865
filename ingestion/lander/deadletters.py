"""Dead letters to look at: what was refused, where it stood, why, and (for whoever holds the secret) its bytes."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidTag

from ingestion.errors import Damaged, UplogError, UsageError
from ingestion.lander.reasons import REASONS
from ingestion.lander.sealing import day_of, opened
from ingestion.log import open_up_to_date
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from ingestion.topics import TOPICS

_COLUMNS = (
    'topic, generation, partition, "offset", batch_id, landed_at, reason, detail, octet_length(value), resolved_at'
)


@dataclass(frozen=True)
class DeadLetter:
    """One refused record; `sealed_bytes` is the size of what is kept, None for a null value."""

    topic: str
    generation: int
    partition: int
    offset: int
    batch_id: int
    landed_at: datetime
    reason: str
    detail: str
    sealed_bytes: int | None
    resolved_at: datetime | None

    @property
    def coordinates(self) -> str:
        """`topic/generation/partition/offset`, as `show` takes it."""
        return f"{self.topic}/{self.generation}/{self.partition}/{self.offset}"


def listed(
    settings: Settings, *, reason: str | None = None, topic: str | None = None, resolved: bool = False, limit: int = 100
) -> list[DeadLetter]:
    """The newest dead letters first; resolved ones (replayed since) only when asked for.

    Raises:
        UsageError: no such reason or topic.
        UplogError: no log yet.
    """
    require_known(reason, topic)
    with open_up_to_date(settings) as connection:
        rows = connection.execute(
            f"select {_COLUMNS} from raw.dead_letters"
            " where ($reason is null or reason = $reason) and ($topic is null or topic = $topic)"
            " and ($resolved or resolved_at is null)"
            ' order by batch_id desc, topic, partition, "offset" limit $limit',
            {"reason": reason, "topic": topic, "resolved": resolved, "limit": limit},
        ).fetchall()
    return [DeadLetter(*row) for row in rows]


def shown(settings: Settings, coordinates: str) -> DeadLetter:
    """The dead letter at `topic/generation/partition/offset`.

    Raises:
        UplogError: there is none.
    """
    return DeadLetter(*_row(settings, coordinates, _COLUMNS))


def raw_value(settings: Settings, coordinates: str) -> bytes | None:
    """The refused bytes, opened; None where Kafka had no value.

    Raises:
        UplogError: there is none, or its key was destroyed (30 days, or an erasure).
        Damaged: the bytes do not open under their key.
    """
    (sealed,) = _row(settings, coordinates, "value")
    if sealed is None:
        return None
    assert isinstance(sealed, bytes)
    secrets = load_secrets(settings)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        value = Keyring(vault).opened(sealed, coordinates)
    if value is None:
        raise UplogError(f"the key of {coordinates} was destroyed", "dead letters can be opened for 30 days")
    return value


class Keyring:
    """Opens sealed bytes with the vault's keys, each day's looked up once."""

    def __init__(self, vault: Vault) -> None:
        self._key = cache(vault.kept_dead_letter_key)

    def opened(self, sealed: bytes, coordinates: str) -> bytes | None:
        """The bytes as they came; None once the key of their day was destroyed.

        Raises:
            Damaged: they do not open under that key.
        """
        key = self._key(day_of(sealed))
        if key is None:
            return None
        try:
            return opened(sealed, coordinates, key)
        except InvalidTag:
            raise Damaged(
                f"{coordinates} does not open under its key", "restore vault, log and secrets together"
            ) from None


def require_known(reason: str | None, topic: str | None) -> None:
    """Refuse what is no reason or no topic of the closed lists.

    Raises:
        UsageError: names the nearest, or all.
    """
    for kind, given, known in (("reason", reason, REASONS), ("topic", topic, TOPICS)):
        if given is not None and given not in known:
            near = difflib.get_close_matches(given, known, n=1)
            fix = f"did you mean {near[0]}?" if near else f"one of {', '.join(known)}"
            raise UsageError(f"no {kind} {given!r}", fix)


def _row(settings: Settings, coordinates: str, columns: str) -> tuple[Any, ...]:
    parts = coordinates.rsplit("/", 3)
    if len(parts) != 4 or not all(part.isdecimal() for part in parts[1:]):
        raise UsageError(f"{coordinates!r} is no place", "give topic/generation/partition/offset")
    with open_up_to_date(settings) as connection:
        row = connection.execute(
            f"select {columns} from raw.dead_letters"
            ' where topic = ? and generation = ? and partition = ? and "offset" = ?',
            [parts[0], *(int(part) for part in parts[1:])],
        ).fetchone()
    if row is None:
        raise UplogError(f"no dead letter at {coordinates}", "`uplog dead-letters list` shows them")
    found: tuple[Any, ...] = row
    return found
