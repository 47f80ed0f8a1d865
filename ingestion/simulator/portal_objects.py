"""What the portals show of a store besides its leads: plain objects, as in `objects`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(slots=True)
class PortalDay:
    """A store's standing on a portal on one day, in tenths of a point; `first_score` as shown before the day closed."""

    platform: str
    store_id: str
    day: date
    first_score: int | None
    score: int | None
    score_max: int
    rank: int | None
    rank_of: int


@dataclass(slots=True)
class Article:
    """An article or video; `daily` are (day, new views, new followers), `told` the days on which it was counted."""

    content_id: str
    platform: str
    store_id: str
    published_at: int
    title: str
    daily: list[tuple[date, int, int]]
    told: set[date]
