"""DingTalk 钉钉: attendance (`/attendance/listRecord`), sign-ins 签到 (`/topapi/checkin/record/get`), meetings."""

from __future__ import annotations

from msgspec import Struct

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, CustomerName, Device, FreeText, Id, Record, Source


class Attendance(Record):
    """One attendance result; times are epoch milliseconds, `workDate` the business day's midnight.

    Rows of `sourceType` BOSS and APPROVE are later corrections of the same `id`; `gmtModified` is the vendor's clock.
    A punch that counts for nothing (`invalidRecordType`) has neither `checkType` nor a plan or a result.
    """

    id: Id
    userId: Account
    workDate: int
    gmtModified: int
    checkType: str | None = None
    corpId: str | None = None
    bizId: str | None = None
    userCheckTime: int | None = None
    planCheckTime: int | None = None
    baseCheckTime: int | None = None
    timeResult: str | None = None
    locationResult: str | None = None
    sourceType: str | None = None
    isLegal: str | None = None
    approveId: Id | None = None
    procInstId: str | None = None
    userLatitude: Id | float | None = None
    userLongitude: Id | float | None = None
    userAccuracy: Id | float | None = None
    userAddress: FreeText | None = None
    deviceId: Device | None = None
    gmtCreate: int | None = None


class Signin(Record):
    """One sign-in outdoors 签到 (outreach); `checkin_time` is epoch milliseconds, coordinates are degrees.

    `visit_user` is the contact who was visited. There is no record id: person and time are the key.
    """

    userid: Account
    checkin_time: int
    place: FreeText | None = None
    detail_place: FreeText | None = None
    latitude: Id | float | None = None
    longitude: Id | float | None = None
    remark: FreeText | None = None
    visit_user: CustomerName | None = None
    image_list: list[FreeText] | None = None


class Member(Struct):
    """One stay in a video conference, epoch milliseconds; without `leaveTime` to its end."""

    joinTime: int
    userId: Account | None = None
    leaveTime: int | None = None


class Meeting(Record):
    """One video conference that is over, with everybody's stays (assumed); times are epoch milliseconds."""

    conferenceId: str
    startTime: int
    endTime: int
    members: list[Member]
    title: FreeText | None = None
    creatorId: Account | None = None


_ANSWER = Wrapper("dingtalk", marker="errcode", items="recordresult", error="errcode")
_PAGES = Wrapper("dingtalk", marker="errcode", items="result.page_list", error="errcode")

SOURCES = (
    Source(
        name="dingtalk.attendance",
        topic="checkins",
        contracts={1: Attendance},
        key=("id",),
        account="corpId",
        occurred_at=At("ms", ("userCheckTime", "planCheckTime", "workDate")),
        version_clock="gmtModified",
        records=_ANSWER,
        vendor_page="open.dingtalk.com, attendance/listRecord",
        fact="fct_checkins",
        example="dingtalk.attendance.json",
    ),
    Source(
        name="dingtalk.signin",
        topic="checkins",
        contracts={1: Signin},
        key=("userid", "checkin_time"),
        occurred_at=At("ms", ("checkin_time",)),
        records=_PAGES,
        vendor_page="open.dingtalk.com, topapi/checkin/record/get",
        fact="fct_outreach",
        example="dingtalk.signin.json",
    ),
    Source(
        name="dingtalk.meeting",
        topic="meetings",
        contracts={1: Meeting},
        key=("conferenceId",),
        occurred_at=At("ms", ("startTime",)),
        records=Wrapper("dingtalk", marker="conferences", items="conferences", error="code"),
        fact="fct_meeting_attendance",
        example="dingtalk.meeting.json",
    ),
)
