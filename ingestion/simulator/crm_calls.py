"""The CreateLead calls by which platforms' leads reached the CRM, in order of time.

One call made each CRM lead that came from outside; a customer who asks again is merged into the lead the CRM has;
now and then a call is repeated a minute later. One store in three has CRM leads that do not name the platform's lead:
there only these calls do.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Literal

from ingestion.simulator.instants import MINUTE
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import CrmLead, Customer

_CHANNELS = {"autohome": "汽车之家", "dongchedi": "懂车帝", "yiche": "易车", "douyin": "抖音"}


@dataclass(frozen=True, slots=True)
class CreateCall:
    """One call: `code` 0 created, 1 merged, 2 duplicate; `outer_id` is the platform's own id."""

    request_id: str
    at: int
    store_id: str
    customer: Customer
    channel: str
    source_type: int
    outer_id: str | None
    series: int
    code: Literal[0, 1, 2]
    crm: CrmLead


def create_calls(journal: Journal, end: int) -> list[CreateCall]:
    """Every call before `end`."""
    calls: list[CreateCall] = []
    leads: dict[tuple[str, int], list[CrmLead]] = defaultdict(list)
    named = {crm.outer_id for crm in journal.crm_leads}
    for crm in journal.crm_leads:
        leads[crm.store_id, crm.customer.number].append(crm)
        if crm.source_type not in (1, 2):
            continue
        calls.append(_call(crm, crm.created_at, crm.outer_id, 0, crm.channel))
        if crm.customer.number % 19 == 0 and crm.outer_id and crm.created_at + MINUTE < end:
            calls.append(_call(crm, crm.created_at + MINUTE, crm.outer_id, 2, crm.channel))
    for lead in journal.submissions:
        if lead.via == "call" or lead.platform_lead_id in named or lead.customer.kind != "mobile":
            continue
        merged_at = lead.dispatched_at + 40
        into = [crm for crm in leads[lead.store_id, lead.customer.number] if crm.created_at < merged_at]
        if into and merged_at < end:
            channel = _CHANNELS.get(lead.platform, "其他")
            calls.append(_call(into[-1], merged_at, lead.platform_lead_id, 1, channel))
    return sorted(calls, key=lambda call: (call.at, call.request_id))


def _call(crm: CrmLead, at: int, outer_id: str | None, code: Literal[0, 1, 2], channel: str) -> CreateCall:
    request = f"req-{crm.lead_id}-{code}-{at}"
    return CreateCall(
        request, at, crm.store_id, crm.customer, channel, crm.source_type, outer_id, crm.series, code, crm
    )
