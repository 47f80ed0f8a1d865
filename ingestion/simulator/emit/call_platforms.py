"""Calls as Aliyun pushes them and as CALL客 exports them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, csv_file, json_answer
from ingestion.simulator.instants import HOUR, MINUTE, text
from ingestion.simulator.objects import Call
from ingestion.simulator.world import Group

_CALLKE = [
    *["通话流水号", "主叫号码", "被叫号码", "拨打时间", "振铃时间", "接通时间", "结束时间", "外呼方式"],
    *["识别意图", "关键词", "建议级别", "下次提醒时间", "外部编号", "更新时间"],
]
_RECOGNISED_AFTER = 6 * MINUTE


class AliyunReports:
    """Pushes of the day as the gateway wrote them down, several calls a body."""

    def __init__(self, group: Group) -> None:
        calls = (call for call in group.journal.calls if call.system == "aliyun")
        self.calls = index_by_day(group, calls, lambda call: (call.ended,))

    def pages(self, day: date) -> Iterator[Delivery]:
        calls = self.calls.get(day, [])
        for number, first in enumerate(range(0, len(calls), 200)):
            body = json_answer([_aliyun(call) for call in calls[first : first + 200]])
            yield page("aliyun.call", "vms01", f"aliyun-{day}-{number}.json", body, nightly(day, 15) + number)


def _aliyun(call: Call) -> dict[str, Any]:
    """The consultant's leg is up three seconds after dialling; `duration` is of that leg, not of the talk."""
    first_leg = call.began + 1
    return {
        "call_id": f"{call.call_id}^1",
        "caller": call.caller,
        "callee": call.callee,
        "originate_time": text(call.began),
        "ring_time": text(first_leg),
        "start_time": text(first_leg),
        "b_ring_time": text(call.rang),
        "b_start_time": text(call.answered) if call.answered is not None else "",
        "end_time": text(call.ended),
        "duration": f"{call.ended - first_leg}" + ("秒" if call.began % 3 == 0 else ""),
        "status_code": "200000" if call.answered is not None else "200005",
        "hangup_direction": "用户",
        "voice_type": "voice",
        "out_id": call.lead_id or "",
    }


class CallkeExports:
    """The day's calls shortly after midday and at night: what was recognised of the last minutes comes later."""

    def __init__(self, group: Group) -> None:
        calls = (call for call in group.journal.calls if call.system == "callke")
        self.calls = index_by_day(group, calls, lambda call: (call.began, call.ended + HOUR))

    def pages(self, day: date) -> Iterator[Delivery]:
        for pulled in (nightly(day, -11 * 60), nightly(day, 25)):
            calls = [call for call in self.calls.get(day, ()) if call.ended <= pulled]
            if calls:
                content = csv_file(_CALLKE, [_callke(call, pulled) for call in calls], "utf-8-sig")
                yield page("callke.call", "ck01", f"callke-{day}-{pulled}.csv", content, pulled)


def _callke(call: Call, moment: int) -> list[Cell]:
    recognised = moment >= call.ended + _RECOGNISED_AFTER
    return [
        call.call_id,
        call.caller,
        call.callee,
        text(call.began),
        text(call.rang),
        text(call.answered) if call.answered is not None else None,
        text(call.ended),
        "机器人" if call.robot else "人工",
        call.intent if recognised else None,
        "价格、现车" if recognised and call.intent else None,
        call.suggested_level if recognised else None,
        text(call.remind_at) if recognised and call.remind_at is not None else None,
        call.lead_id,
        text(call.ended + _RECOGNISED_AFTER if recognised else call.ended),
    ]
