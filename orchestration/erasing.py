"""`uplog erase`: the log's side of it, then all that was made of the log."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from functools import partial

from expectations import gate, manifest
from ingestion.databases import SPILLED
from ingestion.erasure.erasing import Erasure, Progress, Step, erase, resume
from ingestion.erasure.files import rewrite_database
from ingestion.erasure.journal import Plan, Receipt
from ingestion.errors import UplogError
from ingestion.log.opening import wal_of
from ingestion.personal.secrets import load_secrets
from ingestion.personal.vault import Vault
from ingestion.settings import Settings
from orchestration.build import build
from publishing import history
from publishing.erasing import rewrite_builds

_CACHES = ("as-known-at", "exports", "me", "spark")
"""Folders of the home that are made again when they are asked for."""


def erase_phone(
    settings: Settings, phone: str, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> Erasure:
    """Forget the customer with that number; errors as `ingestion.erasure.erasing.erase`."""
    return erase(settings, phones=[phone], what="phone", later=_later(settings), dry_run=dry_run, progress=progress)


def erase_employee(
    settings: Settings, employee: str, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> Erasure:
    """Forget the member of staff with that number; errors as `ingestion.erasure.erasing.erase`."""
    return erase(
        settings, employee=employee, what="employee", later=_later(settings), dry_run=dry_run, progress=progress
    )


def erase_customer(
    settings: Settings, customer_id: str, *, dry_run: bool = False, progress: Progress = lambda _: None
) -> Erasure:
    """Forget the customer of that id in the warehouse: by the numbers of all their records.

    Raises:
        UplogError: there is no such customer, or no number of theirs is known any more.
    """
    return erase(
        settings,
        phones=phones_of(settings, customer_id),
        what="customer",
        later=_later(settings),
        dry_run=dry_run,
        progress=progress,
    )


def finish(settings: Settings, *, progress: Progress = lambda _: None) -> list[Receipt]:
    """Finish erasures that were killed."""
    return resume(settings, later=_later(settings), progress=progress)


def phones_of(settings: Settings, customer_id: str) -> list[str]:
    """The numbers behind a customer's records, out of the vault, which knows a token by the secret it landed under."""
    tables = manifest.read(manifest.kept_at(settings))
    records, keys, aliases = map(tables.relation, ("int_customer_records", "int_record_customers", "stg_uplog__alias"))
    if not records or not keys or not aliases or not settings.warehouse_path.exists():
        raise UplogError("there is no warehouse to look the customer up in", "run `uplog build`, or give --phone")
    with gate.open_warehouse(settings, tables) as warehouse:
        rows = warehouse.execute(
            f"with theirs as (select r.customer_phone_token as token from {records} r join {keys} k using (record_key)"
            f" where k.customer_id = ?) select token from theirs union "
            f"select a.token from {aliases} a join theirs t on t.token = a.canonical_token",
            [customer_id],
        ).fetchall()
    if not rows:
        raise UplogError("there is no such customer", '`uplog query --file detail "from dim_customer"` lists them')
    secrets = load_secrets(settings)
    with Vault(settings.vault_path, secrets.vault_key, secrets.dead_letter_key) as vault:
        found = {vault.original(token) for (token,) in rows if token}
    numbers = sorted(number for number in found if number)
    if not numbers:
        raise UplogError("no number of that customer is known", "they were erased, or left a masked number or none")
    return numbers


def _later(settings: Settings) -> Mapping[str, Step]:
    return {"warehouse": partial(_warehouse, settings), "published": partial(_published, settings)}


def _warehouse(settings: Settings, plan: Plan) -> Mapping[str, int]:
    """Caches go, and the warehouse is built anew from the erased log, in a new file."""
    for name in _CACHES:
        shutil.rmtree(settings.home / name, ignore_errors=True)
    for path in settings.home.rglob(f"*.tmp/{SPILLED}"):
        path.unlink(missing_ok=True)
    if not _touched(plan):
        return {"warehouses": 0}
    rebuilt = 0
    for path in sorted(settings.home.glob("*.duckdb")):
        if path not in (settings.log_path, settings.warehouse_path):
            rewrite_database(path, plan.person, frozenset(plan.alone))
            rebuilt += 1
    if history.last(settings.home) is not None:
        for path in (settings.warehouse_path, wal_of(settings.warehouse_path)):
            path.unlink(missing_ok=True)
        build(settings, full=True)
        rebuilt += 1
    return {"warehouses": rebuilt}


def _published(settings: Settings, plan: Plan) -> Mapping[str, int]:
    return {"published_files": rewrite_builds(settings, plan) if _touched(plan) else 0}


def _touched(plan: Plan) -> bool:
    """Whether the log held anything of the person, so that what was made of it may too."""
    return bool(plan.counts.get("events"))
