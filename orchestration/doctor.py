"""`uplog doctor`: what could keep uplog from working here, each with what to do."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from ingestion import clock
from ingestion.errors import Damaged, InUse, UplogError
from ingestion.log import open_for_reading
from ingestion.personal.secrets import load_secrets, secrets_path
from ingestion.personal.vault import assert_opens
from ingestion.settings import Settings

_LOW_BYTES = 1 << 30
_PRIVATE = ("secret.json", "vault.sqlite", "log.duckdb", "warehouse.duckdb")


@dataclass(frozen=True)
class Check:
    """One thing looked at: its result, and `fix` where something is to be done."""

    what: str
    result: Literal["ok", "warning", "wrong"]
    says: str
    fix: str = ""
    exit_code: int = 0


def examine(settings: Settings) -> list[Check]:
    """Every check, in the order of the way of an event; one that fails is a finding and the others go on."""
    checks: tuple[tuple[str, Callable[[Settings], Iterator[Check]]], ...] = (
        ("python", _python),
        ("clock", _clock),
        ("disk", _disk),
        ("modes", _modes),
        ("secret", _secret),
        ("vault", _vault),
        ("broker", _broker),
        ("log", _log),
        ("warehouse", _warehouse),
        ("published", _published),
    )
    return [found for what, check in checks for found in _looked_at(what, check, settings)]


def _looked_at(what: str, check: Callable[[Settings], Iterator[Check]], settings: Settings) -> Iterator[Check]:
    try:
        yield from check(settings)
    except InUse as held:
        yield Check(what, "warning", held.what, held.fix)
    except UplogError as wrong:
        yield Check(what, "wrong", wrong.what, wrong.fix, wrong.exit_code)
    except OSError as wrong:
        says = f"{wrong.filename}: {wrong.strerror}" if wrong.filename else str(wrong.strerror)
        yield Check(what, "wrong", says, "check the path, its rights and the disk", 1)


def _python(_settings: Settings) -> Iterator[Check]:
    import duckdb

    yield Check("python", "ok", f"{'.'.join(str(part) for part in sys.version_info[:3])}, duckdb {duckdb.__version__}")


def _clock(_settings: Settings) -> Iterator[Check]:
    now = clock.now()
    if os.environ.get("UPLOG_NOW"):
        yield Check("clock", "warning", f"UPLOG_NOW stops it at {now.isoformat()}", "unset it to land the present")


def _disk(settings: Settings) -> Iterator[Check]:
    home = settings.home
    place = next(path for path in (home, *home.resolve().parents) if path.exists())
    if not place.is_dir():
        yield Check("home", "wrong", f"{place} is no folder", "give UPLOG_HOME a folder of yours", 1)
        return
    if not os.access(place, os.W_OK):
        yield Check("home", "wrong", f"{place} cannot be written", "give UPLOG_HOME a folder of yours", 1)
        return
    usage = shutil.disk_usage(place)
    free = f"{usage.free / 1e9:.1f} GB free at {place}"
    if usage.free < max(_LOW_BYTES, usage.total // 20):
        yield Check("disk", "warning", free, "landing stops when it is full")
    else:
        yield Check("disk", "ok", free)


def _modes(settings: Settings) -> Iterator[Check]:
    for name in _PRIVATE:
        path = settings.home / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Check("modes", "wrong", f"{path} can be read by others", f"chmod 600 {path}", 1)


def _secret(settings: Settings) -> Iterator[Check]:
    path = secrets_path(settings)
    if _has_secret(settings):
        load_secrets(settings)
        yield Check("secret", "ok", "there is one; keep a copy apart from the data")
    elif settings.log_path.exists():
        yield Check("secret", "wrong", f"{path} is gone", "put its copy back: new tokens would not join", 1)
    else:
        yield Check("secret", "ok", "made at the first start")


def _has_secret(settings: Settings) -> bool:
    return settings.secret is not None or secrets_path(settings).exists()


def _vault(settings: Settings) -> Iterator[Check]:
    path = settings.vault_path
    if path.exists() and _has_secret(settings):
        try:
            key = load_secrets(settings).vault_key
        except (UplogError, OSError):
            return  # said of the secret already
        assert_opens(path, key)
        yield Check("vault", "ok", "there is one; keep a copy apart from the data")
    elif settings.log_path.exists() and not path.exists():
        yield Check("vault", "warning", f"{path} is gone", "put its copy back: nothing else opens what it sealed")


def _broker(settings: Settings) -> Iterator[Check]:
    from ingestion import kafka_client

    try:
        config = kafka_client.client_config(settings)
    except UplogError as away:
        yield Check("broker", "warning", away.what, away.fix)
        return
    yield Check("broker", "ok", ", ".join(config["bootstrap_servers"]))


def _log(settings: Settings) -> Iterator[Check]:
    if not settings.log_path.exists():
        yield Check("log", "ok", "nothing has landed yet")
        return
    with open_for_reading(settings.log_path) as log:
        unaccounted, batches, last = log.execute(
            "select coalesce(sum(abs(received - events - duplicates - dead)), 0), count(*), max(batch_id) "
            "from raw.batches"
        ).fetchall()[0]
        (events,) = log.execute("select count(*) from raw.events").fetchall()[0]
    if unaccounted:
        raise Damaged(f"{unaccounted} records are unaccounted for")
    up_to = f" (last {last})" if batches else ""
    yield Check("log", "ok", f"{events} events in {batches} batches{up_to}")


def _warehouse(settings: Settings) -> Iterator[Check]:
    from publishing import history
    from publishing.soundness import assert_reads

    last = history.last(settings.home)
    if last is None:
        yield Check("warehouse", "ok", "nothing is built yet")
    elif last.outcome == "failed":
        yield Check("warehouse", "warning", f"the last build {last.build_id} failed", "`uplog build` says why")
    else:
        assert_reads(settings.warehouse_path)
        yield Check("warehouse", "ok", f"build {last.build_id}")


def _published(settings: Settings) -> Iterator[Check]:
    from expectations.manifest import FILES
    from publishing import layout
    from publishing.files import GROUPS, MODES
    from publishing.soundness import assert_reads

    published = settings.published_path
    current = layout.current(published)
    if current is None:
        yield Check("published", "ok", "nothing is published yet")
        return
    groups = layout.folder(published, current) / GROUPS
    files = [(published / f"{file}.duckdb", MODES[file]) for file in FILES]
    for path, allowed in files + [(groups, 0o600)] * groups.exists():
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            assert_reads(path)
        except FileNotFoundError:
            yield Check("published", "wrong", f"{path} leads nowhere", "`uplog publish`, or `--rollback`", 1)
        except UplogError as wrong:
            yield Check("published", "wrong", wrong.what, wrong.fix, wrong.exit_code)
        else:
            if mode & ~allowed:
                yield Check("published", "wrong", f"{path} has mode {mode:o}", f"chmod {allowed:o} {path}", 1)
    yield Check("published", "ok", f"build {current} is current")
