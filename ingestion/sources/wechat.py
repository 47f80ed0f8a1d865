"""WeChat 微信: group voice calls used as meetings, as somebody writes them down (assumed: XLSX, Chinese headers)."""

from __future__ import annotations

from ingestion.contract import Account, At, FreeText, Record, Source


class GroupVoice(Record):
    """One stay of one person in a group voice call; times are local text of Asia/Shanghai.

    A rejoin is a further row; without `left_at` the person stayed to the call's end.
    """

    call_id: str
    member: Account
    joined_at: str
    started_at: str
    ended_at: str
    left_at: str | None = None
    subject: FreeText | None = None
    organiser: Account | None = None


SOURCES = (
    Source(
        name="wechat.group_voice",
        topic="meetings",
        contracts={1: GroupVoice},
        key=("call_id", "member", "joined_at"),
        occurred_at=At("local", ("joined_at",)),
        fact="fct_meeting_attendance",
        example="wechat.group_voice.xlsx",
        mapping="wechat.group_voice.yaml",
    ),
)
