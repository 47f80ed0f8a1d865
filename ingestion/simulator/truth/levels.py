"""The true levels of customers: who judged what when, and who stood on the list of key customers.

Decided where the definitions leave room: in one instant the dealer's CRM speaks after the lead system; saying the same
level again begins nothing; a customer on the list whom nobody has judged is at N, set by the system.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from ingestion.simulator.instants import moment
from ingestion.simulator.journal import Journal
from ingestion.simulator.objects import CrmLead
from ingestion.simulator.truth.leads import Lead

Row = dict[str, Any]


@dataclass(slots=True)
class _State:
    level: str = "N"
    set_by: str = "system"
    suggested: str | None = None
    stays: int = 0


def stated_levels(crm: CrmLead) -> list[tuple[int, str]]:
    """When the lead system's level of a lead changed, and to what."""
    found: list[tuple[int, str]] = []
    for version in crm.versions:
        if version.level and (not found or found[-1][1] != version.level):
            found.append((version.at, version.level))
    return found


def _heard(lead: Lead | None, at: int) -> str | None:
    """The level that speech recognition last proposed in a call of the lead."""
    calls = lead.calls if lead is not None else []
    found = [(call.ended, call.call_id, call.suggested_level) for call in calls if call.suggested_level]
    return max((one for one in found if one[0] <= at), default=(0, "", None))[2]


def customer_levels(journal: Journal, leads: list[Lead]) -> list[Row]:
    """By store and customer: stretches of one level and one key flag."""
    by_crm = {crm.lead_id: lead for lead in leads for crm in lead.crm}
    by_setting = {setting.level_id: lead for lead in leads for setting in lead.levels}
    lines: dict[tuple[str, int], list[tuple[int, int, str, Row]]] = defaultdict(list)
    for crm in journal.crm_leads:
        for at, level in stated_levels(crm):
            said = {"level": level, "set_by": "employee", "suggested": _heard(by_crm.get(crm.lead_id), at)}
            lines[crm.store_id, crm.customer.number].append((at, 1, crm.lead_id, said))
    for setting in journal.levels:
        suggested = setting.suggested or _heard(by_setting.get(setting.level_id), setting.at)
        said = {"level": setting.level, "set_by": setting.set_by, "suggested": suggested}
        lines[setting.store_id, setting.customer.number].append((setting.at, 2, setting.level_id, said))
    for stay in journal.key_stays:
        key = (stay.store_id, stay.customer.number)
        lines[key].append((stay.at, 3, stay.key_id, {"stays": 1}))
        if stay.lifted_at is not None:
            lines[key].append((stay.lifted_at, 3, stay.key_id, {"stays": -1}))
    rows = [row for (store_id, _), line in lines.items() for row in _stretches(store_id, line)]
    return sorted(rows, key=lambda row: (row["valid_from_at"], row["store_id"], row["level"]))


def _stretches(store_id: str, line: list[tuple[int, int, str, Row]]) -> list[Row]:
    line.sort(key=lambda change: change[:3])
    state, rows = _State(), list[Row]()
    for number, (at, _, _, said) in enumerate(line):
        if "stays" in said:
            state.stays += said["stays"]
        else:
            state.level, state.set_by, state.suggested = said["level"], said["set_by"], said["suggested"]
        if number + 1 < len(line) and line[number + 1][0] == at:
            continue
        last = rows[-1] if rows else None
        now = {"level": state.level, "is_key_customer": state.stays > 0}
        if last is not None and all(last[name] == value for name, value in now.items()):
            continue
        begins = moment(at).isoformat()
        if last is not None:
            last["valid_to_at"] = begins
        rows.append(
            {
                "store_id": store_id,
                "valid_from_at": begins,
                "valid_to_at": None,
                **now,
                "set_by": state.set_by,
                "suggested_level": state.suggested,
            }
        )
    return rows
