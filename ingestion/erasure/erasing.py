"""Erasing a person, in steps that can be repeated; what was killed is finished by the next call.

1. Find: what is theirs, written down sealed. Nothing is changed yet.
2. Tombstone: through Kafka into the log. From here on old records land under the pseudonyms.
3. Keys: destroyed in the vault, so that no token can be opened any more.
4. Log: written anew with pseudonyms, without the person's dead letters; then the keys of what nobody else is called.
5. Archives: every known one, part by part.
6. Set aside: damaged files that a recovery kept go; nobody can read them for the person, and their bytes are there.
7. What was made of the log (`later`): given by whoever made it, because ingestion knows neither warehouse nor marts.
8. Receipt.
"""

from __future__ import annotations

import secrets as random
import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb

from ingestion import clock
from ingestion.archive import known_archives, rewrite_archives
from ingestion.durable import what_is_aside
from ingestion.erasure import letters
from ingestion.erasure.door import erasures
from ingestion.erasure.finding import Finder, Person
from ingestion.erasure.journal import Journal, Plan, Receipt
from ingestion.erasure.rewriting import changes, rewrite
from ingestion.errors import UplogError
from ingestion.events import event_for
from ingestion.failpoints import failpoint
from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.log.opening import opened, writing_lock
from ingestion.personal.secrets import Secrets, load_secrets
from ingestion.personal.vault import Vault
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.sources import source_named
from ingestion.sources.uplog import TOMBSTONE
from ingestion.times import rfc3339

Step = Callable[[Plan], Mapping[str, int]]
"""Carries out one step and says what it did, as counts."""

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Erasure:
    """What an erasure did, or would do. `already`: the tombstone of before, where nothing was left to do."""

    receipt: Receipt | None
    counts: Mapping[str, int]
    already: str | None = None
    dry_run: bool = False


def erase(
    settings: Settings,
    *,
    phones: Iterable[str] = (),
    employee: str | None = None,
    what: str,
    later: Mapping[str, Step],
    dry_run: bool = False,
    progress: Progress = lambda _: None,
) -> Erasure:
    """Forget the person behind `phones`, or the member of staff `employee`. A dry run counts what would go.

    Raises:
        UplogError: a number is none, or nobody has that staff number; names neither.
        BrokerUnavailable: no broker answers; nothing was changed.
        InUse: a process writes the log, builds or publishes; names its pid.
    """
    secrets = load_secrets(settings)
    if not dry_run:
        land(settings)
        resume(settings, later=later, progress=progress)
    progress("looking for the person in the log")
    with (
        writing_lock(settings),
        Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault,
        opened(settings) as log,
    ):
        finder = Finder(log, secrets, vault)
        try:
            person = finder.customer(phones) if employee is None else finder.employee(employee)
        except ValueError as wrong:
            raise UplogError(f"that is {wrong}", "give the whole number, like 13800138000") from None
        found = changes(log, person)
        counts = {
            "events": found.rows.num_rows,
            "dead_letters": len(letters.of_person(log, vault, person)),
            "vault_keys": sum(vault.holds(token) for token in {*_own(person), *found.alone}),
            "shared_values_kept": person.shared,
            "set_aside": len(_aside(settings)),
        }
        before = tombstone_of(log, secrets, person)
        if employee is not None and before is None and not finder.mentions(employee):
            raise UplogError("nobody in the log has that staff number", "it is `employee_id` of hr.employee")
    if dry_run:
        return Erasure(None, counts, before, dry_run=True)
    journal = Journal(settings, secrets)
    if before is not None and not any(counts[name] for name in ("events", "dead_letters", "vault_keys", "set_aside")):
        return Erasure(journal.receipt(before), counts, before)
    now = clock.now()
    plan = Plan(f"x{now:%Y%m%dt%H%M%Sz}-{random.token_hex(4)}", rfc3339(now), what, person)
    journal.write(plan)
    failpoint("erase.after_plan")
    return Erasure(_carried_out(settings, journal, plan, later, progress), plan.counts)


def resume(settings: Settings, *, later: Mapping[str, Step], progress: Progress = lambda _: None) -> list[Receipt]:
    """Finish every erasure that was killed; their receipts."""
    journal = Journal(settings, load_secrets(settings))
    return [_carried_out(settings, journal, plan, later, progress) for plan in journal.unfinished()]


