"""Volcengine 语音服务: call detail records 话单, as QueryCallRecordMsg answers them and the platform pushes them.

The SDKs spell a record's names with a capital (`CallId`), the documentation without; version 2021-01-01 tells times as
ISO 8601 text. Here they are `callId` and epoch milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ingestion import times
from ingestion.answers import Wrapper
from ingestion.contract import At, FreeText, Id, Phone, Record, Reference, Source, Word


class Call(Record):
    """One call; times are epoch milliseconds, 0 or absent where it never got so far.

    `ringTime` the far end rings, `startTime` it was answered, `endTime` hang-up; `callDuration` talk in seconds.
    `subServiceType`: 101 语音SIP, 102 a notice read out 语音通知, 103 click-to-dial 双向呼叫, 104 a robot 智能外呼,
    from 201 on privacy numbers 隐私号. `callType` is the direction: 1 outbound, 0 inbound. `userData` is the caller's
    reference (assumed: a CRM lead's id); `caller` and `callee` are as dialled, a line of the store on one side.
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
    subServiceType: Id | None = None
    intent: Word | None = None
    grade: Word | None = None
    userData: Reference | None = None
    remark: FreeText | None = None


_LIST = Wrapper("volcengine", marker="ResponseMetadata", items="Result", error="ResponseMetadata.Error.Code")
_PAGE = Wrapper("volcengine", marker="ResponseMetadata", items="Result.Records", error="ResponseMetadata.Error.Code")
_TIMES = ("beginCallTime", "ringTime", "startTime", "endTime")


def calls(answer: Any) -> Iterator[Any]:
    """The calls of an answer: a list, or a page of one.

    Raises:
        UplogError: as `Wrapper` does.
    """
    is_list = isinstance(answer, dict) and isinstance(answer.get("Result"), list)
    for call in (_LIST if is_list else _PAGE)(answer):
        if isinstance(call, dict):
            call = {f"{name[:1].lower()}{name[1:]}": value for name, value in call.items()}
            call |= {name: _milliseconds(call[name]) for name in _TIMES if isinstance(call.get(name), str)}
        yield call


def _milliseconds(value: str) -> Any:
    """ISO 8601 as epoch milliseconds, none where it is empty; what is no time stays, and its contract refuses it."""
    try:
        return int(times.instant(value, "local").timestamp() * 1000) if value else None
    except ValueError:
        return value


SOURCES = (
    Source(
        name="volcengine.call",
        topic="calls",
        contracts={1: Call},
        key=("callId",),
        occurred_at=At("ms", ("beginCallTime",)),
        records=calls,
        vendor_page="www.volcengine.com/docs/6358/173364 (QueryCallRecordMsg)",
        fact="fct_touches",
        example="volcengine.call.json",
    ),
)
