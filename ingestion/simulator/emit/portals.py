"""What the lead portals export: Autohome CSV (GB18030), Yiche XLSX, Feiyu answers for Dongchedi and Douyin.

Exports show a record as it is when pulled; yesterday's rows come again. Feiyu's fields fill in ten minutes late.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any

from ingestion.simulator.feed import LAST_PULLS, by_store, index_by_day, nightly, page, series_of, typed_phone
from ingestion.simulator.files import Cell, Delivery, csv_file, json_answer, xlsx_file
from ingestion.simulator.instants import DAY, HOUR, MINUTE, at, day_of, text
from ingestion.simulator.objects import Submission
from ingestion.simulator.staff import Store
from ingestion.simulator.vendor_counts import stored_at
from ingestion.simulator.world import Group

_AUTOHOME = [
    "线索编号",
    "经销商编号",
    "提交时间",
    "入库时间",
    "下发时间",
    "客户姓名",
    "手机号码",
    "车系编号",
    "意向车系",
    "线索类型",
    "城市",
    "线索状态",
    "无效原因",
    "直播间编号",
    "备注",
    "更新时间",
]
_YICHE = [
    "订单号",
    "经销商ID",
    "询价时间",
    "分配时间",
    "姓名",
    "联系电话",
    "车系ID",
    "车系",
    "询价类型",
    "状态",
    "无效原因",
    "备注",
    "更新时间",
]
_DONGCHEDI = [
    *["线索ID", "门店ID", "创建时间", "分配时间", "客户姓名", "客户手机号", "车系ID", "意向车系"],
    *["线索类型", "城市", "跟进状态", "无效原因", "直播间ID", "备注", "更新时间"],
]
_WORDS = {
    "autohome": {"new": "新线索", "followed": "已跟进", "invalid": "无效"},
    "yiche": {"new": "待处理", "followed": "已联系", "invalid": "无效"},
    "dongchedi": {"new": "待跟进", "followed": "跟进中", "invalid": "无效"},
}


def _changes(lead: Submission) -> list[int]:
    found = [lead.submitted_at, lead.submitted_at + DAY]
    if lead.status:
        found.append(lead.status[0])
    if lead.marked_at:
        found.append(lead.marked_at)
    return found


def _state(lead: Submission, moment: int) -> tuple[str, int]:
    """Status and time of change as an export pulled at `moment` shows them."""
    if lead.marked_at is not None and lead.marked_at <= moment:
        return "invalid", lead.marked_at
    if lead.status is not None and lead.status[0] <= moment:
        return "followed", lead.status[0]
    return "new", lead.submitted_at + 15


class PortalExports:
    """Daily exports of Autohome and Dongchedi by dealer and of Yiche for the whole group."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.stores = {store.store_id: store for store in group.stores}
        leads = group.journal.submissions
        self.autohome = index_by_day(group, (lead for lead in leads if lead.via == "autohome"), _changes)
        self.dongchedi = index_by_day(group, (lead for lead in leads if lead.via == "dongchedi"), _changes)
        self.yiche = index_by_day(group, (lead for lead in leads if lead.via == "yiche"), _changes)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 40)
        for store, leads in by_store(self.group.stores, self.autohome.get(day, ()), lambda lead: lead.store_id):
            rows = [self._autohome(store, lead, pulled) for lead in _seen(leads, pulled)]
            total: list[Cell] = ["合计", f"共{len(rows)}条", *[None] * (len(_AUTOHOME) - 2)]
            content = csv_file(_AUTOHOME, [*rows, total], "gb18030")
            dealer = store.accounts["autohome"]
            yield page("autohome.lead", dealer, f"autohome-{dealer}-{day}.csv", content, pulled)
        for store, leads in by_store(self.group.stores, self.dongchedi.get(day, ()), lambda lead: lead.store_id):
            rows = [self._dongchedi(store, lead, pulled) for lead in _seen(leads, pulled)]
            dealer = store.accounts["dongchedi"]
            content = csv_file(_DONGCHEDI, rows, "utf-8-sig")
            yield page("dongchedi.lead", dealer, f"dongchedi-{dealer}-{day}.csv", content, pulled)
        rows = [self._yiche(lead, pulled + HOUR) for lead in _seen(self.yiche.get(day, ()), pulled + HOUR)]
        if rows:
            content = xlsx_file(_YICHE, rows, f"易湃询价单 {day}")
            yield page("yiche.lead", None, f"yiche-{day}.xlsx", content, pulled + HOUR)

    def _autohome(self, store: Store, lead: Submission, moment: int) -> list[Cell]:
        status, changed = _state(lead, moment)
        series_id, series, _ = series_of(store, lead.series)
        return [
            lead.platform_lead_id,
            store.accounts["autohome"],
            text(lead.submitted_at),
            text(stored_at(lead)),
            text(lead.dispatched_at),
            lead.name,
            typed_phone(lead.customer),
            series_id,
            series,
            "询底价",
            store.city,
            _WORDS["autohome"][status],
            lead.mark_reason if status == "invalid" else "",
            None,
            lead.remark,
            text(changed),
        ]

    def _dongchedi(self, store: Store, lead: Submission, moment: int) -> list[Cell]:
        status, changed = _state(lead, moment)
        series_id, series, _ = series_of(store, lead.series)
        return [
            lead.platform_lead_id,
            store.accounts["dongchedi"],
            text(lead.submitted_at),
            text(lead.dispatched_at),
            lead.name,
            typed_phone(lead.customer),
            series_id,
            series,
            "询价",
            store.city,
            _WORDS["dongchedi"][status],
            lead.mark_reason if status == "invalid" else "",
            lead.room_id,
            lead.remark,
            text(changed),
        ]

    def _yiche(self, lead: Submission, moment: int) -> list[Cell]:
        store = self.stores[lead.store_id]
        status, changed = _state(lead, moment)
        series_id, series, _ = series_of(store, lead.series)
        return [
            lead.platform_lead_id,
            store.accounts["yiche"],
            text(lead.submitted_at),
            text(lead.dispatched_at),
            lead.name,
            typed_phone(lead.customer),
            series_id,
            series,
            "试驾" if lead.series == 1 else "询价",
            _WORDS["yiche"][status],
            lead.mark_reason if status == "invalid" else "",
            lead.remark,
            text(changed),
        ]


