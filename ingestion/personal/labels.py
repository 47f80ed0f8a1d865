"""What a person may be shown of a record: a label with its kind in place of each personal value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import msgspec

from ingestion.contract import Contract
from ingestion.personal.names import person_name
from ingestion.personal.phones import number
from ingestion.personal.rewrite import Rewrite, compiled, mask_deep
from ingestion.sources import sources


class _Labels:
    """Stands where `Tokens` does."""

    by_kind: dict[str, Callable[[str], Any]] = {
        "phone": lambda text: f"[phone: {found.class_}]" if (found := number(text)) else None,
        "virtual_phone": lambda _: "[phone: virtual]",
        "name": lambda text: f"[name: {found.form}]" if (found := person_name(text)) else None,
        "account": lambda _: "[account]",
        "device": lambda _: "[device]",
        "dropped": lambda _: "[dropped]",
        "reference": mask_deep,
    }


def preview(event: bytes) -> dict[str, Any]:
    """The payload of an event that the door would take, personal values labelled, numbers masked in all else."""
    envelope = msgspec.json.decode(event)
    name, _, version = envelope["type"].rpartition(".v")
    payload: dict[str, Any] = envelope["data"]
    _labelled(sources()[name].contracts[int(version)])(payload)
    return dict(mask_deep(payload))


def shown(headers: dict[str, str]) -> dict[str, str]:
    """A table's headers and what they fill: a file without a header has its first record there."""
    return dict(mask_deep(headers))


@cache
def _labelled(contract: Contract) -> Rewrite:
    return compiled(contract, _Labels())
