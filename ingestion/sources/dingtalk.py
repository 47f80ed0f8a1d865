"""DingTalk 钉钉: attendance (`/attendance/listRecord`)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import Account, At, Device, FreeText, Id, Record, Source


class Attendance(Record):
    """One attendance result; times are epoch milliseconds, `workDate` the business day's midnight.

    Rows of `sourceType` BOSS and APPROVE are later corrections of the same `id`; `gmtModified` is the vendor's clock.
    """

    id: Id
    userId: Account
    workDate: int
    checkType: str
    gmtModified: int
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


_ANSWER = Wrapper("dingtalk", marker="errcode", items="recordresult", error="errcode")

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
)
