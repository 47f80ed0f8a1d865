"""Autohome 汽车之家, dealer back office 车商汇 (assumed: no public specification, exports with Chinese headers)."""

from __future__ import annotations

from ingestion.contract import At, Source
from ingestion.portals import ExportedLead, portal_sources


class Lead(ExportedLead):
    """One lead as the portal exports it; times are local text of Asia/Shanghai.

    `submitted_at` is the customer's action, `stored_at` the portal's record of it, `dispatched_at` the store's receipt.
    """

    stored_at: str | None = None


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
