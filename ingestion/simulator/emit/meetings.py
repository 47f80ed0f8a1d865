"""What the other media say of meetings: Zoom's webhooks, DingTalk's conferences, WeChat calls as written down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.emit.staff import accounts_of
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, json_answer, json_lines, xlsx_file
from ingestion.simulator.instants import MINUTE, day_of, moment, text
from ingestion.simulator.objects import Meeting, Stay
from ingestion.simulator.world import Group

_WECHAT = ["通话编号", "主题", "发起人微信号", "参与人微信号", "加入时间", "离开时间", "开始时间", "结束时间"]


class OtherMeetings:
    """Zoom's calls of a day (one in fifty twice), conferences and written-down calls the night after."""

    def __init__(self, group: Group) -> None:
        by_medium: dict[str, list[Meeting]] = defaultdict(list)
        for meeting in group.journal.meetings:
            by_medium[meeting.medium].append(meeting)
        calls = [call for meeting in by_medium["zoom"] for call in _zoom(meeting)]
        calls.sort(key=lambda call: call["event_ts"])
        self.zoom: dict[date, list[dict[str, Any]]] = defaultdict(list)
        for number, call in enumerate(calls):
            self.zoom[day_of(call["event_ts"] // 1000)].extend([call] * (2 if number % 50 == 0 else 1))
        self.dingtalk = index_by_day(group, by_medium["dingtalk"], lambda meeting: (_closed(meeting),))
        self.wechat = index_by_day(group, by_medium["wechat"], lambda meeting: (_closed(meeting),))

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 20)
        if day in self.zoom:
            yield page("zoom.webhook", None, f"zoom-{day}.jsonl", json_lines(self.zoom[day]), pulled)
        if day in self.dingtalk:
            answer = {"conferences": [_conference(meeting) for meeting in self.dingtalk[day]]}
            yield page("dingtalk.meeting", None, f"conferences-{day}.json", json_answer(answer), pulled + 60)
        if day in self.wechat:
            rows = [row for meeting in self.wechat[day] for row in _written_down(meeting)]
            yield page(
                "wechat.group_voice", None, f"voice-{day}.xlsx", xlsx_file(_WECHAT, rows, "群语音登记表"), pulled + 120
            )


def _closed(meeting: Meeting) -> int:
    assert meeting.closed is not None
    return meeting.closed


def _account(stay: Stay, system: str) -> str | None:
    return accounts_of(stay.person)[system] if stay.person is not None else None


def _iso(instant: int) -> str:
    return moment(instant).strftime("%Y-%m-%dT%H:%M:%SZ")


def _zoom(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """Started, one record for each join and leave (a rejoin has another user_id), ended."""
    number = int(meeting.meeting_id[-10:])
    info: dict[str, Any] = {
        "uuid": f"z{meeting.meeting_id[-12:]}==",
        "id": str(number),
        "host_id": accounts_of(meeting.creator)["zoom"] if meeting.creator is not None else "hq-host",
        "topic": meeting.subject,
        "type": 2,
        "start_time": _iso(meeting.starts),
        "duration": (meeting.ends - meeting.starts) // MINUTE,
        "timezone": "Asia/Shanghai",
    }
    yield _call("meeting.started", meeting.opened, info)
    for place, stay in enumerate(meeting.stays):
        who = {
            "user_id": str(16_778_240 + place * 1024),
            "user_name": stay.person.name if stay.person is not None else "外部嘉宾",
            "id": _account(stay, "zoom") or "",
            "participant_uuid": f"P{meeting.meeting_id[-8:]}{place}",
            "email": "",
        }
        joined = {**who, "join_time": _iso(stay.joined)}
        yield _call("meeting.participant_joined", stay.joined + 1, {**info, "participant": joined})
        if stay.left is not None:
            left = {**who, "leave_time": _iso(stay.left), "leave_reason": "left the meeting"}
            yield _call("meeting.participant_left", stay.left + 2, {**info, "participant": left})
    if meeting.closed is not None:
        yield _call("meeting.ended", meeting.closed, {**info, "end_time": _iso(meeting.closed)})


def _call(event: str, instant: int, info: dict[str, Any]) -> dict[str, Any]:
    return {"event": event, "event_ts": instant * 1000, "payload": {"account_id": "zoomcorp1", "object": info}}


def _conference(meeting: Meeting) -> dict[str, Any]:
    members = []
    for stay in meeting.stays:
        member: dict[str, Any] = {"userId": _account(stay, "dingtalk"), "joinTime": stay.joined * 1000}
        if stay.left is not None:
            member["leaveTime"] = stay.left * 1000
        members.append(member)
    return {
        "conferenceId": meeting.meeting_id,
        "title": meeting.subject,
        "creatorId": accounts_of(meeting.creator)["dingtalk"] if meeting.creator is not None else None,
        "startTime": meeting.opened * 1000,
        "endTime": _closed(meeting) * 1000,
        "members": members,
    }


def _written_down(meeting: Meeting) -> Iterator[list[Cell]]:
    organiser = accounts_of(meeting.creator)["wechat"] if meeting.creator is not None else None
    for stay in meeting.stays:
        yield [
            f"V{meeting.meeting_id[-12:]}",
            meeting.subject,
            organiser,
            _account(stay, "wechat") or "wxid_guest",
            text(stay.joined),
            text(stay.left) if stay.left is not None else None,
            text(meeting.opened),
            text(_closed(meeting)),
        ]
