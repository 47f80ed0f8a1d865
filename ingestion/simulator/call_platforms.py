"""Which call platform a call goes through, and what speech recognition makes of it."""

from __future__ import annotations

from typing import Literal

from ingestion.simulator.instants import DAY
from ingestion.simulator.objects import Call
from ingestion.simulator.staff import Store

System = Literal["volcengine", "aliyun", "callke"]
_INTENTS = ("询问价格", "对比竞品", "暂不考虑", "")


def call_system(store: Store, number: int, *, robot: bool) -> System:
    """Robots ring from two platforms; the second of three stores dials by Aliyun, the third half by CALL客."""
    if robot:
        return "callke" if number % 2 else "volcengine"
    if store.number % 3 == 2:
        return "aliyun"
    share = 2 if store.number % 3 == 0 else 10
    return "callke" if number % share == 0 else "volcengine"


def recognise(call: Call, number: int) -> None:
    """Intent, a level and a reminder, proposed a few minutes after the call."""
    call.intent = call.intent or _INTENTS[number % 4]
    call.suggested_level = "HABC"[number // 4 % 4]
    call.remind_at = call.ended + (1 + number % 5) * DAY if number % 3 else None
