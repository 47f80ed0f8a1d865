"""The true response clocks: from the platform's time and from dispatch, by the calendar and by opening hours.

Opening hours run on every day but those the group lists as closed: the first of Spring Festival.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import Any

from ingestion.simulator.instants import MINUTE, at, day_of, week_of
from ingestion.simulator.staff import Store
from ingestion.simulator.truth.leads import Lead

Row = dict[str, Any]
_CLOSED = (date(2024, 2, 10), date(2025, 1, 29), date(2026, 2, 17))
_TELLS_DISPATCH = ("autohome", "yiche", "dongchedi")


def dispatched(lead: Lead) -> int | None:
    """When the store had it: the platform's word or the CRM's first lead, whichever is earlier."""
    told = [submission.dispatched_at for submission in lead.submissions if submission.via in _TELLS_DISPATCH]
    told += [crm.created_at for crm in lead.crm]
    return min(told) if told else None


def response_clocks(leads: list[Lead], stores: list[Store], as_of: int) -> list[Row]:
    """By week received, store and platform: medians (nearest rank, from five leads on) and business thresholds."""
    hours = {store.store_id: store for store in stores}
    cells: dict[tuple[str, str, str], dict[str, list[float | None]]] = defaultdict(lambda: defaultdict(list))
    counts: dict[tuple[str, str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for lead in leads:
        cell = week_of(day_of(lead.received_at)).isoformat(), lead.store_id, lead.platform
        if not lead.has_clock:
            continue
        store, start, response = hours[lead.store_id], lead.clock_start, lead.response
        answered = None if response is None else start + response
        business = None if answered is None else _open_seconds(store, start, answered) / MINUTE
        cells[cell]["median_response_minutes"].append(None if response is None else response / MINUTE)
        cells[cell]["median_business_minutes"].append(business)
        for minutes in (5, 30):
            if as_of - start > minutes * MINUTE:
                counts[cell][f"business_le_{minutes}m"] += business is not None and business <= minutes
                judged = business is not None or _open_seconds(store, start, as_of) > minutes * MINUTE
                counts[cell][f"business_eligible_{minutes}m"] += judged
        sent = dispatched(lead)
        if sent is not None:
            waited = None if answered is None else max(0, answered - sent) / MINUTE
            cells[cell]["median_from_dispatch_minutes"].append(waited)
            open_for = None if answered is None else _open_seconds(store, sent, answered) / MINUTE
            cells[cell]["median_business_from_dispatch_minutes"].append(open_for)
    return [
        {
            **dict(zip(("week_start_date", "store_id", "platform"), cell, strict=True)),
            **{name: nearest_rank(values, 1, 2) for name, values in found.items()},
            "p90_response_minutes": nearest_rank(found["median_response_minutes"], 9, 10),
            **{
                f"business_{name}_{minutes}m": counts[cell][f"business_{name}_{minutes}m"]
                for name in ("le", "eligible")
                for minutes in (5, 30)
            },
        }
        for cell, found in sorted(cells.items())
    ]


def _open_seconds(store: Store, begins: int, ends: int) -> int:
    """Seconds between two instants within the store's hours, day by day; 0 where the second comes first."""
    total, day = 0, day_of(begins)
    while at(day, 0) < ends:
        if day not in _CLOSED:
            total += max(0, min(ends, at(day, store.closes)) - max(begins, at(day, store.opens)))
        day += timedelta(days=1)
    return total


def nearest_rank(values: list[float | None], share: int, of: int) -> float | None:
    """Nearest rank, who never answered last; nothing under five values."""
    if len(values) < 5:
        return None
    ordered = sorted(values, key=lambda value: (value is None, value))
    return ordered[-(-len(values) * share // of) - 1]
