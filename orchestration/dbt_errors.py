"""dbt's failures as one line: which test on which model, which model and why, or who holds the file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ingestion.errors import InUse, UplogError

_HOLDER = re.compile(r"PID (\d+)")


def failure(failed: Sequence[Any], count: int) -> UplogError:
    """The first of dbt's failed results (of `count` in all): a test with its model, a model with its message."""
    if not failed:
        return UplogError("dbt did not finish", "run it again with --debug")
    first = failed[0]
    message = " ".join((first.message or "").split())
    if "Conflicting lock" in message or "Could not set lock" in message:
        return from_text(message)
    about = _model_of(first.node)
    kind = "test" if first.node.resource_type in ("test", "unit_test") else first.node.resource_type
    others = f" (and {len(failed) - 1} more of {count})" if len(failed) > 1 else ""
    return UplogError(
        f"dbt {kind} {first.node.name} failed{about}: {message[:300]}{others}",
        "mend the model or the data; what is published stays as it is",
    )


def _model_of(node: Any) -> str:
    attached = getattr(node, "attached_node", None) or next(iter(getattr(node.depends_on, "nodes", ())), None)
    return f" on {attached.rpartition('.')[2]}" if attached and node.resource_type in ("test", "unit_test") else ""


def from_text(text: str) -> UplogError:
    """What dbt itself said instead of results; a file held by another process is `InUse` with its pid."""
    line = " ".join(text.split())
    if "Conflicting lock" in line or "Could not set lock" in line:
        holder = _HOLDER.search(line)
        who = f"pid {holder[1]}" if holder else "another process"
        return InUse(f"the log or the warehouse is in use by {who}", "wait for it to end, or stop it")
    return UplogError(f"dbt did not build: {line[:400]}", "run it again with --debug")
