"""Customers' profiles in the lead system: what consultants have written down of whom, and when they added to it."""

from __future__ import annotations

from dataclasses import dataclass

from ingestion.simulator.instants import DAY
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import Customer

PARTS = 7


@dataclass(frozen=True, slots=True)
class ProfileVersion:
    """A profile as it is from `at` on; `filled` are the parts that stand in it, by their place."""

    profile_id: str
    store_id: str
    customer: Customer
    created_at: int
    at: int
    filled: frozenset[int]


def profile_versions(journal: Journal, end: int) -> list[ProfileVersion]:
    """Two in five customers of the CRM have one, of their first CRM lead; most are added to four days later."""
    found: list[ProfileVersion] = []
    seen: set[int] = set()
    for crm in sorted(journal.crm_leads, key=lambda crm: (crm.created_at, crm.lead_id)):
        customer = crm.customer
        if customer.number in seen or customer.number % 5 > 1 or customer.kind != "mobile":
            continue
        seen.add(customer.number)
        first = frozenset(part for part in range(PARTS) if (customer.number + part) % 3 == 0)
        more = first | {customer.number % PARTS, (customer.number + 3) % PARTS}
        for days, filled in ((1, first), (5, more)):
            at = crm.created_at + days * DAY
            if at < end:
                profile_id = f"98{customer.number:010d}"
                found.append(ProfileVersion(profile_id, crm.store_id, customer, crm.created_at, at, filled))
    return found
