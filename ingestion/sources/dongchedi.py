"""Dongchedi 懂车帝, dealer back office 懂车帝经销商后台 (assumed: no public specification, CSV with Chinese headers).

The same leads also come as `feiyu.lead`; a lead that both deliver under one id is one submission.
"""

from __future__ import annotations

from ingestion.contract import At, Source
from ingestion.portals import ExportedLead, portal_sources


class Lead(ExportedLead):
    """One lead as the portal exports it; times are local text of Asia/Shanghai.

    `lead_id` is the clue's id in Feiyu too, `live_room_id` the live session it was left in.
    """


SOURCES = (
    Source(
        name="dongchedi.lead",
        topic="leads.dongchedi",
        contracts={1: Lead},
        key=("lead_id",),
        account="dealer_id",
        occurred_at=At("local", ("submitted_at",)),
        version_clock="updated_at",
        fact="fct_lead_submissions",
        example="dongchedi.lead.csv",
        mapping="dongchedi.lead.yaml",
    ),
    *portal_sources("dongchedi", example="csv"),
)
