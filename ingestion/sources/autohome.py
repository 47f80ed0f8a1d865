"""Autohome 汽车之家, dealer back office 车商汇 (assumed: no public specification, exports with Chinese headers)."""

from __future__ import annotations

from ingestion.contract import At, FreeText, Name, Phone, Record, Source
from ingestion.portals import portal_sources


class Lead(Record):
    """One lead as the portal exports it; times are local text of Asia/Shanghai.

    `submitted_at` is the customer's action, `dispatched_at` the store's receipt.
    """

    lead_id: str
    dealer_id: str
    submitted_at: str
    stored_at: str | None = None
    dispatched_at: str | None = None
    customer_name: Name | None = None
    customer_phone: Phone | None = None
    series_id: str | None = None
    series_name: str | None = None
    lead_type: str | None = None
    city: str | None = None
    status: str | None = None
    invalid_reason: str | None = None
    live_room_id: str | None = None
    remark: FreeText | None = None
    updated_at: str | None = None


SOURCES = (
    Source(
        name="autohome.lead",
        topic="leads.autohome",
        contracts={1: Lead},
        key=("lead_id",),
        account="dealer_id",
        occurred_at=At("local", ("submitted_at",)),
        version_clock="updated_at",
        fact="fct_lead_submissions",
        example="autohome.lead.csv",
        mapping="autohome.lead.yaml",
    ),
    *portal_sources("autohome", example="csv"),
)
