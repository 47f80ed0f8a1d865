"""What attendance apps and the meeting service say: WeCom and DingTalk pulls, Tencent Meeting's webhooks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.emit.staff import accounts_of
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Delivery, json_answer, json_lines
from ingestion.simulator.instants import HOUR, day_of, midnight
from ingestion.simulator.objects import Checkin, Meeting, Stay
from ingestion.simulator.staff import Person
from ingestion.simulator.world import Group

_WECOM = {"on": "上班打卡", "off": "下班打卡", "outing": "外出打卡"}
_CORP = "ding8a2f"
_PAGE_SIZE = 500


class AttendancePages:
    """Morning pulls of the day before, and of what was uploaded, corrected or excused since."""

    def __init__(self, group: Group) -> None:
        stores = {store.store_id: store for store in group.stores}
        self.cities = {store.store_id: store.city for store in group.stores}
        checkins = group.journal.checkins
        wecom = [c for c in checkins if stores[c.store_id].attendance == "wecom" and (c.at or c.checkin_id % 2)]
        dingtalk = [c for c in checkins if stores[c.store_id].attendance == "dingtalk" and c.kind != "outing"]
        self.wecom = index_by_day(group, wecom, lambda c: (c.uploaded_at or midnight(c.day),))
        self.dingtalk = index_by_day(
            group, dingtalk, lambda c: [midnight(c.day), *([c.excused_at] if c.excused_at else [])]
        )

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 5 * 60 + 30)
        for number, rows in _chunks([self._wecom(checkin) for checkin in self.wecom.get(day, ())]):
            answer = json_answer({"errcode": 0, "errmsg": "ok", "checkindata": rows})
            yield page("wecom.checkin", "ww1f0c", f"wecom-{day}-{number}.json", answer, pulled + number)
        versions = [row for checkin in self.dingtalk.get(day, ()) for row in _dingtalk(checkin, pulled)]
        for number, rows in _chunks(versions):
            answer = json_answer({"errcode": 0, "errmsg": "ok", "hasMore": False, "recordresult": rows})
            yield page("dingtalk.attendance", _CORP, f"dingtalk-{day}-{number}.json", answer, pulled + 60 + number)

    def _wecom(self, checkin: Checkin) -> dict[str, Any]:
        moment = checkin.at if checkin.at is not None else checkin.planned
        late = checkin.kind == "on" and checkin.at is not None and checkin.at > checkin.planned
        row: dict[str, Any] = {
            "userid": accounts_of(checkin.person)["wecom"],
            "groupname": "销售部",
            "checkin_type": _WECOM[checkin.kind],
            "exception_type": "未打卡" if checkin.at is None else "时间异常" if late else "",
            "checkin_time": moment,
            "location_title": f"{self.cities[checkin.store_id]}客户小区" if checkin.kind == "outing" else "展厅",
            "location_detail": f"{self.cities[checkin.store_id]}市",
            "wifiname": "" if checkin.kind == "outing" else "SHOWROOM",
            "notes": "",
            "mediaids": [],
            "deviceid": checkin.device,
            "groupid": 1,
            "schedule_id": 0,
            "timeline_id": 0,
        }
        if checkin.kind != "outing":
            row["sch_checkin_time"] = checkin.planned
            row["lat"], row["lng"] = 30_547_645, 104_063_236
        return row


def _dingtalk(checkin: Checkin, moment: int) -> list[dict[str, Any]]:
    """The record as first written, and as a manager corrected it."""
    late = checkin.kind == "on" and checkin.at is not None and checkin.at > checkin.planned
    written = checkin.at if checkin.at is not None else checkin.planned + 4 * HOUR
    row: dict[str, Any] = {
        "id": 2_000_000_000_000 + checkin.checkin_id,
        "bizId": f"biz{checkin.checkin_id}",
        "userId": accounts_of(checkin.person)["dingtalk"],
        "corpId": _CORP,
        "workDate": midnight(checkin.day) * 1000,
        "checkType": "OnDuty" if checkin.kind == "on" else "OffDuty",
        "planCheckTime": checkin.planned * 1000,
        "baseCheckTime": checkin.planned * 1000,
        "timeResult": "NotSigned" if checkin.at is None else "Late" if late else "Normal",
        "locationResult": "NotSigned" if checkin.at is None else "Normal",
        "sourceType": "SYSTEM" if checkin.at is None else "USER",
        "isLegal": "Y",
        "gmtCreate": written * 1000,
        "gmtModified": written * 1000,
    }
    rows = []
    if checkin.at is not None:
        row |= {"userCheckTime": checkin.at * 1000, "deviceId": checkin.device, "userAddress": "展厅"}
    if written <= moment:
        rows.append(row)
    if checkin.excused_at is not None and checkin.excused_at <= moment:
        fixed = {key: value for key, value in row.items() if key not in ("userCheckTime", "deviceId", "userAddress")}
        source = "APPROVE" if checkin.checkin_id % 2 else "BOSS"
        fixed |= {"timeResult": "Normal", "sourceType": source, "gmtModified": checkin.excused_at * 1000}
        rows.append(fixed | {"approveId": checkin.checkin_id, "procInstId": f"proc-{checkin.checkin_id}"})
    return rows


def _chunks(rows: list[dict[str, Any]]) -> Iterator[tuple[int, list[dict[str, Any]]]]:
    for number, first in enumerate(range(0, len(rows), _PAGE_SIZE)):
        yield number, rows[first : first + _PAGE_SIZE]


class MeetingHooks:
    """Tencent Meeting's calls of a day, as a collector wrote them down; one in eighty comes twice."""

    def __init__(self, group: Group) -> None:
        tencent = [meeting for meeting in group.journal.meetings if meeting.medium == "tencent_meeting"]
        hooks = [hook for meeting in tencent for hook in _hooks(meeting)]
        hooks.sort(key=lambda hook: (hook["payload"][0]["operate_time"], hook["trace_id"]))
        self.days: dict[date, list[dict[str, Any]]] = defaultdict(list)
        for number, hook in enumerate(hooks):
            day = day_of(hook["payload"][0]["operate_time"] // 1000)
            self.days[day].extend([hook] * (2 if number % 80 == 0 else 1))

    def pages(self, day: date) -> Iterator[Delivery]:
        if day in self.days:
            content = json_lines(self.days[day])
            yield page("tencent_meeting.webhook", "corp", f"meetings-{day}.jsonl", content, nightly(day, 5))


def _hooks(meeting: Meeting) -> Iterator[dict[str, Any]]:
    """The calls of one meeting: started, each join and leave, end."""
    info: dict[str, Any] = {
        "meeting_id": meeting.meeting_id,
        "meeting_code": meeting.meeting_id[-9:],
        "subject": meeting.subject,
        "creator": _operator(meeting.creator, 1),
        "meeting_type": 0,
        "start_time": str(meeting.starts),
        "end_time": str(meeting.ends),
    }
    happened: list[tuple[int, str, dict[str, Any]]] = [(meeting.opened, "started", _operator(meeting.creator, 1))]
    for stay in meeting.stays:
        happened.append((stay.joined, "participant-joined", _operator(stay.person, stay.device, stay)))
        if stay.left is not None:
            happened.append((stay.left, "participant-left", _operator(stay.person, stay.device, stay)))
    if meeting.closed is not None:
        happened.append((meeting.closed, "end", _operator(meeting.creator, 1)))
    for number, (moment, event, operator) in enumerate(happened):
        yield {
            "event": f"meeting.{event}",
            "trace_id": f"{meeting.meeting_id}-{number}",
            "payload": [{"operate_time": moment * 1000, "operator": operator, "meeting_info": info}],
        }


def _operator(person: Person | None, device: int, stay: Stay | None = None) -> dict[str, Any]:
    """A member of staff by account; somebody from outside by nickname alone."""
    if person is None:
        guest = f"guest-{stay.joined}" if stay is not None else "headquarters"
        return {"open_id": guest, "user_name": "外部嘉宾", "instance_id": device}
    return {
        "userid": accounts_of(person)["tencent_meeting"],
        "uuid": f"uu-{person.employee_id}",
        "user_name": person.name,
        "instance_id": device,
    }
