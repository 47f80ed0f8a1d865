"""What the call centre's records and the live rooms' counters look like when pulled at night."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Delivery, json_answer
from ingestion.simulator.instants import MINUTE, text
from ingestion.simulator.objects import Call, LiveSession, Minute
from ingestion.simulator.world import Group

_PAGE_SIZE = 1000


class CallRecords:
    """Volcengine's call records by day, the last twenty minutes of the day before again."""

    def __init__(self, group: Group) -> None:
        calls = (call for call in group.journal.calls if call.system == "volcengine")
        self.calls = index_by_day(group, calls, lambda call: (call.began, call.began + 20 * MINUTE))

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 50)
        calls = [call for call in self.calls.get(day, ()) if call.ended <= pulled]
        for number, first in enumerate(range(0, len(calls), _PAGE_SIZE)):
            answer = {
                "ResponseMetadata": {"RequestId": f"{day:%Y%m%d}{number:06d}", "Action": "QueryCallRecordMsg"},
                "Result": [_record(call) for call in calls[first : first + _PAGE_SIZE]],
            }
            yield page("volcengine.call", "cc01", f"calls-{day}-{number}.json", json_answer(answer), pulled + number)


def _record(call: Call) -> dict[str, Any]:
    """A call that a portal put through begins here two seconds later than the portal says."""
    late = 2 if call.portal_id is not None else 0
    record: dict[str, Any] = {
        "callId": call.call_id,
        "caller": call.caller,
        "callee": call.callee,
        "beginCallTime": (call.began + late) * 1000,
        "ringTime": call.rang * 1000,
        "endTime": call.ended * 1000,
        "callDuration": call.talk,
        "callResult": 1 if call.answered is not None else 7,
        "releaseType": 1 if call.talk % 2 else 2,
        "callType": 1 if call.line is None else 0,
        "subServiceType": 104 if call.robot else 101,
    }
    if call.answered is not None:
        record["startTime"] = call.answered * 1000
    elif call.began % 2:
        record["startTime"] = 0
    if call.lead_id is not None:
        record["userData"] = call.lead_id
    if call.intent:
        record["intent"] = call.intent
    return record


class LiveRooms:
    """Douyin's rooms, pulled half an hour into the session and the night after, and their minutes."""

    def __init__(self, group: Group) -> None:
        self.accounts = {store.store_id: store.accounts["douyin"] for store in group.stores}
        sessions = [session for session in group.journal.sessions if session.host is not None]
        self.running = index_by_day(group, sessions, lambda session: (session.starts,))
        self.done = index_by_day(group, sessions, lambda session: (session.ends - 45 * MINUTE,))

    def pages(self, day: date) -> Iterator[Delivery]:
        for session in self.running.get(day, ()):
            pulled = session.starts + 30 * MINUTE
            account = self.accounts[session.store_id]
            name = f"room-{session.room_id}-live.json"
            content = json_answer(_listed([self._room(session, pulled)]))
            yield page("douyin.live_room", account, name, content, pulled)
        for session in self.done.get(day, ()):
            pulled = nightly(day, 60)
            account = self.accounts[session.store_id]
            room = json_answer(_listed([self._room(session, pulled)]))
            yield page("douyin.live_room", account, f"room-{session.room_id}.json", room, pulled)
            if session.minutes:
                minutes = json_answer(_listed([self._minute(session, minute) for minute in session.minutes]))
                yield page("douyin.live_minute", account, f"minutes-{session.room_id}.json", minutes, pulled)

    def _room(self, session: LiveSession, moment: int) -> dict[str, str]:
        over = moment >= session.ends
        shown = session.shown if over else tuple(value // 4 for value in session.shown)
        if not over and session.minutes:
            shown = [minute.counters for minute in session.minutes if minute.at <= moment][-1]
        watch, follow, comment, like, form = (str(value) for value in shown)
        cost = session.cost or 0
        room = {
            "room_id": session.room_id,
            "account_id": self.accounts[session.store_id],
            "live_start_time": str(session.starts),
            "room_status": "4" if over else "2",
            "total_live_watch_cnt": watch,
            "total_live_avg_watch_duration": "47",
            "total_live_follow_cnt": follow,
            "total_live_comment_cnt": comment,
            "total_live_like_cnt": like,
            "live_form_submit_count": form,
            "stat_cost": f"{cost / 100 if over else cost / 400:.2f}",
            "online_user_count": str(session.peak if not session.minutes and over else 5),
        }
        if session.host is not None:
            room["anchor_open_id"] = f"open-{session.host.employee_id}"
        if over:
            room["live_end_time"] = str(session.ends)
        return room

    def _minute(self, session: LiveSession, minute: Minute) -> dict[str, str]:
        watch, follow, comment, like, form = (str(value) for value in minute.counters)
        return {
            "room_id": session.room_id,
            "account_id": self.accounts[session.store_id],
            "stat_time": text(minute.at),
            "online_user_count": str(minute.online),
            "total_live_watch_cnt": watch,
            "total_live_follow_cnt": follow,
            "total_live_comment_cnt": comment,
            "total_live_like_cnt": like,
            "live_form_submit_count": form,
        }


def _listed(items: list[dict[str, str]]) -> dict[str, Any]:
    return {"code": 0, "message": "OK", "data": {"list": items}}