def tombstone_of(log: duckdb.DuckDBPyConnection, secrets: Secrets, person: Person) -> str | None:
    """The last erasure of this person, by its id."""
    hashes = {
        secrets.erasure_hash(value.kind, value.normal)
        for value in person.values
        if value.kind in ("phone", "account", "employee") and value.normal
    }
    return next((erasure_id for erasure_id, found in reversed(erasures(log)) if hashes & found), None)


def _carried_out(
    settings: Settings, journal: Journal, plan: Plan, later: Mapping[str, Step], progress: Progress
) -> Receipt:
    steps: dict[str, Step] = {
        "tombstone": lambda plan: _tombstone(settings, plan),
        "keys": lambda plan: _keys(settings, plan),
        "log": lambda plan: _log(settings, journal, plan),
        "archives": lambda plan: _archives(settings, plan),
        "set_aside": lambda plan: _set_aside(settings, journal, plan),
        **later,
    }
    for name, step in steps.items():
        if name in plan.done:
            continue
        progress(f"erasing: {name}")
        plan.counts.update(step(plan))
        failpoint(f"erase.after_{name}")
        plan.done.append(name)
        journal.write(plan)
    until = datetime.fromisoformat(plan.erased_at) + timedelta(days=settings.kafka_retention_days)
    receipt = journal.finish(plan, until.date().isoformat())
    failpoint("erase.after_receipt")
    return receipt


def _tombstone(settings: Settings, plan: Plan) -> Mapping[str, int]:
    secrets = load_secrets(settings)
    values = [value for value in plan.person.values if value.normal is not None]
    payload = {
        "erasure_id": plan.erasure_id,
        "erased_at": plan.erased_at,
        "forgotten": [
            {"kind": one.kind, "hash": secrets.erasure_hash(one.kind, one.normal or ""), "pseudonym": one.pseudonym}
            for one in values
        ],
    }
    with Producer(settings) as producer:
        event = event_for(source_named(TOMBSTONE), payload, secrets=secrets)
        producer.send(event.topic, event.key, event.value)
    land(settings)
    with open_for_reading(settings.log_path) as log:
        if plan.erasure_id not in {erasure_id for erasure_id, _ in erasures(log)}:
            raise UplogError("the tombstone has not landed", "look at `uplog dead-letters list`, then erase again")
    return {}


def _keys(settings: Settings, plan: Plan) -> Mapping[str, int]:
    return {"vault_keys": plan.counts.get("vault_keys", 0) + _destroyed(settings, _own(plan.person))}


def _log(settings: Settings, journal: Journal, plan: Plan) -> Mapping[str, int]:
    """What the log holds is noted before it goes: a kill would hide that what was made of the log holds it as well."""
    secrets = load_secrets(settings)
    with writing_lock(settings):
        with (
            Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault,
            opened(settings) as log,
        ):
            found, changed = letters.of_person(log, vault, plan.person), changes(log, plan.person)
        plan.alone = sorted({*plan.alone, *changed.alone})
        for name, held in (("events", changed.rows.num_rows), ("dead_letters", len(found))):
            plan.counts[name] = max(held, plan.counts.get(name, 0))
        journal.write(plan)
        rewrite(settings, changed, found)
    keys = _destroyed(settings, plan.alone)
    return {"vault_keys": plan.counts.get("vault_keys", 0) + keys, "shared_values_kept": plan.person.shared}


def _archives(settings: Settings, plan: Plan) -> Mapping[str, int]:
    done, left = rewrite_archives(settings)
    plan.left += [f"archive {directory}: {why}" for directory, why in left]
    return {"archives": len(done)}


def _set_aside(settings: Settings, journal: Journal, plan: Plan) -> Mapping[str, int]:
    """Names are noted before the first one goes, so that the receipt has them after a kill too."""
    with writing_lock(settings):
        found = _aside(settings)
        plan.removed = sorted({*plan.removed, *(path.name for path in found)})
        journal.write(plan)
        for path in found:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    return {"set_aside": len(plan.removed)}


def _aside(settings: Settings) -> list[Path]:
    """All that a recovery set aside: in the home, and beside the archives it knows."""
    found = {one for directory in known_archives(settings) for one in what_is_aside(directory.parent, directory.name)}
    return sorted(found | set(what_is_aside(settings.home)))


def _own(person: Person) -> list[str]:
    """Tokens that are the person's alone: their keys can go before the log is looked at again."""
    return person.tokens("phone", "account", "device")


def _destroyed(settings: Settings, tokens: Collection[str]) -> int:
    secrets = load_secrets(settings)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        return vault.forget(tokens) if tokens else 0
