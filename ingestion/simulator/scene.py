"""Where a life is lived: one store, its chance, its staff, its journal."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from ingestion.simulator.instants import DAY, at, day_of
from ingestion.simulator.journal import Journal
from ingestion.simulator.staff import Store
from ingestion.simulator.staffing import Staffing


@dataclass
class Scene:
    """What every life needs: chance, the store, its staff, where to write, and when the world ends."""

    rng: Random
    store: Store
    staffing: Staffing
    journal: Journal
    end: int


def later_day(rng: Random, store: Store, moment: int, low: int, high: int) -> int:
    """A moment in the store's hours some days after `moment`."""
    day = day_of(moment + rng.randrange(low, high + 1) * DAY)
    return at(day, rng.randrange(store.opens + 20, store.closes - 160)) + rng.randrange(60)
