"""WeCom 企业微信: check-ins (`/cgi-bin/checkin/getcheckindata`), customer statistics (`get_user_behavior_data`)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Device, FreeText, Id, Record, Source, Word


class Checkin(Record):
    """One check-in; times are epoch seconds, `lat` and `lng` degrees x 1e6, uploads may be late.

    `checkin_type`: 上班打卡, 下班打卡, 外出打卡 (an outing: outreach, not a check-in).
    There is no record id: person, time and type are the key.
    """

    userid: Account
    checkin_type: str
    checkin_time: int
    exception_type: str | None = ""
    groupname: Word | None = None
    groupid: Id | None = None
    schedule_id: Id | None = None
    timeline_id: Id | None = None
    sch_checkin_time: int | None = None
    location_title: FreeText | None = None
    location_detail: FreeText | None = None
    wifiname: FreeText | None = None
    wifimac: Device | None = None
    notes: FreeText | None = None
    mediaids: list[str] | None = None
    deviceid: Device | None = None
    lat: int | None = None
    lng: int | None = None


class CustomerStats(Record):
    """One person's day with customers; `stat_time` is the day's start in epoch seconds, `avg_reply_time` minutes.

    The answer names nobody and sums up whoever was asked for: ask for one `userid` a call, given as the import's
    account. Shortly after midnight a day is all zeros; a later pull fills it in. `negative_feedback_cnt` are
    customers who deleted or blocked the person.
    """

    userid: Account
    stat_time: int
    chat_cnt: int | None = 0
    message_cnt: int | None = 0
    reply_percentage: float | None = None
    avg_reply_time: int | None = None
    negative_feedback_cnt: int | None = 0
    new_apply_cnt: int | None = 0
    new_contact_cnt: int | None = 0


_ANSWER = Wrapper("wecom", marker="errcode", items="checkindata", error="errcode")

SOURCES = (
    Source(
        name="wecom.checkin",
        topic="checkins",
        contracts={1: Checkin},
        key=("userid", "checkin_time", "checkin_type"),
        occurred_at=At("s", ("checkin_time",)),
        records=_ANSWER,
        vendor_page="developer.work.weixin.qq.com/document/path/90262",
        fact="fct_checkins",
        example="wecom.checkin.json",
    ),
    Source(
        name="wecom.customer_stats",
        topic="care",
        contracts={1: CustomerStats},
        key=("userid", "stat_time"),
        account="userid",
        occurred_at=At("s", ("stat_time",)),
        records=Wrapper("wecom", marker="errcode", items="behavior_data", error="errcode"),
        vendor_page="developer.work.weixin.qq.com/document/path/92132",
        fact="fct_message_stats",
        example="wecom.customer_stats.json",
        example_account="wx_e001",
    ),
)
