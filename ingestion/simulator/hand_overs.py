"""How cars are handed over, and what the store's system is told of it: mostly by a record, else by the order alone.

Where there is a record, the order's clerk notes another time or none; some records were entered too early and taken
back, some do not say of which order they are.
"""

from __future__ import annotations

from collections import Counter
from random import Random

from ingestion.simulator.care_objects import HandOver
from ingestion.simulator.instants import DAY, HOUR, MINUTE, day_of
from ingestion.simulator.objects import Order
from ingestion.simulator.scene import Scene

_RECORDED, _TAKEN_BACK, _UNNAMED = 0.8, 0.15, 0.2


class HandOvers:
    """The hand-overs of one store, drawn after everything else has happened there."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.scene = scene
        self.rng = Random(f"{seed}:{scene.store.store_id}:hand-overs")

    def run(self) -> None:
        rng, journal = self.rng, self.scene.journal
        orders = Counter(order.customer.number for order in journal.orders)
        for order in journal.orders:
            if order.delivered_at is None:
                continue
            order.noted_at = order.delivered_at
            if rng.random() < _RECORDED:
                order.noted_at = order.delivered_at + rng.randrange(4 * HOUR, 20 * HOUR) if rng.random() < 0.5 else None
                if rng.random() < _TAKEN_BACK and order.delivered_at - DAY > order.ordered_at:
                    early = self._hand_over(order, order.delivered_at - DAY + rng.randrange(HOUR))
                    early.taken_back_at = early.delivered_at + rng.randrange(20 * MINUTE, 3 * HOUR)
                found = self._hand_over(order, order.delivered_at)
                alone = orders[order.customer.number] == 1 and order.customer.identifies
                found.names_order = not (alone and rng.random() < _UNNAMED)

    def _hand_over(self, order: Order, delivered: int) -> HandOver:
        """By whoever sold the car, else by a colleague."""
        person = order.person
        if person.store_on(day_of(delivered)) != order.store_id:
            person = self.rng.choice(self.scene.staffing.crew(order.store_id, day_of(delivered)) or [person])
        started = delivered - self.rng.randrange(25 * MINUTE, 70 * MINUTE)
        found = HandOver(f"D{self.scene.journal.number():010d}", order, person, started, delivered)
        self.scene.journal.hand_overs.append(found)
        return found
