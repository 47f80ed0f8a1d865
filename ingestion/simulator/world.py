"""The simulated dealer group: everything in it, and the doors to its files and its truth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from ingestion.simulator.care import StoreCare
from ingestion.simulator.hand_overs import HandOvers
from ingestion.simulator.instants import midnight
from ingestion.simulator.journal import Journal
from ingestion.simulator.leads import StoreLeads
from ingestion.simulator.live_channels import channels_sessions
from ingestion.simulator.meetings import Diary
from ingestion.simulator.objects import Customer
from ingestion.simulator.office import office_of
from ingestion.simulator.office_objects import Office
from ingestion.simulator.people import make_people, make_stores
from ingestion.simulator.portal_days import PortalDays
from ingestion.simulator.scene import Scene
from ingestion.simulator.staff import Person, Store
from ingestion.simulator.staffing import Staffing
from ingestion.simulator.workdays import StoreDays


@dataclass
class Group:
    """What truly exists and happened: stores, staff, shifts, and one journal for all."""

    stores: list[Store]
    people: list[Person]
    staffing: Staffing
    journal: Journal
    start: date
    days: int
    seed: int
    office: Office

    @property
    def end(self) -> int:
        """The first instant after the period."""
        return midnight(self.start + timedelta(days=self.days))


def make_group(stores: int, days: int, seed: int, start: date, consultants_per_store: int) -> Group:
    """Live through the whole period, store by store; each store has its own chance."""
    shops = make_stores(stores)
    people = make_people(Random(f"{seed}:people"), shops, consultants_per_store, start, days)
    staffing = Staffing(shops, people, start, days, seed)
    whole = Journal(place=0)
    group = Group(shops, people, staffing, whole, start, days, seed, Office())
    strangers: list[Customer] = []
    for place, store in enumerate(shops, start=1):
        scene = Scene(Random(f"{seed}:{store.store_id}"), store, staffing, Journal(place=place), group.end)
        sessions = StoreDays(scene).run()
        leads = StoreLeads(scene, strangers)
        leads.run(sessions)
        StoreCare(scene, seed).run()
        strangers.extend(leads.leaving)
        ads = Scene(Random(f"{seed}:{store.store_id}:ads"), store, staffing, scene.journal, group.end)
        StoreLeads(ads, []).run_ads(channels_sessions(ads, ads.rng))
        oem = Scene(Random(f"{seed}:{store.store_id}:oem"), store, staffing, scene.journal, group.end)
        StoreLeads(oem, []).run_oem()
        PortalDays(scene, seed).run()
        HandOvers(scene, seed).run()
        whole.extend(scene.journal)
    Diary(Random(f"{seed}:meetings"), staffing, whole, group.end).run()
    group.office = office_of(staffing, seed, group.end)
    return group
