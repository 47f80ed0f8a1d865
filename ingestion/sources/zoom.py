"""Zoom: webhook calls about meetings (`meeting.started`, `meeting.participant_joined`, …)."""

from __future__ import annotations

from msgspec import Struct

from ingestion.contract import Account, At, Dropped, FreeText, Id, Name, Phone, Record, Source


class Participant(Struct):
    """Who joined or left, RFC 3339 times; an outsider has an empty `id`. A rejoin has another `user_id`.

    `leave_reason` begins with the name: `Jill Chill left the meeting.<br>Reason: Host ended the meeting.`
    """

    user_id: Id | None = None
    user_name: Name | None = None
    id: Account | None = None
    participant_uuid: Account | None = None
    participant_user_id: Account | None = None
    email: Account | None = None
    phone_number: Phone | None = None
    join_time: str | None = None
    leave_time: str | None = None
    leave_reason: Dropped | None = None


class Meeting(Struct):
    """The meeting: `uuid` names this occurrence, `duration` is its schedule in minutes from `start_time` on."""

    uuid: str
    id: Id | None = None
    host_id: Account | None = None
    topic: FreeText | None = None
    type: int | None = None
    start_time: str | None = None
    end_time: str | None = None
    duration: int | None = None
    timezone: str | None = None
    participant: Participant | None = None


class Payload(Struct):
    """What happened, in which account."""

    object: Meeting
    account_id: str | None = None


class Webhook(Record):
    """One call; `event_ts` is epoch milliseconds. `event`: meeting.started, meeting.ended,
    meeting.participant_joined, meeting.participant_left, …
    """

    event: str
    event_ts: int
    payload: Payload


SOURCES = (
    Source(
        name="zoom.webhook",
        topic="meetings",
        contracts={1: Webhook},
        key=("payload.object.uuid",),
        account="payload.account_id",
        occurred_at=At("ms", ("event_ts",)),
        vendor_page="developers.zoom.us/docs/api/meetings/events",
        fact="fct_meeting_attendance",
        example="zoom.webhook.jsonl",
    ),
)
