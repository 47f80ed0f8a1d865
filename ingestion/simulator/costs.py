"""What the group's accounts say platforms cost, line by line, with provisional amounts that are corrected."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ingestion.simulator.staff import Store

_FEES = {"autohome": 1_866_000, "dongchedi": 1_240_500, "yiche": 903_330}
"""A month's fee of a store in fen, with tax."""
_GROUP_FEE = 1_000_001
"""The group's invoice of Tencent's ads in fen, which no number of stores divides evenly."""


@dataclass(frozen=True, slots=True)
class CostLine:
    """One line; amounts in fen, `first_amount` as booked at first. `store_id` None: the group's, not shared out."""

    cost_id: str
    month: date
    store_id: str | None
    platform: str
    first_amount: int
    amount: int
    tax: int
    allocation: Literal["direct", "allocated"]


def months_of(start: date, days: int) -> list[date]:
    """The first days of the months the period touches."""
    return sorted({(start + timedelta(days=n)).replace(day=1) for n in range(days)})


def cost_lines(stores: list[Store], start: date, days: int) -> list[CostLine]:
    """Portals by store (every fourth is not on Yiche), Tencent's ads for the group; of Channels nobody knows."""
    lines: list[CostLine] = []
    for month in months_of(start, days):
        for store in stores:
            for platform, fee in _FEES.items():
                if platform == "yiche" and store.number % 4 == 3:
                    continue
                amount = fee + 1_000 * store.number + month.month
                first = amount if store.number % 2 else amount - 50_000
                number = f"FY{month:%Y%m}{store.store_id}{platform[:2].upper()}"
                kind: Literal["direct", "allocated"] = "allocated" if platform == "yiche" else "direct"
                lines.append(CostLine(number, month, store.store_id, platform, first, amount, tax_of(amount), kind))
        group = CostLine(
            f"FY{month:%Y%m}TX", month, None, "tencent_ads", _GROUP_FEE, _GROUP_FEE, tax_of(_GROUP_FEE), "direct"
        )
        lines.append(group)
    return lines


def tax_of(amount: int) -> int:
    """Six per cent within an amount, in whole fen."""
    return amount * 6 // 106
