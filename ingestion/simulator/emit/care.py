"""What the care system, the survey's sender and the CRM's lists of levels, key customers and merged files export.

Exports of a day show records as they are when pulled; the last hour of the day before comes again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from ingestion.simulator.care_objects import Block, FileMerge, KeyStay, LevelSet, Survey, Touch
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Cell, Delivery, csv_file, xlsx_file
from ingestion.simulator.instants import HOUR, text
from ingestion.simulator.objects import Customer
from ingestion.simulator.staff import Person
from ingestion.simulator.world import Group

T = TypeVar("T")
_PARTY = ["顾问工号", "线索ID", "客户编号", "客户手机", "客户姓名"]
_TOUCH = ["关怀编号", "门店编码", "方式", "方向", "是否自动", "时间", "终端", "通话秒数", *_PARTY]
_BLOCK = ["记录编号", "门店编码", "拉黑时间", "恢复时间", *_PARTY, "更新时间"]
_SURVEY = [
    *["调研编号", "门店编码", "订单编号", "调研方", "发起时间", "回答时间", "得分", "满分"],
    *_PARTY,
    "更新时间",
]
_LEVEL = [
    *["变更单号", "门店编码", "客户级别", "变更时间", "定级方式", "建议级别", "下次跟进时间"],
    *_PARTY,
    "更新时间",
]
_KEY = ["名单编号", "门店编码", "列入时间", "移出时间", "列入原因", *_PARTY, "更新时间"]
_MERGE = ["合并单号", "门店编码", "保留客户编号", "被合并客户编号", "合并时间", "撤销时间", "更新时间"]
_CHANNELS = {"sms": "短信", "message": "微信消息", "like": "点赞", "comment": "评论", "callback": "回访"}
_SURFACES = ("手机", "电脑", "小程序")


def _party(customer: Customer, person: Person | None, lead_id: str | None) -> list[Cell]:
    number = person.employee_id if person is not None else None
    return [number, lead_id, customer.crm_id, customer.phone, customer.name]


def _then(instant: int | None, pulled: int) -> str | None:
    """An instant that is already known when the export is made."""
    return text(instant) if instant is not None and instant <= pulled else None


def _changed(first: int, *later: int | None, pulled: int) -> str:
    return text(max([first, *(one for one in later if one is not None and one <= pulled)]))


class CareExports:
    """Six exports a night, for the whole group each."""

    def __init__(self, group: Group) -> None:
        self.group = group
        journal = group.journal
        self.touches = index_by_day(group, journal.touches, lambda one: (one.began, one.began + HOUR))
        self.blocks = index_by_day(group, journal.blocks, lambda one: _known(one.at, one.lifted_at))
        self.surveys = index_by_day(group, journal.surveys, lambda one: _known(one.asked_at, one.answered_at))
        self.levels = index_by_day(group, journal.levels, lambda one: (one.at, one.at + HOUR))
        self.keys = index_by_day(group, journal.key_stays, lambda one: _known(one.at, one.lifted_at))
        self.merges = index_by_day(group, journal.merges, lambda one: _known(one.at, one.taken_back_at))

    def pages(self, day: date) -> Iterator[Delivery]:
        pulled = nightly(day, 25)
        yield from _csv("care.touch", _TOUCH, self.touches, day, lambda one: _touch(one), "utf-8")
        yield from _csv("care.block", _BLOCK, self.blocks, day, lambda one: _block(one, pulled), "utf-8")
        yield from _csv("crm.level", _LEVEL, self.levels, day, lambda one: _level(one), "gb18030")
        yield from _csv("crm.key_customer", _KEY, self.keys, day, lambda one: _key(one, pulled), "utf-8-sig")
        yield from _csv("crm.merge", _MERGE, self.merges, day, lambda one: _merge(one, pulled), "utf-8-sig")
        surveys = self.surveys.get(day, ())
        if surveys:
            content = xlsx_file(_SURVEY, [_survey(one, pulled) for one in surveys], f"满意度调研 {day}")
            yield page("survey.result", None, f"surveys-{day}.xlsx", content, pulled)


def _known(first: int, second: int | None) -> tuple[int, ...]:
    return (first,) if second is None else (first, second)


def _csv(
    source: str,
    headers: list[str],
    days: dict[date, list[T]],
    day: date,
    row: Callable[[T], list[Cell]],
    encoding: str,
) -> Iterator[Delivery]:
    rows = [row(one) for one in days.get(day, ())]
    if rows:
        name = f"{source.replace('.', '-')}-{day}.csv"
        yield page(source, None, name, csv_file(headers, rows, encoding), nightly(day, 25))


def _touch(touch: Touch) -> list[Cell]:
    robot = touch.person is None
    return [
        touch.touch_id,
        touch.store_id,
        _CHANNELS[touch.channel],
        "收到" if touch.inbound else "发出",
        "是" if robot else "否",
        text(touch.began),
        None if robot else _SURFACES[touch.began % 3],
        touch.talk or None,
        *_party(touch.customer, touch.person, touch.lead_id),
    ]


def _block(block: Block, pulled: int) -> list[Cell]:
    return [
        block.block_id,
        block.store_id,
        text(block.at),
        _then(block.lifted_at, pulled),
        *_party(block.customer, block.person, None),
        _changed(block.at, block.lifted_at, pulled=pulled),
    ]


def _survey(survey: Survey, pulled: int) -> list[Cell]:
    answered = survey.answered_at is not None and survey.answered_at <= pulled
    order = survey.order
    return [
        survey.survey_id,
        order.store_id,
        order.order_id if survey.names_order else None,
        "厂家" if survey.asked_by == "oem" else "门店",
        text(survey.asked_at),
        _then(survey.answered_at, pulled),
        survey.score if answered else None,
        survey.score_max,
        *_party(order.customer, order.person, None),
        _changed(survey.asked_at, survey.answered_at, pulled=pulled),
    ]


def _level(level: LevelSet) -> list[Cell]:
    return [
        level.level_id,
        level.store_id,
        level.level,
        text(level.at),
        {"employee": "人工", "system": "系统", "vendor": "厂商"}[level.set_by],
        level.suggested,
        text(level.next_at) if level.next_at is not None else None,
        *_party(level.customer, level.person, level.lead_id),
        text(level.at),
    ]


def _key(stay: KeyStay, pulled: int) -> list[Cell]:
    return [
        stay.key_id,
        stay.store_id,
        text(stay.at),
        _then(stay.lifted_at, pulled),
        "高意向",
        *_party(stay.customer, stay.person, None),
        _changed(stay.at, stay.lifted_at, pulled=pulled),
    ]


def _merge(merge: FileMerge, pulled: int) -> list[Cell]:
    return [
        merge.merge_id,
        merge.store_id,
        merge.kept,
        merge.merged,
        text(merge.at),
        _then(merge.taken_back_at, pulled),
        _changed(merge.at, merge.taken_back_at, pulled=pulled),
    ]
