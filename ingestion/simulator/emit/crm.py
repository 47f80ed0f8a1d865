"""What the CRMs hand over: WAV's lead versions and follow-ups, the dealer system's appointments, visits, orders,
deliveries."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from ingestion.simulator.care_objects import HandOver
from ingestion.simulator.feed import index_by_day, nightly, page, series_of
from ingestion.simulator.files import Cell, Delivery, csv_file, json_answer, xlsx_file
from ingestion.simulator.instants import HOUR, at, text
from ingestion.simulator.lead_life import LOSE_TYPES
from ingestion.simulator.objects import Appointment, CrmLead, CrmVersion, Customer, FollowUp, Order, Visit
from ingestion.simulator.world import Group

_PAGE_SIZE = 500
_STATUS = {"set": "已预约", "cancelled": "已取消"}
_PARTY = ["顾问工号", "线索ID", "客户编号", "客户手机", "客户姓名"]
_APPOINTMENT = [*["预约单号", "门店编码", "创建时间", "预约到店时间", "更新时间", "状态"], *_PARTY, "备注"]
_VISIT = [*["接待单号", "门店编码", "到店时间", "离店时间", "试驾开始", "试驾结束"], *_PARTY, "备注", "更新时间"]
_ORDER = [
    *["订单编号", "门店编码", "下单时间", "取消时间", "开票时间", "交车时间"],
    *_PARTY,
    *["车系ID", "品牌", "车系", "能源类型", "成交价", "更新时间"],
]
_DELIVERY = [
    *["交车单号", "门店编码", "订单编号", "交车开始", "交车时间", "撤回时间"],
    *_PARTY,
    *["备注", "更新时间"],
]


def crm_phone(customer: Customer, crm: CrmLead) -> str | None:
    """The number as WAV shows it: full, masked as 134xxxx1234 for some it has from a platform, or nothing."""
    phone = customer.phone
    if customer.kind == "masked":
        return phone if customer.crm_phone else f"{phone[:3]}xxxx{phone[-4:]}"
    if customer.kind == "mobile":
        masked = crm.outer_id is not None and customer.number % 10 == 7
        return f"{phone[:3]}xxxx{phone[-4:]}" if masked else phone
    return customer.shown


class WavPages:
    """WAV's nightly pages: every version of the day, and the half hour before it again."""

    def __init__(self, group: Group) -> None:
        self.stores = {store.store_id: store for store in group.stores}
        self.versions = index_by_day(
            group,
            [(crm, version) for crm in group.journal.crm_leads for version in crm.versions],
            lambda pair: (pair[1].at, pair[1].at + HOUR // 2),
        )
        self.follows = index_by_day(
            group,
            [(follow, edited) for follow in group.journal.follows for edited in _editions(follow)],
            lambda pair: (_clock(*pair), _clock(*pair) + HOUR // 2),
        )

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 35)
        leads = [self._lead(crm, version) for crm, version in self.versions.get(day, ()) if version.at <= pulled]
        yield from _wrapped("wav.lead_status", leads, day, pulled)
        typed = [self._follow(*pair) for pair in self.follows.get(day, ()) if _clock(*pair) <= pulled]
        yield from _wrapped("wav.follow", typed, day, pulled + 60)

    def _lead(self, crm: CrmLead, version: CrmVersion) -> dict[str, Any]:
        store = self.stores[crm.store_id]
        item: dict[str, Any] = {
            "LeadId": int(crm.lead_id),
            "DealerId": store.accounts["wav"],
            "LeadStatus": version.status,
            "UpdateTime": version.at * 1000,
            "CreateTime": crm.created_at * 1000,
            "ChannelName": crm.channel,
            "SourceType": crm.source_type,
            "OuterLeadId": crm.outer_id if store.number % 3 != 2 else None,
            "SeriesId": series_of(store, crm.series)[0],
            "CustomerName": crm.customer.name,
            "CustomerPhone": crm_phone(crm.customer, crm),
            "SalesName": version.sales.name if version.sales else None,
            "SalesPhone": version.sales_phone,
            "LeadLevel": version.level or None,
            "IsLose": 1 if version.lost_at is not None else 0,
            "IsInvalid": 1 if version.marked_at is not None else 0,
        }
        times = {
            "RealArrivalTime": version.arrived_at,
            "CompleteTestDriveTime": version.test_drive_at,
            "InvoiceTime": version.invoiced_at,
            "LoseTime": version.lost_at,
            "InvalidTime": version.marked_at,
        }
        item.update({name: moment * 1000 for name, moment in times.items() if moment is not None})
        if version.lose_type is not None:
            item["LoseType"] = version.lose_type
            item["LoseTypeName"] = LOSE_TYPES[version.lose_type]
            item["LoseRemark"] = version.lose_remark
        if version.marked_at is not None:
            item["InvalidTypeName"] = version.mark_reason
        return item

    def _follow(self, follow: FollowUp, edited: bool) -> dict[str, Any]:
        item: dict[str, Any] = {
            "FollowId": follow.follow_id,
            "LeadId": follow.crm.lead_id,
            "DealerId": self.stores[follow.crm.store_id].accounts["wav"],
            "FollowTime": follow.at * 1000,
            "FollowWayType": follow.way,
            "SalesPhone": follow.phone,
            "SalesName": follow.person.name,
            "IsOverdue": 0,
            "FollowRecord": follow.record + ("（已修改）" if edited else ""),
            "UpdateTime": _clock(follow, edited) * 1000,
        }
        if follow.next_at is not None:
            item["NextFollowTime"] = follow.next_at * 1000
        return item


def _editions(follow: FollowUp) -> tuple[bool, ...]:
    return (False, True) if follow.edited_at is not None else (False,)


def _clock(follow: FollowUp, edited: bool) -> int:
    return follow.edited_at if edited and follow.edited_at is not None else follow.at


def _wrapped(source: str, items: Sequence[dict[str, Any]], day: date, pulled: int) -> Iterator[Delivery]:
    for number, first in enumerate(range(0, len(items), _PAGE_SIZE)):
        more = first + _PAGE_SIZE < len(items)
        response = {
            "PageData": items[first : first + _PAGE_SIZE],
            "NextCursor": str(first + _PAGE_SIZE) if more else "",
            "HasMore": 1 if more else 0,
            "RequestId": f"{day}-{source}-{number}",
        }
        yield page(source, None, f"{source}-{day}-{number}.json", json_answer({"Response": response}), pulled + number)


class DealerSystem:
    """The group's own system: visits as XLSX, orders as CSV in GB18030 with a total, all else as CSV with BOM."""

    def __init__(self, group: Group) -> None:
        self.stores = {store.store_id: store for store in group.stores}
        journal = group.journal
        self.appointments = index_by_day(
            group, journal.appointments, lambda appointment: [version[0] for version in appointment.versions]
        )
        self.visits = index_by_day(group, journal.visits, lambda visit: (visit.arrived_at, visit.recorded_at))
        self.orders = index_by_day(group, journal.orders, _order_changes)
        self.hand_overs = index_by_day(group, journal.hand_overs, _hand_over_changes)

    def pages(self, day: date) -> Iterator[Delivery]:
        noon = at(day, 15 * 60)
        early = [visit for visit in self.visits.get(day, ()) if visit.arrived_at + 60 <= noon]
        if early:
            content = xlsx_file(_VISIT, [self._visit(visit, noon) for visit in early], f"接待明细 {day} 15时")
            yield page("crm.visit", None, f"visits-{day}-15.xlsx", content, noon)
        pulled = nightly(day, 20)
        visits = [visit for visit in self.visits.get(day, ()) if visit.arrived_at + 60 <= pulled]
        if visits:
            content = xlsx_file(_VISIT, [self._visit(visit, pulled) for visit in visits], f"接待明细 {day}")
            yield page("crm.visit", None, f"visits-{day}.xlsx", content, pulled)
        appointments = self.appointments.get(day, ())
        if appointments:
            rows = [self._appointment(appointment, pulled) for appointment in appointments]
            yield page(
                "crm.appointment", None, f"appointments-{day}.csv", csv_file(_APPOINTMENT, rows, "utf-8-sig"), pulled
            )
        orders = self.orders.get(day, ())
        if orders:
            rows = [self._order(order, pulled) for order in orders]
            total: list[Cell] = ["合计", *[None] * 14, f"{sum(order.amount for order in orders):,}.00", None]
            yield page("crm.order", None, f"orders-{day}.csv", csv_file(_ORDER, [*rows, total], "gb18030"), pulled)

        handed = [one for one in self.hand_overs.get(day, ()) if one.recorded_at <= pulled]
        if handed:
            rows = [self._hand_over(one, pulled) for one in handed]
            yield page("crm.delivery", None, f"handovers-{day}.csv", csv_file(_DELIVERY, rows, "utf-8-sig"), pulled)

    def _party(self, item: Appointment | Visit | Order | HandOver) -> list[Cell]:
        customer = item.customer
        if isinstance(item, Visit) and item.second_file is not None:
            return [item.person.employee_id, None, item.second_file, None, None]
        known = customer.kind != "blank" or item.lead_id is not None
        return [
            item.person.employee_id,
            item.lead_id,
            customer.crm_id if known else None,
            customer.phone if customer.identifies else None,
            customer.name if known else None,
        ]

    def _appointment(self, appointment: Appointment, moment: int) -> list[Cell]:
        updated, for_at, status = [version for version in appointment.versions if version[0] <= moment][-1]
        return [
            appointment.appointment_id,
            appointment.store_id,
            text(appointment.set_at),
            text(for_at),
            text(updated),
            _STATUS[status],
            *self._party(appointment),
            None,
        ]

    def _visit(self, visit: Visit, moment: int) -> list[Cell]:
        """Until the reception is closed in the system, its end and its test drive are missing."""
        done = visit.recorded_at <= moment
        drive = visit.drive if done else None
        return [
            visit.visit_id,
            visit.store_id,
            text(visit.arrived_at),
            text(visit.left_at) if done else None,
            text(drive[0]) if drive else None,
            text(drive[1]) if drive else None,
            *self._party(visit),
            None,
            text(visit.recorded_at if done else visit.arrived_at + 60),
        ]

    def _order(self, order: Order, moment: int) -> list[Cell]:
        series_id, series, energy = series_of(self.stores[order.store_id], order.series)
        times = [order.cancelled_at, order.invoiced_at, order.noted_at]
        seen = [value if value is not None and value <= moment else None for value in times]
        return [
            order.order_id,
            order.store_id,
            text(order.ordered_at),
            *(text(value) if value is not None else None for value in seen),
            *self._party(order),
            series_id,
            self.stores[order.store_id].brand,
            series,
            energy,
            f"{order.amount:,}.00",
            text(max([order.ordered_at + 30, *(value for value in seen if value is not None)])),
        ]

    def _hand_over(self, one: HandOver, moment: int) -> list[Cell]:
        back = one.taken_back_at if one.taken_back_at is not None and one.taken_back_at <= moment else None
        return [
            one.delivery_id,
            one.store_id,
            one.order.order_id if one.names_order else None,
            text(one.started_at),
            text(one.delivered_at),
            text(back) if back is not None else None,
            *self._party(one),
            None,
            text(back if back is not None else one.recorded_at),
        ]


def _order_changes(order: Order) -> list[int]:
    changes = (order.ordered_at, order.cancelled_at, order.invoiced_at, order.noted_at)
    return [change for change in changes if change is not None]


def _hand_over_changes(one: HandOver) -> list[int]:
    return [one.recorded_at] if one.taken_back_at is None else [one.recorded_at, one.taken_back_at]
