"""What vendors count themselves, by store and business day, wrong where a vendor is."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from ingestion.simulator.instants import day_of
from ingestion.simulator.journal import Journal
from ingestion.simulator.people import PORTALS

Counts = dict[tuple[str, str, date], Counter[str]]
"""By vendor, store and day: how many of each measure."""
STORED_AFTER = 12
"""Seconds until Autohome has stored a lead; it counts leads on the day they were stored."""


def portal_counts(journal: Journal) -> Counts:
    """Each portal's leads and calls of a day: every record, tests and repeats too; one day in forty one too many."""
    counts: Counts = defaultdict(Counter)
    for lead in journal.submissions:
        if lead.via in PORTALS:
            stored = lead.submitted_at + (STORED_AFTER if lead.via == "autohome" else 0)
            counts[lead.via, lead.store_id, day_of(stored)]["leads"] += 1
    for call in journal.calls:
        if call.portal_id is not None and call.line is not None:
            found = counts[call.line, call.store_id, day_of(call.began)]
            found["calls"] += 1
            found["answered_calls"] += call.answered is not None
    for standing in journal.portal_days:
        if is_miscounted(standing.store_id, standing.day):
            counts[standing.platform, standing.store_id, standing.day]["leads"] += 1
    return counts


def is_miscounted(store_id: str, day: date) -> bool:
    """Whether vendors count one lead too many for this store and day."""
    return (day - date(2026, 1, 1) + timedelta(days=7 * int(store_id[1:]))).days % 40 == 0
