"""Tencent WAV, WeCom for the car trade: lead status and follow-ups (names as in tencentcloud-sdk-python-wav)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import At, FreeText, Id, Name, Phone, Record, Source, StaffName


class LeadStatus(Record):
    """The state of one CRM lead; times are epoch milliseconds, `UpdateTime` is the vendor's clock.

    `LeadStatus`: 101 to assign, 201 to file, 301 filed, 401 invited, 501 following, 601 ordered, 701 closed,
    801 defeat asked, 901 defeated, 1001 unknown, 1101 transfer asked, 1201 done. `SalesPhone` names the owner.
    `OuterLeadId` (assumed) is the platform's own lead id, `LeadLevel` (assumed) the H/A/B/C level.
    """

    LeadId: Id
    DealerId: Id
    LeadStatus: int
    UpdateTime: int
    CreateTime: int | None = None
    ChannelId: Id | None = None
    ChannelName: str | None = None
    SourceType: int | None = None
    OuterLeadId: Id | None = None
    SeriesId: Id | None = None
    CustomerName: Name | None = None
    CustomerPhone: Phone | None = None
    SalesName: StaffName | None = None
    SalesPhone: Phone | None = None
    LeadLevel: str | None = None
    RealArrivalTime: int | None = None
    CompleteTestDriveTime: int | None = None
    InvoiceTime: int | None = None
    IsLose: int | None = None
    LoseType: Id | None = None
    LoseTypeName: str | None = None
    LoseRemark: FreeText | None = None
    LoseTime: int | None = None


class Follow(Record):
    """One follow-up as typed by a consultant; times are epoch milliseconds.

    `FollowWayType`: 1 call, 2 WeCom message, 3 SMS, 4 visit, 5 other (assumed).
    """

    FollowId: Id
    LeadId: Id
    DealerId: Id
    FollowTime: int
    FollowWayType: int | None = None
    SalesPhone: Phone | None = None
    SalesName: StaffName | None = None
    NextFollowTime: int | None = None
    IsOverdue: int | None = None
    OverdueTime: int | None = None
    FollowRecord: FreeText | None = None
    UpdateTime: int | None = None


_ANSWER = Wrapper("wav", marker="Response", items="Response.PageData", error="Response.Error.Code")

_PAGE = "cloud.tencent.com/document/product/1574 (tencentcloud-sdk-python-wav)"

SOURCES = (
    Source(
        name="wav.lead_status",
        topic="crm",
        contracts={1: LeadStatus},
        key=("LeadId",),
        account="DealerId",
        occurred_at=At("ms", ("UpdateTime",)),
        version_clock="UpdateTime",
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="fct_lead_events",
        example="wav.lead_status.json",
    ),
    Source(
        name="wav.follow",
        topic="crm",
        contracts={1: Follow},
        key=("FollowId",),
        account="DealerId",
        occurred_at=At("ms", ("FollowTime",)),
        version_clock="UpdateTime",
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="fct_activity_intervals",
        example="wav.follow.json",
    ),
)
