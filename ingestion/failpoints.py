"""Named places between the numbered steps of every commit, where a test may kill the process.

`UPLOG_FAILPOINT=land.after_commit` kills there; `land.after_commit:3` the third time. `POINTS` lists them by the
work they interrupt, in its order, so that a test can walk over all of them.
"""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Mapping

POINTS: Mapping[str, tuple[str, ...]] = {
    "produce": ("produce.before_flush", "produce.after_flush"),
    "land": (
        "land.before_vault",
        "land.after_vault",
        "land.in_transaction",
        "land.before_commit",
        "land.after_commit",
        "land.after_index",
        "land.after_kafka",
    ),
    "build": ("build.after_start", "build.after_dbt", "build.after_manifest"),
    "publish": (
        "publish.after_gate",
        "publish.in_draft",
        "publish.after_draft",
        "publish.after_keep",
        "publish.after_swap",
        "publish.after_history",
    ),
    "migrate": ("migrate.in_step", "migrate.before_commit", "migrate.after_commit"),
    "archive": (
        "archive.after_note",
        "archive.in_parts",
        "archive.after_parts",
        "archive.after_manifest",
        "archive.after_removal",
    ),
    "rotate": ("rotate.after_secret", "rotate.in_aliases", "rotate.after_aliases", "rotate.after_landing"),
    "recover": ("recover.after_wal", "recover.after_aside", "recover.after_log", "recover.after_index"),
    "recover_home": (
        "recover.after_archive_aside",
        "recover.after_warehouse_aside",
        "recover.after_current",
        "recover.after_published_aside",
    ),
    "erase": (
        "erase.after_plan",
        "erase.after_tombstone",
        "erase.after_keys",
        "erase.after_log",
        "erase.after_archives",
        "erase.after_set_aside",
        "erase.after_warehouse",
        "erase.after_published",
        "erase.after_receipt",
    ),
    "replace": ("replace.in_draft", "replace.before_swap", "replace.after_index", "replace.after_swap"),
    "replay": (
        "replay.before_vault",
        "replay.after_vault",
        "replay.in_transaction",
        "replay.before_commit",
        "replay.after_commit",
        "replay.after_index",
    ),
}
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """Kills this process here when the environment says so."""
    wanted = os.environ.get("UPLOG_FAILPOINT")
    if not wanted:
        return
    point, _, count = wanted.partition(":")
    if point == name:
        _passed[name] += 1
        if _passed[name] >= int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
