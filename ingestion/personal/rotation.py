"""A new token secret, with everybody's tokens joined to the old ones.

1. The new secret becomes the current one, durably, marked as having its aliases due.
2. Alias events for every value in the vault go to Kafka: token under an earlier secret → token under the new one.
3. They land.
4. The mark is taken off.

No landing runs during 1 and 2 (the log's lock), so no token of the old secret can come after 2. Stopped before 4,
the next rotation finishes this one. Whoever was forgotten is not in the vault any more and gets no alias. Old tokens
stay in the log: who holds an old secret can still test guesses against what landed under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from ingestion import clock
from ingestion.events import event_for
from ingestion.failpoints import failpoint
from ingestion.lander import land
from ingestion.log.opening import writing_lock
from ingestion.personal.secrets import Secrets, load_secrets, store_secrets
from ingestion.personal.tokens import Tokens
from ingestion.personal.vault import Vault
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.sources import source_named
from ingestion.sources.uplog import ALIAS
from ingestion.times import rfc3339

ALIASES_PER_EVENT = 2_000
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Rotation:
    """From which secret to which; `aliases` in `events` events. `is_resumed`: an earlier rotation was finished."""

    from_version: int
    to_version: int
    aliases: int
    events: int
    is_resumed: bool
    dry_run: bool = False


def rotate(
    settings: Settings, *, dry_run: bool = False, progress: Progress = lambda _what, _number, _of: None
) -> Rotation:
    """Rotate the token secret and land what joins old and new; a build then knows.

    Raises:
        InUse: a landing runs; names its pid. Where it began in between, it lands the aliases too.
        BrokerUnavailable: no broker answers; the rotation is finished by the next call.
        UplogError: the secrets come from the environment.
        Damaged: vault and secrets do not belong together.
    """
    with writing_lock(settings):
        held = load_secrets(settings)
        is_resumed = held.aliases_due
        new = held if is_resumed else held.rotated()
        with Vault(settings.vault_path, new.vault_key, new.dead_letter_key) as vault:
            total = vault.count()
            if dry_run:
                count = sum(1 for _ in aliases(vault, new))
                return Rotation(_before(new), new.version, count, _events(count), is_resumed, dry_run=True)
            with Producer(settings) as producer:  # a broker that is away is met before anything changes
                if not is_resumed:
                    store_secrets(settings, new)
                failpoint("rotate.after_secret")
                count = number = 0
                found = aliases(vault, new)
                source = source_named(ALIAS)
                while some := list(islice(found, ALIASES_PER_EVENT)):
                    number += 1
                    payload = {
                        "alias_id": f"{new.version}:{number:06d}",
                        "version": new.version,
                        "made_at": rfc3339(clock.now()),
                        "aliases": [{"old": old, "new": to} for old, to in some],
                    }
                    event = event_for(source, payload, secrets=new)
                    producer.send(event.topic, event.key, event.value)
                    count += len(some)
                    progress("aliases", count, total)
                    failpoint("rotate.in_aliases")
    failpoint("rotate.after_aliases")
    land(settings)
    failpoint("rotate.after_landing")
    with writing_lock(settings):
        store_secrets(settings, load_secrets(settings).settled())
    return Rotation(_before(new), new.version, count, number, is_resumed)


def aliases(vault: Vault, secrets: Secrets) -> Iterator[tuple[str, str]]:
    """`(old, new)` for every token in the vault that is not of the current secret, masked ends included; each once."""
    current = Tokens(secrets)
    earlier = {
        version: Tokens(secrets.of_version(version)) for version in secrets.token_secrets if version != secrets.version
    }
    seen: set[str] = set()
    for token, kind, original in vault.originals():
        version = int(token.partition(".")[0])
        if version not in earlier:
            continue
        before, after = earlier[version].of(kind, original), current.of(kind, original)
        pairs = [(token, after.get("token") or after.get("masked"))]
        if before.get("token") and before.get("masked"):
            pairs.append((before["masked"], after.get("masked")))
        for old, new in pairs:
            if new is not None and old not in seen:
                seen.add(old)
                yield old, new


def _before(secrets: Secrets) -> int:
    return max(version for version in secrets.token_secrets if version != secrets.version)


def _events(count: int) -> int:
    return -(-count // ALIASES_PER_EVENT)
