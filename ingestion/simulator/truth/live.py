"""The true totals of each live session, the leads it brought and what became of them."""

from __future__ import annotations

from operator import add, sub
from typing import Any

from ingestion.simulator.instants import day_of, moment
from ingestion.simulator.objects import COUNTERS, LiveSession
from ingestion.simulator.truth.leads import Lead
from ingestion.simulator.world import Group

_SHOWN = (
    *("session_id", "platform", "store_id", "started_at", "viewers"),
    *("peak_concurrent", "new_followers", "form_submits", "leads"),
)


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
            "cost": None if session.cost is None else f"{session.cost // 100}.{session.cost % 100:02d}",
            "leads": sum(_brought(session, lead) is not None for lead in leads),
        }
        for session in group.journal.sessions
    ]


def live_conversion(group: Group, leads: list[Lead]) -> list[dict[str, Any]]:
    """One row a session: what became of the leads it brought."""
    rows = []
    for session, row in zip(group.journal.sessions, live_sessions(group, leads), strict=True):
        brought = [(lead, day_of(since)) for lead in leads if (since := _brought(session, lead)) is not None]
        kept = {name: row[name] for name in _SHOWN}
        rows.append(
            {
                **kept,
                "audience_basis": "views" if session.platform == "channels" else "viewers",
                "lead_rate": len(brought) / session.totals[0] if session.totals[0] else None,
                "contacted_leads": sum(
                    any(day_of(one.began) >= day for one in lead.connected) for lead, day in brought
                ),
                "showed_leads": sum(any(day_of(one.arrived_at) >= day for one in lead.visits) for lead, day in brought),
                "ordered_leads": sum(
                    any(day_of(one.ordered_at) >= day for one in lead.orders if one.cancelled_at is None)
                    for lead, day in brought
                ),
            }
        )
    return rows


def live_minutes(group: Group) -> list[dict[str, Any]]:
    """One row a minute shown; a sample below what had been reached tells nothing new."""
    rows = []
    for session in group.journal.sessions:
        reached = (0,) * len(COUNTERS)
        for minute in session.minutes:
            told = map(add, minute.earlier, minute.counters)
            before, reached = reached, tuple(map(max, reached, told))
            new = dict(zip(COUNTERS, map(sub, reached, before), strict=True))
            rows.append(
                {
                    "session_id": session.room_id,
                    "minute_at": moment(minute.at).isoformat(),
                    "store_id": session.store_id,
                    "concurrent": minute.online,
                    "new_followers": new["follow"],
                    "form_submits": new["form"],
                }
            )
    return rows


def _brought(session: LiveSession, lead: Lead) -> int | None:
    """When a lead, no test, first left details in the session."""
    if lead.store_id != session.store_id or lead.is_test:
        return None
    return min(
        (
            submission.submitted_at
            for submission in lead.submissions
            if submission.platform == session.platform
            and (
                submission.room_id == session.room_id
                or (submission.room_id is None and session.starts <= submission.submitted_at <= session.ends)
            )
        ),
        default=None,
    )
