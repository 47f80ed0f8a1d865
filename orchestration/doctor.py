"""`uplog doctor`: what could keep uplog from working here, each with what to do."""

from __future__ import annotations

import os
import shutil
import stat
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from ingestion.errors import Damaged, InUse, UplogError
from ingestion.log import open_for_reading
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
    """Every check, in the order of the way of an event."""
    home = settings.home
    return [
        _python(),
        *_disk(home),
        *_modes(home),
        _broker(settings),
        _log(settings),
        _warehouse(settings),
        *_published(settings),
    ]


def _python() -> Check:
    import duckdb

    return Check("python", "ok", f"{'.'.join(str(part) for part in sys.version_info[:3])}, duckdb {duckdb.__version__}")


def _disk(home: Path) -> Iterator[Check]:
    place = next(path for path in (home, *home.resolve().parents) if path.exists())
    if not os.access(place, os.W_OK):
        yield Check("home", "wrong", f"{place} cannot be written", "give UPLOG_HOME a folder of yours", 1)
        return
    usage = shutil.disk_usage(place)
    free = f"{usage.free / 1e9:.1f} GB free at {place}"
    if usage.free < max(_LOW_BYTES, usage.total // 20):
        yield Check("disk", "warning", free, "landing stops when it is full")
    else:
        yield Check("disk", "ok", free)


def _modes(home: Path) -> Iterator[Check]:
    for name in _PRIVATE:
        path = home / name
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Check("modes", "wrong", f"{path} can be read by others", f"chmod 600 {path}", 1)
    if (home / "secret.json").exists() or os.environ.get("UPLOG_SECRET"):
        yield Check("secret", "ok", "there is one; keep a copy apart from the data")
    elif (home / "log.duckdb").exists():
        yield Check("secret", "wrong", f"{home}/secret.json is gone", "put its copy back: new tokens would not join", 1)
    else:
        yield Check("secret", "ok", "made at the first start")


def _broker(settings: Settings) -> Check:
    from ingestion import kafka_client

    try:
        config = kafka_client.client_config(settings)
    except UplogError as away:
        return Check("broker", "warning", away.what, away.fix)
    return Check("broker", "ok", ", ".join(config["bootstrap_servers"]))


def _log(settings: Settings) -> Check:
    if not settings.log_path.exists():
        return Check("log", "ok", "nothing has landed yet")
    try:
        with open_for_reading(settings.log_path) as log:
            unaccounted, batches, last = log.execute(
                "select coalesce(sum(abs(received - events - duplicates - dead)), 0), count(*), max(batch_id) "
                "from raw.batches"
            ).fetchall()[0]
            (events,) = log.execute("select count(*) from raw.events").fetchall()[0]
    except InUse as held:
        return Check("log", "warning", held.what, held.fix)
    except Damaged as broken:
        return Check("log", "wrong", broken.what, broken.fix, broken.exit_code)
    if unaccounted:
        sums = Damaged(f"{unaccounted} records are unaccounted for")
        return Check("log", "wrong", sums.what, sums.fix, sums.exit_code)
    return Check("log", "ok", f"{events} events in {batches} batches (last {last})")


def _warehouse(settings: Settings) -> Check:
    from publishing import history
    from publishing.soundness import assert_reads

    last = history.last(settings.home)
    if last is None:
        return Check("warehouse", "ok", "nothing is built yet")
    if last.outcome == "failed":
        return Check("warehouse", "warning", f"the last build {last.build_id} failed", "`uplog build` says why")
    try:
        assert_reads(settings.warehouse_path)
    except UplogError as wrong:
        result: Literal["warning", "wrong"] = "warning" if isinstance(wrong, InUse) else "wrong"
        return Check("warehouse", result, wrong.what, wrong.fix, 0 if result == "warning" else wrong.exit_code)
    return Check("warehouse", "ok", f"build {last.build_id}")


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
