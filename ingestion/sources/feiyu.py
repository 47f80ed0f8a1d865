"""ByteDance 飞鱼 CRM, `/2/tools/clue/get`: leads of Dongchedi and Douyin in one shape.

Some fields fill in about ten minutes late, so pulls overlap and the newest pull wins: there is no vendor clock.
"""

from __future__ import annotations

from msgspec import Struct

from ingestion.answers import Wrapper
from ingestion.contract import At, Dropped, FreeText, Id, Name, OthersName, Phone, Record, Source, Word


class Store(Struct):
    """The store a clue was given to, where the account has several."""

    store_id: Id | None = None
    store_name: Word | None = None


class Lead(Record):
    """One clue. `create_time_detail` is local text; `app_name` says which app the customer used.

    `clue_source` 3 abnormal and 4 preview are test traffic; `clue_state` 4 invalid carries no reason.
    `room_id` (assumed) names the live session of a clue left in a live room.
    """

    clue_id: Id
    advertiser_id: Id
    create_time_detail: str
    clue_type: int | None = None
    clue_source: int | None = None
    clue_state: int | None = None
    app_name: Word | None = None
    name: Name | None = None
    telephone: Phone | None = None
    weixin: Name | None = None
    qq: Dropped | None = None
    email: Dropped | None = None
    address: Dropped | None = None
    gender: Id | None = None
    age: Id | None = None
    province_name: str | None = None
    city_name: str | None = None
    remark: FreeText | None = None
    convert_status: Word | None = None
    req_id: str | None = None
    ad_id: Id | None = None
    site_id: Id | None = None
    series_id: str | None = None
    room_id: Id | None = None
    clue_owner_name: OthersName | None = None
    follow_state_name: Word | None = None
    allocation_status: Id | None = None
    store: Store | None = None


_ANSWER = Wrapper("feiyu", marker="code", items="data.list", error="code")

SOURCES = (
    Source(
        name="feiyu.lead",
        topic="leads.dongchedi",
        contracts={1: Lead},
        key=("clue_id",),
        account="advertiser_id",
        occurred_at=At("local", ("create_time_detail",)),
        records=_ANSWER,
        vendor_page="open.oceanengine.com, /2/tools/clue/get",
        fact="fct_lead_submissions",
        example="feiyu.lead.json",
    ),
)
