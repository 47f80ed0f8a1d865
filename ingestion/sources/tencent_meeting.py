"""Tencent Meeting 腾讯会议: webhook calls, each an array of payloads."""

from __future__ import annotations

from msgspec import Struct

from ingestion.contract import Account, At, Dropped, FreeText, Id, Name, Record, Source


class Person(Struct):
    """Who did it, or who called the meeting; an outsider has no `userid`."""

    userid: Account | None = None
    open_id: Account | None = None
    uuid: Account | None = None
    ms_open_id: Account | None = None
    user_name: Name | None = None
    instance_id: Id | None = None
    nick_name: Dropped | None = None
    pstn_number: Dropped | None = None


class Other(Struct):
    """To whom it was done, of whom no model asks."""

    userid: Dropped | None = None
    open_id: Dropped | None = None
    uuid: Dropped | None = None
    ms_open_id: Dropped | None = None
    user_name: Dropped | None = None
    nick_name: Dropped | None = None
    pstn_number: Dropped | None = None


class MeetingInfo(Struct):
    """The meeting; `start_time` and `end_time` are its schedule in epoch seconds.

    `sub_meeting_id` tells the occurrences of a recurring meeting apart (its `meeting_id` stays the same).
    """

    meeting_id: str
    start_time: Id
    end_time: Id
    sub_meeting_id: Id | None = None
    meeting_code: str | None = None
    subject: FreeText | None = None
    creator: Person | None = None
    meeting_type: Id | None = None


class Payload(Struct):
    """One thing that happened; `operate_time` is epoch milliseconds. Each device has its own `instance_id`."""

    operate_time: int
    meeting_info: MeetingInfo
    operator: Person | None = None
    to_operator: Other | None = None


class Webhook(Record):
    """One call. `event`: meeting.started, meeting.end, meeting.participant-joined, meeting.participant-left, …"""

    event: str
    trace_id: str
    payload: list[Payload]


SOURCES = (
    Source(
        name="tencent_meeting.webhook",
        topic="meetings",
        contracts={1: Webhook},
        key=("payload[].meeting_info.meeting_id",),
        event_id="trace_id",
        occurred_at=At("ms", ("payload[].operate_time",)),
        vendor_page="cloud.tencent.com/document/product/1095/51620",
        fact="fct_meeting_attendance",
        example="tencent_meeting.webhook.jsonl",
    ),
)
