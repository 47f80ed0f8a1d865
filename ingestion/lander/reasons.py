"""Why a record is refused: a closed list, so that dead letters can be counted, explained and replayed by reason."""

from __future__ import annotations

from typing import Literal, get_args

Reason = Literal[
    "null_value",  # no value at all (a Kafka tombstone)
    "too_large",  # over 1,048,576 bytes
    "not_utf8",
    "too_deep",  # over 64 levels
    "not_json",  # also duplicate keys, lone surrogates, NaN, Infinity, numbers out of range
    "envelope_invalid",  # not a CloudEvent of specversion 1.0 as docs/delivery.md describes it
    "type_unknown",
    "version_unknown",
    "contract_violated",  # also NUL in text
    "time_implausible",  # before 2000, or more than a day after Kafka got it
    "id_collision",  # the (source, id) of another event with other data
]
REASONS: tuple[Reason, ...] = get_args(Reason)


class Refused(Exception):
    """One record becomes a dead letter; `detail` names the field path and never quotes a value."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
