"""Tencent WAV, WeCom for the car trade: leads, their status, follow-ups, profiles, its own counts.

Names are those of tencentcloud-sdk-python-wav. Its answers tell of a lead and of a follow-up under several names, in
seconds and in local text: QueryClueInfoList's clues and QueryFollowList's follow-ups are read here under the names and
in the milliseconds of `LeadStatus` and `Follow`, which a CRM that pushes its own records has as they are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from ingestion import times
from ingestion.answers import Wrapper
from ingestion.contract import At, Dropped, FreeText, Id, Name, OthersName, OthersPhone, Phone, Record, Source, Word


class LeadStatus(Record):
    """The state of one CRM lead; times are epoch milliseconds, `UpdateTime` is the vendor's clock.

    `LeadStatus`: 101 to assign, 201 to file, 301 filed, 401 invited, 501 following, 601 ordered, 701 closed,
    801 defeat asked, 901 defeated, 1001 unknown, 1101 transfer asked, 1201 done. `SalesPhone` names the owner.
    `InvalidTypeName`: 无意向购买, 空错号 (an empty or a wrong number), 未接听, 其他; the last two are no code of ours.
    `OuterLeadId` (assumed) is the platform's own lead id, `LeadLevel` (assumed) the H/A/B/C level.
    """

    LeadId: Id
    DealerId: Id
    LeadStatus: int
    UpdateTime: int
    CreateTime: int | None = None
    ChannelId: Id | None = None
    ChannelName: Word | None = None
    SourceType: int | None = None
    OuterLeadId: Id | None = None
    SeriesId: Id | None = None
    CustomerName: Name | None = None
    CustomerPhone: Phone | None = None
    SalesName: OthersName | None = None
    SalesPhone: OthersPhone | None = None
    LeadLevel: str | None = None
    RealArrivalTime: int | None = None
    CompleteTestDriveTime: int | None = None
    InvoiceTime: int | None = None
    IsLose: int | None = None
    LoseType: Id | None = None
    LoseTypeName: Word | None = None
    LoseRemark: FreeText | None = None
    LoseTime: int | None = None
    IsInvalid: int | None = None
    InvalidTypeName: Word | None = None
    InvalidTime: int | None = None


class Follow(Record):
    """One follow-up as typed by a consultant; times are epoch milliseconds.

    `FollowWayType`: 1 call, 2 WeCom message, 3 SMS, 4 visit, 5 other (assumed). QueryFollowList numbers no follow-up
    and names neither dealer nor consultant: `FollowId` is lead and time, the dealer the account given at import.
    """

    FollowId: Id
    LeadId: Id
    FollowTime: int
    DealerId: Id | None = None
    FollowWayType: int | None = None
    SalesPhone: OthersPhone | None = None
    SalesName: OthersName | None = None
    NextFollowTime: int | None = None
    IsOverdue: int | None = None
    OverdueTime: int | None = None
    FollowRecord: FreeText | None = None
    UpdateTime: int | None = None


class CreateLeadAnswer(Record):
    """`BusinessCode`: 0 created, 1 merged into a lead the CRM has, 2 duplicate of a lead it was sent before."""

    BusinessCode: int
    RequestId: str
    BusinessMsg: FreeText | None = None


class CreateLead(Record):
    """One CreateLead call with its answer, as whoever calls writes it down; `CreateTime` is epoch milliseconds.

    This is the dispatch of the platform's lead `OuterLeadId` (assumed) to the dealer. `SourceType`: 1 a 400 call, 2
    details left. The answer names no lead: the CRM lead it made has the same dealer, customer and `CreateTime`.
    """

    DealerId: Id
    CreateTime: int
    Response: CreateLeadAnswer
    OuterLeadId: Id | None = None
    ChannelId: Id | None = None
    ChannelName: Word | None = None
    SourceType: int | None = None
    BrandId: Id | None = None
    SeriesId: Id | None = None
    ModelId: Id | None = None
    CustomerName: Name | None = None
    CustomerPhone: Phone | None = None
    CustomerSex: int | None = None
    SalesName: OthersName | None = None
    SalesPhone: OthersPhone | None = None
    CcName: OthersName | None = None
    Remark: FreeText | None = None


class Purpose(Record):
    """What the car is for."""

    VehiclePurposeCode: str | None = None
    VehiclePurposeName: Word | None = None


class Concern(Record):
    """What matters to the customer in buying."""

    Code: str | None = None
    Description: FreeText | None = None


class Profile(Record):
    """A customer's profile as QueryCustomerProfileList shows it; `CreateTime` is local text, no clock tells of changes.

    `Phone` may be masked. `FamilyStructure` (household) and `DecisionMaker` (who decides) are assumed.
    """

    CustomerId: Id
    DealerCode: Id
    CreateTime: str
    UserName: Name | None = None
    UnionId: Dropped | None = None
    phone: Phone | None = msgspec.field(default=None, name="Phone")
    Address: Dropped | None = None
    Gender: int | None = None
    AgeRangeName: Word | None = None
    JobTypeName: Word | None = None
    FamilyStructure: Word | None = None
    DecisionMaker: Word | None = None
    VehiclePurpose: Purpose | None = None
    PurchaseConcern: list[Concern] | None = None
    LeadsLevelCode: str | None = None
    SalesName: OthersName | None = None
    SalesPhone: OthersPhone | None = None
    Nickname: Name | None = None
    Introducer: OthersName | None = None
    IntroducerPhone: OthersPhone | None = None


class Statistics(Record):
    """WAV's own counts of one dealer and day (QueryCrmStatistics); the dealer is the account given at import."""

    StatisticalTime: str
    LeadCnt: int | None = None
    BuildCnt: int | None = None
    InvitedCnt: int | None = None
    OrderedCnt: int | None = None
    DeliveredCnt: int | None = None
    DefeatCnt: int | None = None
    NewContactCnt: int | None = None


