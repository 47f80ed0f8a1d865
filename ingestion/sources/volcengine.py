"""Volcengine 云呼叫中心: call detail records."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import At, FreeText, Id, Phone, Record, Reference, Source, Word


class Call(Record):
    """One call; times are epoch milliseconds, 0 or absent where it never got so far.

    `ringTime` the far end rings, `startTime` it was answered, `endTime` hang-up; `callDuration` talk in seconds.
    `callType` (assumed): 0 a person's call, 1 an outbound robot. `userData` is the caller's reference
    (a CRM lead's id); `caller` and `callee` are the numbers as dialled, a line of the store on one side.
    """

    callId: Reference
    caller: Phone
    callee: Phone
    beginCallTime: int
    ringTime: int | None = None
    startTime: int | None = None
    endTime: int | None = None
    callDuration: int | None = None
    callResult: Id | None = None
    releaseType: Id | None = None
    callType: int | None = 0
    intent: Word | None = None
    grade: Word | None = None
    userData: Reference | None = None
    remark: FreeText | None = None


_ANSWER = Wrapper("volcengine", marker="ResponseMetadata", items="Result.Records", error="ResponseMetadata.Error.Code")

SOURCES = (
    Source(
        name="volcengine.call",
        topic="calls",
        contracts={1: Call},
        key=("callId",),
        occurred_at=At("ms", ("beginCallTime",)),
        records=_ANSWER,
        vendor_page="www.volcengine.com/docs/6358 (call detail record)",
        fact="fct_touches",
        example="volcengine.call.json",
    ),
)
