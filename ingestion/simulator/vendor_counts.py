"""What vendors count themselves, by store and business day, wrong where a vendor is."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta

from ingestion.simulator.instants import day_of
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import Submission
from ingestion.simulator.people import PORTALS

Counts = dict[tuple[str, str, date], Counter[str]]
"""By vendor, store and day: how many of each measure."""
WAV_MEASURES = {
    "leads": "LeadCnt",
    "built": "BuildCnt",
    "invited": "InvitedCnt",
    "ordered": "OrderedCnt",
    "delivered": "DeliveredCnt",
    "defeated": "DefeatCnt",
}
_WAV_STATUS = {301: "built", 401: "invited", 601: "ordered", 1201: "delivered", 901: "defeated"}


def stored_at(lead: Submission) -> int:
    """When the platform had stored a lead: Autohome seconds later, Tencent up to 25 minutes, others at once."""
    if lead.via == "autohome":
        return lead.submitted_at + 12
    if lead.via == "tencent_ads":
        return lead.submitted_at + 30 + int(lead.platform_lead_id) // 97 % 1500
    return lead.submitted_at


def portal_counts(journal: Journal) -> Counts:
    """Each portal's leads and calls of a day: every record, tests and repeats too; one day in forty one too many."""
    counts: Counts = defaultdict(Counter)
    for lead in journal.submissions:
        if lead.via in PORTALS:
            counts[lead.via, lead.store_id, day_of(stored_at(lead))]["leads"] += 1
    for call in journal.calls:
        if call.portal_id is not None and call.line is not None:
            found = counts[call.line, call.store_id, day_of(call.began)]
            found["calls"] += 1
            found["answered_calls"] += call.answered is not None
    for standing in journal.portal_days:
        if is_miscounted(standing.store_id, standing.day):
            counts[standing.platform, standing.store_id, standing.day]["leads"] += 1
    return counts


def tencent_counts(journal: Journal) -> Counts:
    """视频号's leads by the day they were stored; a call is no form."""
    counts: Counts = defaultdict(Counter)
    for lead in journal.submissions:
        if lead.platform == "channels":
            found = counts["channels", lead.store_id, day_of(stored_at(lead))]
            found["leads"] += 1
            found["form_leads"] += int(lead.platform_lead_id) % 4 != 0
    return counts


def wav_counts(journal: Journal) -> Counts:
    """WAV's leads by the day it made them, and by the day each first reached a state; defeats each time."""
    counts: Counts = defaultdict(Counter)
    for crm in journal.crm_leads:
        counts["wav", crm.store_id, day_of(crm.created_at)]["leads"] += 1
        reached: set[int] = set()
        for version in crm.versions:
            if version.status in _WAV_STATUS and (version.status == 901 or version.status not in reached):
                counts["wav", crm.store_id, day_of(version.at)][_WAV_STATUS[version.status]] += 1
            reached.add(version.status)
    for store_id, day in {(key[1], key[2]) for key in list(counts)}:
        counts["wav", store_id, day]["leads"] += is_miscounted(store_id, day)
    return counts


def is_miscounted(store_id: str, day: date) -> bool:
    """Whether vendors count one lead too many for this store and day."""
    return (day - date(2026, 1, 1) + timedelta(days=7 * int(store_id[1:]))).days % 40 == 0
