"""Douyin 抖音: live rooms (totals and minutes), videos, and leads pushed by 本地推 (`life/get`).

Every value of rooms and videos is text. Counters of a session are cumulative and may start
again when a stream restarts.
"""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Dropped, FreeText, Id, Name, Phone, Record, Reference, Source, Word


class LiveRoom(Record):
    """The totals of one session as pulled; `live_start_time` and `live_end_time` are epoch seconds as text.

    `account_id` is the shop's account, `anchor_open_id` the host's own (both assumed to be in the answer).
    """

    room_id: str
    account_id: Reference
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
    """The counters of a session at `stat_time` (local text, to the minute), those of `LiveRoom` so far."""

    room_id: str
    account_id: Reference
    stat_time: str
    room_status: str | None = None
    online_user_count: str | None = None
    total_live_watch_cnt: str | None = None
    total_live_avg_watch_duration: str | None = None
    total_live_follow_cnt: str | None = None
    total_live_comment_cnt: str | None = None
    total_live_like_cnt: str | None = None
    live_card_icon_component_show_count: str | None = None
    live_card_icon_component_click_count: str | None = None
    live_form_submit_count: str | None = None
    stat_cost: str | None = None


class Video(Record):
    """One video's day; counts are of that day alone and grow until the day is settled. `create_time` is epoch seconds.

    `account_id` is the shop's account (assumed to be in the answer).
    """

    item_id: str
    account_id: Reference
    date: str
    create_time: str | None = None
    title: FreeText | None = None
    play_count: str | None = None
    digg_count: str | None = None
    comment_count: str | None = None
    share_count: str | None = None
    new_follow_count: str | None = None


class LocalLead(Record):
    """A lead of 本地推 as pushed, again with each change; times are local text, `modify_time` is the vendor's clock.

    `clue_id` is Feiyu's too. `effective_state`: 0 new, 1 intent, 2 deal, 3 invalid, 6 WeChat added, 7 to talk, 204
    visited; 3 carries no reason. `follow_state_name` is the vendor's word about calls, no trace of one. `room_id`
    (assumed) names the live session.
    """

    clue_id: Reference
    local_account_id: Id
    create_time_detail: str
    modify_time: str | None = None
    name: Name | None = None
    telephone: Phone | None = None
    weixin: Name | None = None
    address: Dropped | None = None
    clue_owner_name: Dropped | None = None
    staff_nickname: Dropped | None = None
    flow_type: str | None = None
    action_type: str | None = None
    effective_state: int | None = None
    follow_state_name: Word | None = None
    series_id: str | None = None
    room_id: Id | None = None
    remark: FreeText | None = None


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
    Source(
        name="douyin.video",
        topic="content",
        contracts={1: Video},
        key=("item_id", "date"),
        account="account_id",
        occurred_at=At("day", ("date",)),
        records=_ANSWER,
        vendor_page="open.douyin.com, item data by day",
        fact="fct_content",
        example="douyin.video.json",
    ),
    Source(
        name="douyin.local_lead",
        topic="leads.other",
        contracts={1: LocalLead},
        key=("clue_id",),
        account="local_account_id",
        occurred_at=At("local", ("create_time_detail",)),
        version_clock="modify_time",
        records=_ANSWER,
        vendor_page="open.oceanengine.com, local push, life/get",
        fact="fct_lead_submissions",
        example="douyin.local_lead.jsonl",
    ),
)
