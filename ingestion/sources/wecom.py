"""WeCom 企业微信: check-ins (`/cgi-bin/checkin/getcheckindata`)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Device, FreeText, Id, Record, Source


class Checkin(Record):
    """One check-in; times are epoch seconds, `lat` and `lng` degrees x 1e6, uploads may be late.

    `checkin_type`: 上班打卡, 下班打卡, 外出打卡 (an outing: outreach, not a check-in).
    There is no record id: person, time and type are the key.
    """

    userid: Account
    checkin_type: str
    checkin_time: int
    exception_type: str = ""
    groupname: str | None = None
    groupid: Id | None = None
    schedule_id: Id | None = None
    timeline_id: Id | None = None
    sch_checkin_time: int | None = None
    location_title: FreeText | None = None
    location_detail: FreeText | None = None
    wifiname: FreeText | None = None
    wifimac: Device | None = None
    notes: FreeText | None = None
    deviceid: Device | None = None
    lat: int | None = None
    lng: int | None = None


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
)
