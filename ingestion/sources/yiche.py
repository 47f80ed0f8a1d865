"""Yiche 易车, dealer back office 易湃 (assumed: no public specification, XLSX with a title row)."""

from __future__ import annotations

from ingestion.contract import At, FreeText, Name, Phone, Record, Reference, Source, Word
from ingestion.portals import portal_sources


class Lead(Record):
    """One lead as the portal exports it; times are local text of Asia/Shanghai."""

    order_no: Reference
    dealer_id: Reference
    submitted_at: str
    dispatched_at: str | None = None
    customer_name: Name | None = None
    customer_phone: Phone | None = None
    series_id: str | None = None
    series_name: Word | None = None
    inquiry_type: Word | None = None
    status: Word | None = None
    invalid_reason: Word | None = None
    remark: FreeText | None = None
    updated_at: str | None = None


SOURCES = (
    Source(
        name="yiche.lead",
        topic="leads.yiche",
        contracts={1: Lead},
        key=("order_no",),
        account="dealer_id",
        occurred_at=At("local", ("submitted_at",)),
        version_clock="updated_at",
        fact="fct_lead_submissions",
        example="yiche.lead.xlsx",
        mapping="yiche.lead.yaml",
    ),
    *portal_sources("yiche", example="xlsx"),
)
