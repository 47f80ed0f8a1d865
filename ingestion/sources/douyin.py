"""Douyin 抖音 live rooms: totals of a session and the same counters minute by minute.

Every value is text. Counters are cumulative within a session and may start again when a stream restarts.
"""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Record, Source


class LiveRoom(Record):
    """The totals of one session as pulled; `live_start_time` and `live_end_time` are epoch seconds as text.

    `account_id` is the shop's account, `anchor_open_id` the host's own (both assumed to be in the answer).
    """

    room_id: str
    account_id: str
    live_start_time: str
    live_end_time: str | None = None
    anchor_open_id: Account | None = None
    room_status: str | None = None
    total_live_watch_cnt: str | None = None
    total_live_avg_watch_duration: str | None = None
    total_live_follow_cnt: str | None = None
    total_live_comment_cnt: str | None = None
    total_live_like_cnt: str | None = None
    live_card_icon_component_show_count: str | None = None
    live_card_icon_component_click_count: str | None = None
    live_form_submit_count: str | None = None
    stat_cost: str | None = None
    online_user_count: str | None = None


class LiveMinute(Record):
    """The counters of a session at `stat_time` (local text, to the minute)."""

    room_id: str
    account_id: str
    stat_time: str
    online_user_count: str | None = None
    total_live_watch_cnt: str | None = None
    total_live_follow_cnt: str | None = None
    total_live_comment_cnt: str | None = None
    total_live_like_cnt: str | None = None
    live_form_submit_count: str | None = None


_ANSWER = Wrapper("douyin", marker="code", items="data.list", error="code")

_PAGE = "open.oceanengine.com, live room data"

SOURCES = (
    Source(
        name="douyin.live_room",
        topic="live",
        contracts={1: LiveRoom},
        key=("room_id",),
        account="account_id",
        occurred_at=At("s", ("live_end_time", "live_start_time")),
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="fct_live_sessions",
        example="douyin.live_room.json",
    ),
    Source(
        name="douyin.live_minute",
        topic="live",
        contracts={1: LiveMinute},
        key=("room_id", "stat_time"),
        account="account_id",
        occurred_at=At("local", ("stat_time",)),
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="fct_live_minutes",
        example="douyin.live_minute.json",
    ),
)
