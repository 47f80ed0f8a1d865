"""WeChat Channels 视频号: live sessions of an account (`get_finder_live_data_list`)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import At, Id, Record, Source


class Live(Record):
    """The totals of one session so far; `live_start_time` is epoch seconds, durations are seconds.

    The answer names neither account nor host: the account is given at import. Its audience is counted in views.
    """

    export_id: Id
    live_start_time: int
    live_duration_in_seconds: int | None = None
    total_audience_count: int | None = None
    total_cheer_count: int | None = None
    forward_count: int | None = None
    total_comment_count: int | None = None
    audiences_avg_seconds: int | None = None
    max_online_count: int | None = None
    new_follow_count: int | None = None


SOURCES = (
    Source(
        name="channels.live",
        topic="live",
        contracts={1: Live},
        key=("export_id",),
        asks_account=True,
        occurred_at=At("s", ("live_start_time",)),
        records=Wrapper("channels", marker="errcode", items="item", error="errcode"),
        vendor_page="developers.weixin.qq.com/doc/channels/API/live/get_finder_live_data_list.html",
        fact="fct_live_sessions",
        example="channels.live.json",
        example_account="finder1001",
    ),
)
