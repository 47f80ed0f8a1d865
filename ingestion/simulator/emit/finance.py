"""The accounts' ledger of platform costs: a month's lines with its last pull, some corrected the day after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from ingestion.simulator.costs import CostLine, cost_lines, months_of
from ingestion.simulator.feed import page
from ingestion.simulator.files import Cell, Delivery, csv_file
from ingestion.simulator.instants import HOUR, at, text
from ingestion.simulator.world import Group

_HEAD = ["费用单号", "费用月份", "门店编码", "平台", "含税金额", "税额", "归集方式", "入账时间", "摘要", "更新时间"]
_PLATFORMS = {"autohome": "汽车之家", "dongchedi": "懂车帝", "yiche": "易车", "tencent_ads": "腾讯广告"}


class CostLedger:
    """Each month on the third day after it ends, or on the period's last day; the next day as corrected."""

    def __init__(self, group: Group) -> None:
        last = group.start + timedelta(days=group.days - 1)
        lines = cost_lines(group.stores, group.start, group.days)
        self.books: dict[date, list[tuple[CostLine, bool, int]]] = {}
        for month in months_of(group.start, group.days):
            booked = min(last, (month.replace(day=28) + timedelta(days=4)).replace(day=1) + timedelta(days=2))
            own = [line for line in lines if line.month == month]
            for day, final in ((booked, False), (booked + timedelta(days=1), True)):
                self.books.setdefault(day, []).extend((line, final, at(booked, 17 * 60)) for line in own)

    def pages(self, day: date) -> Iterator[Delivery]:
        if day in self.books:
            pulled = at(day, 18 * 60)
            rows = [_line(*entry) for entry in self.books[day]]
            content = csv_file(_HEAD, rows, "gb18030")
            yield page("finance.platform_cost", "group", f"costs-{day}.csv", content, pulled)


def _line(line: CostLine, final: bool, booked: int) -> list[Cell]:
    amount = line.amount if final else line.first_amount
    return [
        line.cost_id,
        f"{line.month:%Y-%m}",
        line.store_id,
        _PLATFORMS[line.platform],
        _yuan(amount),
        _yuan(line.tax),
        "分摊" if line.allocation == "allocated" else "直接",
        text(booked),
        "月度会员费",
        text(booked + (22 * HOUR if final else 0)),
    ]


def _yuan(fen: int) -> str:
    return f"{fen // 100:,}.{fen % 100:02d}"
