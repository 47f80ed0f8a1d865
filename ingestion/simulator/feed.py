"""What every feed of files has in common: the group, an index of changes by day, and pages with their times."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from typing import Protocol, TypeVar

from ingestion.simulator.files import Delivery
from ingestion.simulator.instants import MINUTE, at, day_of
from ingestion.simulator.objects import Customer
from ingestion.simulator.people import BRANDS, SERIES
from ingestion.simulator.staff import Store
from ingestion.simulator.world import Group

T = TypeVar("T")


class Feed(Protocol):
    """Files of one system; `pages` gives those of one business day (history with the first)."""

    def pages(self, day: date) -> Iterator[Delivery]: ...


def index_by_day(group: Group, things: Iterable[T], changes: Callable[[T], Iterable[int]]) -> dict[date, list[T]]:
    """Each thing under every day it changed on, once; days before the period count as its first."""
    found: dict[date, list[T]] = defaultdict(list)
    for thing in things:
        for day in sorted({max(group.start, day_of(change)) for change in changes(thing)}):
            found[day].append(thing)
    return found


def nightly(day: date, minutes: int) -> int:
    """A pull in the night after a business day, `minutes` after its midnight."""
    return at(day + timedelta(days=1), minutes)


def page(source: str, account: str | None, name: str, content: bytes, pulled_at: int) -> Delivery:
    """A page that arrives two minutes after it was pulled."""
    arrives = pulled_at + 2 * MINUTE
    return Delivery(day_of(arrives), arrives, source, account, name, content, pulled_at)


def series_of(store: Store, number: int) -> tuple[str, str, str]:
    """Series id, name and energy type of a store's brand."""
    brand = [name for name, _, _ in BRANDS].index(store.brand)
    return SERIES[brand][number]


def typed_phone(customer: Customer) -> str | None:
    """The number as portals show it: plain, with +86, with spaces or hyphens, masked, landline, or nothing."""
    shown = customer.shown
    if shown is None or customer.kind != "mobile":
        return shown
    style = customer.number % 11
    if style == 0:
        return f"+86{shown}"
    if style == 1:
        return f"{shown[:3]} {shown[3:7]} {shown[7:]}"
    if style == 2:
        return f"86-{shown}"
    return shown


def by_store(
    stores: Iterable[Store], things: Iterable[T], store_of: Callable[[T], str]
) -> Iterator[tuple[Store, list[T]]]:
    """The things of each store that has any, in the order of stores."""
    found: dict[str, list[T]] = defaultdict(list)
    for thing in things:
        found[store_of(thing)].append(thing)
    for store in stores:
        if store.store_id in found:
            yield store, found[store.store_id]


LAST_PULLS = 3
"""Days after the period on which systems are still pulled, so that what fills in late is seen."""
