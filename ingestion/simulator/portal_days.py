"""A store's days on the three portals apart from its leads: scores, ranks, articles and their readers."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingestion.simulator.instants import MINUTE, at, day_of, days_between
from ingestion.simulator.people import PORTALS
from ingestion.simulator.portal_objects import Article, PortalDay
from ingestion.simulator.scene import Scene

SCALES = {"autohome": (50, 86), "dongchedi": (1000, 41), "yiche": (200, 63)}
"""Highest score in tenths of a point, and how many dealers are ranked (assumed)."""
_READ_FOR = 9


class PortalDays:
    """Draws from chance of its own, so that what it adds leaves everything else as it was."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene, self.store, self.journal = scene, scene.store, scene.journal
        self.rng = Random(f"{seed}:{scene.store.store_id}:portals")

    def run(self) -> None:
        """Fill the journal for the scene's whole period."""
        staffing = self.scene.staffing
        for day in days_between(staffing.start, staffing.days):
            for portal in PORTALS:
                self.journal.portal_days.append(self._standing(portal, day))
                if self.rng.random() < 0.35:
                    self.journal.articles.append(self._article(portal, day))
            if self.rng.random() < 0.4:
                self.journal.articles.append(self._article("douyin", day))

    def _standing(self, portal: str, day: date) -> PortalDay:
        """One in twelve days has no score at all, one in eight is corrected once the day has closed."""
        rng = self.rng
        score_max, rank_of = SCALES[portal]
        score = rng.randrange(score_max * 6 // 10, score_max + 1) if rng.random() > 0.08 else None
        first = score if rng.random() > 0.12 or score is None else max(0, score - rng.randrange(1, 9))
        rank = rng.randrange(1, rank_of + 1) if score is not None else None
        return PortalDay(portal, self.store.store_id, day, first, score, score_max, rank, rank_of)

    def _article(self, platform: str, day: date) -> Article:
        """Read for nine days, fewer each day; a day in six of an article goes uncounted: the next holds two."""
        rng = self.rng
        published = at(day, rng.randrange(480, 1400)) + rng.randrange(MINUTE)
        last = day_of(self.scene.end - 1)
        days = [found for n in range(_READ_FOR) if (found := day + timedelta(days=n)) <= last]
        daily = [(one, rng.randrange(0, 400 // (n + 1)), rng.randrange(0, 3)) for n, one in enumerate(days)]
        told = {one for one in days if platform == "douyin" or one == days[-1] or rng.random() > 1 / 6}
        number = self.journal.number()
        return Article(f"ART{number:09d}", platform, self.store.store_id, published, "到店有礼，限时优惠", daily, told)
