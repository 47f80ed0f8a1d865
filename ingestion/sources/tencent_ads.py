"""Tencent Ads 腾讯广告: leads (`leads_list/get`) and daily counts of 视频号 leads (`video_channel_leads_data/get`)."""

from __future__ import annotations

from ingestion.answers import Wrapper
from ingestion.contract import At, Dropped, FreeText, Id, Name, OthersName, Phone, Record, Source, VirtualPhone, Word


class Lead(Record):
    """One lead; times are local text. `leads_action_time` the customer acted, `leads_create_time` Tencent stored it.

    `call_middle_num` is the middle number of a smart call and never identity. `leads_follow_tag` holds the store's
    mark; those of `LEADS_FOLLOW_TAG_INVALID_…` name a reason. `leads_source` `LEADS_SOURCE_VIDEO_CHANNEL` (assumed) is
    a lead of 视频号. There is no clock of changes: the newest pull wins.
    """

    leads_id: Id
    account_id: Id
    leads_action_time: str
    leads_create_time: str | None = None
    leads_name: Name | None = None
    leads_telephone: Phone | None = None
    call_middle_num: VirtualPhone | None = None
    id_number: Dropped | None = None
    address: Dropped | None = None
    leads_email: Name | None = None
    leads_qq: Name | None = None
    leads_wechat: Name | None = None
    nick_name: Name | None = None
    owner_name: OthersName | None = None
    leads_type: str | None = None
    leads_source: str | None = None
    leads_area: str | None = None
    leads_follow_tag: Word | None = None
    bundle: FreeText | None = None
    custom_qa: FreeText | None = None
    all_follow_records: FreeText | None = None


class Daily(Record):
    """A dealer's 视频号 leads of one day as Tencent counts them, by the day they were stored.

    `date` is the integer 20231101; the parts overlap (a lead may be of an ad and by form).
    """

    date: int
    dealer_id: Id
    video_channel_id: Id | None = None
    leads_cnt: int | None = None
    form_leads_cnt: int | None = None
    wecom_leads_cnt: int | None = None
    consult_leads_cnt: int | None = None
    ad_leads_cnt: int | None = None
    natural_leads_cnt: int | None = None


SOURCES = (
    Source(
        name="tencent_ads.lead",
        topic="leads.other",
        contracts={1: Lead},
        key=("leads_id",),
        account="account_id",
        occurred_at=At("local", ("leads_action_time", "leads_create_time")),
        records=Wrapper("tencent_ads", marker="code", items="data.leads_info", error="code"),
        vendor_page="developers.e.qq.com/v3.0/docs/api/leads_list/get",
        fact="fct_lead_submissions",
        example="tencent_ads.lead.json",
    ),
    Source(
        name="tencent_ads.daily",
        topic="content",
        contracts={1: Daily},
        key=("dealer_id", "date"),
        account="dealer_id",
        occurred_at=At("day", ("date",)),
        records=Wrapper("tencent_ads", marker="code", items="data.leads_info_list", error="code"),
        vendor_page="developers.e.qq.com/v3.0/docs/api/video_channel_leads_data/get",
        fact="fct_vendor_counts",
        example="tencent_ads.daily.json",
    ),
)
