"""Tencent's side: leads of its ads and of 视频号, 视频号's daily counts and live sessions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ingestion.simulator.feed import by_store, index_by_day, nightly, page, typed_phone
from ingestion.simulator.files import Delivery, json_answer
from ingestion.simulator.instants import DAY, MINUTE, text
from ingestion.simulator.objects import LiveSession, Submission
from ingestion.simulator.vendor_counts import stored_at, tencent_counts
from ingestion.simulator.world import Group

_TAGS = {
    "号码错误": "LEADS_FOLLOW_TAG_INVALID_NOTSELF",
    "非购车客户": "LEADS_FOLLOW_TAG_INVALID_NOTINTENTION",
    "超出区域": "LEADS_FOLLOW_TAG_INVALID_REGION_MISMATCHED",
}


def _changes(lead: Submission) -> tuple[int, ...]:
    """When a lead shows anew; a mark lies at the very night's pull that shows it, of the day before."""
    marked = () if lead.marked_at is None else (lead.marked_at - DAY // 2,)
    return (stored_at(lead), lead.submitted_at + DAY, *marked)


class TencentAds:
    """Every night the leads stored or changed that day, and the counts of the day and the one before."""

    def __init__(self, group: Group) -> None:
        self.group = group
        leads = [lead for lead in group.journal.submissions if lead.via == "tencent_ads"]
        self.leads = index_by_day(group, leads, _changes)
        self.counts = tencent_counts(group.journal)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 20)
        leads = [lead for lead in self.leads.get(day, ()) if stored_at(lead) <= pulled]
        for store, own in by_store(self.group.stores, leads, lambda lead: lead.store_id):
            account = store.accounts["tencent_ads"]
            items = [_lead(lead, account, pulled) for lead in own]
            paging = {"page": 1, "page_size": 200, "total_number": len(items), "total_page": 1}
            answer = {"code": 0, "message": "", "message_cn": "", "data": {"leads_info": items, "page_info": paging}}
            yield page("tencent_ads.lead", account, f"tencent-{account}-{day}.json", json_answer(answer), pulled)
        days = [one for one in (day - timedelta(days=1), day) if self.group.start <= one]
        items = [self._daily(store.store_id, store.accounts, one) for store in self.group.stores for one in days]
        answer = {"code": 0, "message": "", "data": {"leads_info_list": items, "page_info": {"page": 1}}}
        yield page("tencent_ads.daily", None, f"tencent-daily-{day}.json", json_answer(answer), pulled + MINUTE)

    def _daily(self, store_id: str, accounts: dict[str, str], day: date) -> dict[str, Any]:
        counts = self.counts["channels", store_id, day]
        return {
            "video_channel_id": accounts["channels"],
            "date": int(f"{day:%Y%m%d}"),
            "dealer_id": int(accounts["tencent_dealer"]),
            "leads_cnt": counts["leads"],
            "form_leads_cnt": counts["form_leads"],
            "wecom_leads_cnt": 0,
            "ad_leads_cnt": 0,
            "natural_leads_cnt": counts["leads"],
        }


def _lead(lead: Submission, account: str, moment: int) -> dict[str, Any]:
    number = int(lead.platform_lead_id)
    tag = "LEADS_FOLLOW_TAG_DEFAULT"
    if lead.marked_at is not None and lead.marked_at <= moment:
        tag = _TAGS.get(lead.mark_reason, "LEADS_FOLLOW_TAG_INVALID_OTHER")
    elif lead.status is not None and lead.status[0] <= moment:
        tag = "LEADS_FOLLOW_TAG_FOLLOWING"
    item: dict[str, Any] = {
        "account_id": int(account),
        "leads_id": number,
        "leads_type": "LEADS_TYPE_FORM",
        "leads_source": "LEADS_SOURCE_VIDEO_CHANNEL" if lead.platform == "channels" else "LEADS_SOURCE_AD",
        "leads_follow_tag": tag,
        "leads_name": lead.name,
        "leads_telephone": typed_phone(lead.customer) or "",
        "leads_action_time": text(lead.submitted_at),
        "leads_create_time": text(stored_at(lead)),
        "leads_area": "",
        "id_number": "",
    }
    if number % 4 == 0:
        item["leads_type"] = "LEADS_TYPE_MAKE_PHONE_CALL"
        item["call_middle_num"] = f"1700000{number % 10_000:04d}"
    return item


class ChannelsLives:
    """Sessions of an account's day, pulled during the session and at night."""

    def __init__(self, group: Group) -> None:
        self.accounts = {store.store_id: store.accounts["channels"] for store in group.stores}
        sessions = [session for session in group.journal.sessions if session.platform == "channels"]
        self.sessions = index_by_day(group, sessions, lambda session: (session.starts,))

    def pages(self, day: date) -> Iterator[Delivery]:
        for session in self.sessions.get(day, ()):
            for pulled in (session.starts + 20 * MINUTE, nightly(day, 70)):
                answer = {"errcode": 0, "errmsg": "ok", "item": [_session(session, pulled)], "continue_flag": False}
                name = f"channels-{session.room_id}-{pulled}.json"
                yield page("channels.live", self.accounts[session.store_id], name, json_answer(answer), pulled)


def _session(session: LiveSession, moment: int) -> dict[str, Any]:
    over = moment >= session.ends
    audience, followers, comments, cheers, _ = session.totals if over else (n // 3 for n in session.totals)
    return {
        "export_id": session.room_id,
        "live_start_time": session.starts,
        "live_duration_in_seconds": min(moment, session.ends) - session.starts,
        "total_audience_count": audience,
        "total_cheer_count": cheers,
        "forward_count": followers // 2,
        "total_comment_count": comments,
        "audiences_avg_seconds": 63,
        "max_online_count": session.peak if over else session.peak // 2,
        "new_follow_count": followers,
    }
