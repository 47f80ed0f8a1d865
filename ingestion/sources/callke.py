"""CALL客, an outbound call platform with speech recognition (assumed: no public specification, CSV exports).

Recordings and transcripts are never exported; what was recognised of them is.
"""

from __future__ import annotations

from ingestion.contract import At, FreeText, Phone, Record, Reference, Source, Word


class Call(Record):
    """One call; times are local text of Asia/Shanghai, missing where it never got so far.

    `caller_kind` is `human` or `robot`. `keywords` are the recognised words joined by `、`, `suggested_level` the level
    (H, A, B, C) the platform proposes, `next_reminder_at` when it will remind the consultant. `out_id` is a CRM lead's
    id. `updated_at` is the platform's clock: recognition fills in some minutes after the call.
    """

    call_id: Reference
    caller: Phone
    callee: Phone
    began_at: str
    rang_at: str | None = None
    answered_at: str | None = None
    ended_at: str | None = None
    caller_kind: str | None = None
    intent: Word | None = None
    keywords: FreeText | None = None
    suggested_level: str | None = None
    next_reminder_at: str | None = None
    out_id: Reference | None = None
    updated_at: str | None = None


SOURCES = (
    Source(
        name="callke.call",
        topic="calls",
        contracts={1: Call},
        key=("call_id",),
        occurred_at=At("local", ("began_at",)),
        version_clock="updated_at",
        fact="fct_touches",
        example="callke.call.csv",
        mapping="callke.call.yaml",
    ),
)
