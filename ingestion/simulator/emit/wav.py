"""WAV's further records: CreateLead calls, customers' profiles, its own counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from ingestion.simulator.crm_calls import CreateCall, create_calls
from ingestion.simulator.emit.crm import crm_phone
from ingestion.simulator.feed import index_by_day, nightly, page, series_of
from ingestion.simulator.files import Delivery, json_answer, json_lines
from ingestion.simulator.instants import text
from ingestion.simulator.profiles import ProfileVersion, profile_versions
from ingestion.simulator.vendor_counts import WAV_MEASURES, wav_counts
from ingestion.simulator.world import Group


class WavRecords:
    """Every night: the day's calls with their answers, profiles that changed, counts of today and yesterday."""

    def __init__(self, group: Group) -> None:
        self.group = group
        self.stores = {store.store_id: store for store in group.stores}
        self.calls = index_by_day(group, create_calls(group.journal, group.end), lambda call: (call.at,))
        self.profiles = index_by_day(group, profile_versions(group.journal, group.end), lambda one: (one.at,))
        self.counts = wav_counts(group.journal)

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 30)
        if day in self.calls:
            lines = json_lines(self._call(call) for call in self.calls[day])
            yield page("wav.lead", None, f"createlead-{day}.jsonl", lines, pulled)
        if day in self.profiles:
            answer = {"Response": {"PageData": [self._profile(one) for one in self.profiles[day]], "NextCursor": ""}}
            yield page("wav.profile", None, f"profiles-{day}.json", json_answer(answer), pulled + 60)
        for store in self.group.stores:
            days = [one for one in (day - timedelta(days=1), day) if self.group.start <= one]
            rows = [self._statistics(store.store_id, one, final=one < day) for one in days]
            answer = {"Response": {"PageData": rows, "NextCursor": "", "RequestId": f"{day}-{store.store_id}"}}
            dealer = store.accounts["wav"]
            yield page("wav.statistics", dealer, f"statistics-{dealer}-{day}.json", json_answer(answer), pulled + 120)

    def _call(self, call: CreateCall) -> dict[str, Any]:
        store = self.stores[call.store_id]
        return {
            "DealerId": store.accounts["wav"],
            "OuterLeadId": call.outer_id,
            "ChannelId": "1008",
            "ChannelName": call.channel,
            "CreateTime": call.at * 1000,
            "SourceType": call.source_type,
            "SeriesId": series_of(store, call.series)[0],
            "CustomerName": call.customer.name,
            "CustomerPhone": crm_phone(call.customer, call.crm),
            "CustomerSex": 0,
            "Response": {
                "RequestId": call.request_id,
                "BusinessCode": call.code,
                "BusinessMsg": ("创建成功", "线索合并", "线索重复")[call.code],
            },
        }

    def _profile(self, one: ProfileVersion) -> dict[str, Any]:
        """A third of the phones are masked; blank parts come as empty text, 0 or nothing."""
        phone, filled = one.customer.phone, one.filled
        return {
            "CustomerId": int(one.profile_id),
            "DealerCode": self.stores[one.store_id].accounts["wav"],
            "CreateTime": text(one.created_at),
            "UserName": one.customer.name,
            "Phone": f"{phone[:3]}****{phone[-4:]}" if one.customer.number % 3 == 0 else phone,
            "AgeRangeName": "26-30" if 0 in filled else "",
            "Gender": 1 if 1 in filled else 0,
            "JobTypeName": "教师" if 2 in filled else None,
            "FamilyStructure": "三口之家" if 3 in filled else "",
            "DecisionMaker": "配偶" if 4 in filled else "",
            "VehiclePurpose": {"VehiclePurposeCode": "01", "VehiclePurposeName": "通勤"} if 5 in filled else None,
            "PurchaseConcern": [{"Code": "01", "Description": "油耗"}] if 6 in filled else [],
        }

    def _statistics(self, store_id: str, day: date, *, final: bool) -> dict[str, Any]:
        """The night's counts hold one lead fewer than the settled ones."""
        counts = self.counts["wav", store_id, day]
        row: dict[str, Any] = {name: counts[measure] for measure, name in WAV_MEASURES.items()}
        if not final:
            row["LeadCnt"] = max(0, row["LeadCnt"] - 1)
        return {**row, "NewContactCnt": 0, "StatisticalTime": day.isoformat()}