def _seen(leads: Sequence[Submission], moment: int) -> list[Submission]:
    return [lead for lead in leads if lead.submitted_at <= moment]


class FeiyuAnswers:
    """Three pulls a day and advertiser, each over the last 36 hours; the night's adds what changed that day."""

    def __init__(self, group: Group) -> None:
        self.group = group
        leads = [lead for lead in group.journal.submissions if lead.via == "feiyu" or lead.also_feiyu]
        self.recent = index_by_day(group, leads, lambda lead: (lead.submitted_at, lead.submitted_at + DAY))
        self.marked = index_by_day(group, leads, lambda lead: (lead.marked_at,) if lead.marked_at else ())

    def pages(self, day: date) -> Iterator[Delivery]:
        for minutes in (12 * 60 + 10, 18 * 60 + 10, 24 * 60 + 10):
            pulled = at(day, minutes)
            leads = [lead for lead in self.recent.get(day, ()) if lead.submitted_at <= pulled]
            if minutes > 24 * 60:
                seen = {lead.platform_lead_id for lead in leads}
                leads += [lead for lead in self.marked.get(day, ()) if lead.platform_lead_id not in seen]
            for store, own in by_store(self.group.stores, leads, lambda lead: lead.store_id):
                items = [_clue(store, lead, pulled) for lead in own]
                answer = {
                    "code": 0,
                    "message": "OK",
                    "request_id": f"{day:%Y%m%d}{minutes:04d}{store.accounts['feiyu']}",
                    "data": {"list": items, "page_info": {"page": 1, "page_size": 100, "total_number": len(items)}},
                }
                advertiser = store.accounts["feiyu"]
                name = f"feiyu-{advertiser}-{day}-{minutes:04d}.json"
                yield page("feiyu.lead", advertiser, name, json_answer(answer), pulled)


def _clue(store: Store, lead: Submission, moment: int) -> dict[str, Any]:
    """A clue as pulled: until ten minutes after it was made, name and city (of some, the phone too) are blank."""
    filled = moment >= lead.submitted_at + 10 * MINUTE
    invalid = lead.marked_at is not None and lead.marked_at <= moment
    phone = typed_phone(lead.customer) or ""
    number = int(lead.platform_lead_id)
    clue: dict[str, Any] = {
        "clue_id": number,
        "advertiser_id": int(store.accounts["feiyu"]),
        "clue_type": (0, 0, 1, 2)[number % 4],
        "create_time": lead.submitted_at,
        "create_time_detail": text(lead.submitted_at),
        "clue_source": lead.clue_source,
        "clue_state": 4 if invalid else 1,
        "app_name": lead.app_name,
        "name": lead.name if filled else "",
        "telephone": phone if filled or number % 5 else "",
        "city_name": store.city if filled else "",
        "series_id": series_of(store, lead.series)[0],
        "remark": lead.remark,
        "convert_status": "CALLED" if filled and lead.status and lead.status[0] <= moment else "NEW",
        "allocation_status": 1 if moment >= lead.dispatched_at else 0,
    }
    if lead.room_id:
        clue["room_id"] = int(lead.room_id)
    return clue


def last_day(group: Group) -> date:
    """The last day on which anything is pulled."""
    return day_of(group.end - 1) + timedelta(days=LAST_PULLS)
