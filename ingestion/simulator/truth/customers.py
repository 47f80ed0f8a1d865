"""The true customers as they stand at the end: their last level, who is a key customer, who blocked us."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ingestion.simulator.journal import Journal
from ingestion.simulator.truth.levels import stated_levels

Row = dict[str, Any]


def customers(journal: Journal) -> list[Row]:
    """By last level (`-` where nobody set one, and nobody is counted then): customers, key customers, blocked ones."""
    said: dict[int, tuple[int, int, str, str]] = {}

    def say(number: int, at: int, rank: int, key: str, level: str) -> None:
        said[number] = max(said.get(number, (0, 0, "", "")), (at, rank, key, level))

    for crm in journal.crm_leads:
        for at, level in stated_levels(crm):
            say(crm.customer.number, at, 1, crm.lead_id, level)
    for setting in journal.levels:
        say(setting.customer.number, setting.at, 2, setting.level_id, setting.level)
    listed = {stay.customer.number for stay in journal.key_stays}
    key = {stay.customer.number for stay in journal.key_stays if stay.lifted_at is None}
    blocked = {block.customer.number for block in journal.blocks if block.lifted_at is None}
    cells: dict[str, Counter[str]] = {}
    for number in said.keys() | listed | blocked:
        level = said[number][3] if number in said else "N" if number in listed else "-"
        cell = cells.setdefault(level, Counter())
        cell["customers"] += level != "-"
        cell["key_customers"] += number in key
        cell["blocked"] += number in blocked
    names = ("customers", "key_customers", "blocked")
    return [{"level": level, **{name: cells[level][name] for name in names}} for level in sorted(cells)]
