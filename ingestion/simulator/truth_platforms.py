"""What is true of the platforms themselves: standings, readers, and what each vendor has counted."""

from __future__ import annotations

from typing import Any

from ingestion.simulator.vendor_counts import portal_counts
from ingestion.simulator.world import Group

Row = dict[str, Any]


def platform_scores(group: Group) -> list[Row]:
    """The standing of each store and day once the day has closed."""
    return [
        {
            "platform": one.platform,
            "store_id": one.store_id,
            "date_day": one.day.isoformat(),
            "response_score": one.score / 10 if one.score is not None else None,
            "score_max": one.score_max / 10,
            "response_rank": one.rank,
            "rank_of": one.rank_of,
        }
        for one in group.journal.portal_days
        if one.score is not None
    ]


def content(group: Group) -> list[Row]:
    """New views and followers on the days that were counted; an uncounted day falls to the next counted one."""
    rows: list[Row] = []
    for article in group.journal.articles:
        views = followers = 0
        for day, new_views, new_followers in article.daily:
            views, followers = views + new_views, followers + new_followers
            if day in article.told:
                rows.append(
                    {
                        "content_id": article.content_id,
                        "platform": article.platform,
                        "store_id": article.store_id,
                        "date_day": day.isoformat(),
                        "views": views,
                        "new_followers": followers,
                    }
                )
                views = followers = 0
    return rows


def vendor_counts(group: Group) -> list[Row]:
    """What each portal says of each of its days; a day without anything is told as 0."""
    counts = portal_counts(group.journal)
    return [
        {
            "vendor": day.platform,
            "store_id": day.store_id,
            "date_day": day.day.isoformat(),
            "measure": measure,
            "value": counts[day.platform, day.store_id, day.day][measure],
        }
        for day in group.journal.portal_days
        for measure in ("leads", "calls", "answered_calls")
    ]
