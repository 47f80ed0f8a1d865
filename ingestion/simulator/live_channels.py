"""A store's sessions on WeChat Channels: totals alone, twice a week in the afternoon."""

from __future__ import annotations

from random import Random

from ingestion.simulator.instants import HOUR, MINUTE, at, days_between
from ingestion.simulator.objects import LiveSession
from ingestion.simulator.scene import Scene


def channels_sessions(scene: Scene, rng: Random) -> list[LiveSession]:
    """Those of the scene's whole period, also written into its journal."""
    sessions = []
    for day in days_between(scene.staffing.start, scene.staffing.days):
        starts = at(day, 15 * 60) + rng.randrange(600)
        ends = starts + rng.randrange(60, 90) * MINUTE + rng.randrange(60)
        if day.weekday() not in (2, 6) or ends + HOUR >= scene.end:
            continue
        totals = (rng.randrange(150, 900), rng.randrange(0, 12), rng.randrange(0, 60), rng.randrange(0, 300), 0)
        sessions.append(
            LiveSession(
                room_id=f"export_{scene.journal.number()}",
                store_id=scene.store.store_id,
                host=None,
                starts=starts,
                ends=ends,
                peak=rng.randrange(15, 90),
                totals=totals,
                shown=totals,
                minutes=[],
                cost=None,
                platform="channels",
            )
        )
    scene.journal.sessions.extend(sessions)
    return sessions