_ANSWER = Wrapper("wav", marker="Response", items="Response.PageData", error="Response.Error.Code")

_OF_CLUE = {
    "ClueId": "LeadId",
    "Phone": "CustomerPhone",
    "SeriesCode": "SeriesId",
    "LevelCode": "LeadLevel",
    "ArrivalTime": "RealArrivalTime",
}
_NAMES_A_PERSON = frozenset({"Name", "UserName", "Phone", "UnionId", "WxId", "Introducer", "IntroducerPhone"})
"""Of a customer or of others, in clues and follow-ups: what the contract has no field for is left out."""
_DEFEATED = 901


def leads(answer: Any) -> Iterator[Any]:
    """The `LeadStatus` records of an answer; a clue has no IsLose, its state says it.

    Raises:
        UplogError: as `Wrapper` does.
    """
    for item in _ANSWER(answer):
        if not isinstance(item, dict) or "ClueId" not in item:
            yield item
            continue
        found = _without_persons(item) | {name: item[theirs] for theirs, name in _OF_CLUE.items() if theirs in item}
        found["CustomerName"] = item.get("UserName") or item.get("Name")
        found["IsLose"] = int(item.get("LeadStatus") == _DEFEATED)
        yield found | _in_milliseconds(found, "CreateTime", "UpdateTime", "RealArrivalTime", "InvalidTime")


def follow_ups(answer: Any) -> Iterator[Any]:
    """The `Follow` records of an answer; an entry without a time of following up tells of one that was missed.

    Raises:
        UplogError: as `Wrapper` does.
    """
    for item in _ANSWER(answer):
        if not isinstance(item, dict) or "ClueId" not in item or "LeadStatus" in item:  # a clue is no follow-up
            yield item
        elif item.get("FollowTime"):
            way = item.get("FollowWayType")
            yield (
                _without_persons(item)
                | {"LeadId": item["ClueId"], "FollowId": f"{item['ClueId']}:{item['FollowTime']}"}
                | {"FollowWayType": int(way) if isinstance(way, str) and way.isdecimal() else way or None}
                | _in_milliseconds(item, "FollowTime", "NextFollowTime", "OverdueTime")
            )


def _without_persons(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _NAMES_A_PERSON | _OF_CLUE.keys()}


def _in_milliseconds(item: Mapping[str, Any], *names: str) -> dict[str, Any]:
    """Those of the times that stand in `item`; what is no time stays, and its contract refuses it."""
    return {name: _milliseconds(item[name]) for name in names if name in item}


def _milliseconds(value: Any) -> Any:
    """Epoch seconds, also as text, or local text as epoch milliseconds; None where there is none."""
    if value in (None, "", 0, "0"):
        return None
    try:
        is_epoch = isinstance(value, int) or str(value).isdecimal()
        return int(times.instant(value, "s" if is_epoch else "local").timestamp() * 1000)
    except ValueError:
        return value


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
        records=leads,
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
        records=follow_ups,
        vendor_page=_PAGE,
        fact="fct_activity_intervals",
        example="wav.follow.json",
    ),
    Source(
        name="wav.lead",
        topic="crm",
        contracts={1: CreateLead},
        key=("Response.RequestId",),
        event_id="Response.RequestId",
        account="DealerId",
        occurred_at=At("ms", ("CreateTime",)),
        vendor_page=_PAGE,
        fact="fct_lead_events",
        example="wav.lead.jsonl",
    ),
    Source(
        name="wav.profile",
        topic="crm",
        contracts={1: Profile},
        key=("CustomerId",),
        account="DealerCode",
        occurred_at=At("local", ("CreateTime",)),
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="dim_customer",
        example="wav.profile.json",
    ),
    Source(
        name="wav.statistics",
        topic="crm",
        contracts={1: Statistics},
        key=("StatisticalTime",),
        asks_account=True,
        occurred_at=At("day", ("StatisticalTime",)),
        records=_ANSWER,
        vendor_page=_PAGE,
        fact="fct_vendor_counts",
        example="wav.statistics.json",
        example_account="9100000000000000001",
    ),
)
