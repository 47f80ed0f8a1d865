"""What the lander is doing, in a small file, so that `uplog status` need not open the log that it holds."""

from __future__ import annotations

import json
import os
from typing import Any

from ingestion import clock
from ingestion.lander.report import LandingReport
from ingestion.settings import Settings


def write_state(settings: Settings, state: str, report: LandingReport, backlog: int) -> None:
    """`state`: landing, waiting (a follower between rounds), backing off, stopped. Counts are of this process."""
    path = settings.home / "landing.json"
    held = {
        "pid": os.getpid(),
        "state": state,
        "at": clock.now().isoformat(),
        "backlog": backlog,
        "received": report.received,
        "events": report.events,
        "duplicates": report.duplicates,
        "dead": report.dead,
        "batches": report.batches,
        "dead_by_reason": dict(report.dead_by_reason),
        "gaps": sum(gap.offsets for gap in report.gaps),
    }
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps(held, indent=1))
    draft.replace(path)


def read_state(settings: Settings) -> dict[str, Any] | None:
    """The last state written, with `is_running`; None when nothing was ever landed from this home."""
    try:
        held: dict[str, Any] = json.loads((settings.home / "landing.json").read_text())
    except (OSError, ValueError):
        return None
    return held | {"is_running": held.get("state") != "stopped" and _is_alive(int(held.get("pid", 0)))}


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return pid > 0
