"""The true totals of each live session, and the leads it brought."""

from __future__ import annotations

from typing import Any

from ingestion.simulator.instants import moment
from ingestion.simulator.objects import LiveSession
from ingestion.simulator.truth_leads import Lead
from ingestion.simulator.world import Group


def live_sessions(group: Group, leads: list[Lead]) -> list[dict[str, Any]]:
    """One row a session; `leads` are distinct, without tests: named by room, or unnamed and within the session."""
    return [
        {
            "session_id": session.room_id,
            "platform": session.platform,
            "store_id": session.store_id,
            "started_at": moment(session.starts).isoformat(),
            "ended_at": moment(session.ends).isoformat(),
            "viewers": session.totals[0],
            "new_followers": session.totals[1],
            "comments": session.totals[2],
            "likes": session.totals[3],
            "form_submits": session.totals[4] if session.platform == "douyin" else None,
            "peak_concurrent": session.peak,
            "leads": sum(_brought(session, lead) for lead in leads),
        }
        for session in group.journal.sessions
    ]


def _brought(session: LiveSession, lead: Lead) -> bool:
    if lead.store_id != session.store_id or lead.is_test:
        return False
    return any(
        submission.room_id == session.room_id
        or (submission.room_id is None and session.starts <= submission.submitted_at <= session.ends)
        for submission in lead.submissions
        if submission.platform == session.platform
    )
