"""What truly happened, as tables whose columns are named like the marts'.

Computed from the world's objects alone; no file, no adapter and no model has a part in it.
"""

from __future__ import annotations

from typing import Any

from ingestion.simulator.truth.care import customer_care, surveys
from ingestion.simulator.truth.clocks import response_clocks
from ingestion.simulator.truth.conversion import activity, funnel, lead_table, sla
from ingestion.simulator.truth.customers import customers
from ingestion.simulator.truth.days import PersonDays
from ingestion.simulator.truth.events import lead_events
from ingestion.simulator.truth.followups import defeats, followups
from ingestion.simulator.truth.leads import all_leads
from ingestion.simulator.truth.levels import customer_levels
from ingestion.simulator.truth.live import live_conversion, live_minutes, live_sessions
from ingestion.simulator.truth.marts import mart_tables
from ingestion.simulator.truth.meetings import meeting_tables
from ingestion.simulator.truth.office import office_tables
from ingestion.simulator.truth.pipeline import contact_timing, pipeline
from ingestion.simulator.truth.plan import contact_plan
from ingestion.simulator.truth.platforms import platform_tables
from ingestion.simulator.truth.scorecard import overlap, reconciliation, scorecard
from ingestion.simulator.truth.showroom import showroom_tables
from ingestion.simulator.truth.signals import data_signals
from ingestion.simulator.truth.staff import staff_tables
from ingestion.simulator.world import Group

Table = list[dict[str, Any]]


def truth(group: Group, as_of: int) -> dict[str, Table]:
    """All tables as they are when everything has arrived; `as_of` (epoch seconds) decides what is due or overdue."""
    leads = all_leads(group.journal)
    days = PersonDays(group, leads)
    person_days = days.rows()
    timing = contact_timing(group.journal.calls, leads)
    return {
        "funnel": funnel(leads, as_of),
        "leads": lead_table(leads),
        "sla": sla(leads, as_of),
        "activity_daily": activity(leads, as_of),
        "person_days": person_days,
        "live_sessions": live_sessions(group, leads),
        "live_conversion": live_conversion(group, leads),
        "live_minutes": live_minutes(group),
        **showroom_tables(group, leads, as_of),
        **staff_tables(group, days, as_of),
        **platform_tables(group, leads),
        "platform_scorecard": scorecard(group, leads, as_of),
        "platform_overlap": overlap(leads),
        "reconciliation": reconciliation(group, leads),
        **office_tables(group),
        **mart_tables(group, person_days),
        **meeting_tables(group, days, leads),
        "data_signals": data_signals(group, leads),
        "response_clocks": response_clocks(leads, group.stores, as_of),
        "lead_events": lead_events(leads, as_of),
        "customer_levels": customer_levels(group.journal, leads),
        "customers": customers(group.journal),
        "surveys": surveys(group.journal),
        "customer_care": customer_care(group.journal),
        "followups": followups(leads, as_of),
        "defeat_reasons": defeats(leads, group.journal.orders),
        "lead_pipeline": pipeline(leads, as_of),
        "contact_timing": timing,
        "contact_plan": contact_plan(leads, timing, group.journal.calls, as_of),
    }
