"""All files in the order they arrive, with what goes wrong on the way: pages days late, and pages that come twice.

A late page keeps its `pulled_at`: it is stale by the time it arrives, after pages with newer versions.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random

from ingestion.simulator.emit.adf import OemProspects
from ingestion.simulator.emit.calendar import Calendars
from ingestion.simulator.emit.call_platforms import AliyunReports, CallkeExports
from ingestion.simulator.emit.calls import CallRecords, LiveRooms
from ingestion.simulator.emit.care import CareExports
from ingestion.simulator.emit.crm import DealerSystem, WavPages
from ingestion.simulator.emit.days import AttendancePages, MeetingHooks
from ingestion.simulator.emit.douyin import LocalPushes, Videos
from ingestion.simulator.emit.finance import CostLedger
from ingestion.simulator.emit.meetings import OtherMeetings
from ingestion.simulator.emit.office import OfficePages
from ingestion.simulator.emit.people import PeoplePages
from ingestion.simulator.emit.portal_days import PortalDayExports
from ingestion.simulator.emit.portals import FeiyuAnswers, PortalExports, last_day
from ingestion.simulator.emit.staff import StaffFiles
from ingestion.simulator.emit.tencent import ChannelsLives, TencentAds
from ingestion.simulator.emit.wav import WavRecords
from ingestion.simulator.feed import Feed
from ingestion.simulator.files import Delivery
from ingestion.simulator.instants import DAY, HOUR, day_of, midnight
from ingestion.simulator.world import Group

LATE, TWICE = 0.025, 0.03
_MOST_LATE = 5
_PROMPT = ("hr.store", "hr.employee")


def deliveries(group: Group) -> Iterator[Delivery]:
    """Files in order of arrival; made day by day, so that a large group never stands in memory at once."""
    feeds: tuple[Feed, ...] = (
        StaffFiles(group),
        PortalExports(group),
        FeiyuAnswers(group),
        WavPages(group),
        CallRecords(group),
        DealerSystem(group),
        AttendancePages(group),
        LiveRooms(group),
        MeetingHooks(group),
        PortalDayExports(group),
        AliyunReports(group),
        CallkeExports(group),
        OtherMeetings(group),
        Calendars(group),
        OfficePages(group),
        PeoplePages(group),
        CareExports(group),
        WavRecords(group),
        TencentAds(group),
        ChannelsLives(group),
        LocalPushes(group),
        Videos(group),
        CostLedger(group),
        OemProspects(group),
    )
    rng = Random(f"{group.seed}:deliveries")
    waiting: list[tuple[int, str, str, int, Delivery]] = []
    day, end = group.start, last_day(group)
    while day <= end:
        for feed in feeds:
            for delivery in feed.pages(day):
                for arrival in _mishaps(rng, delivery):
                    entry = (arrival.delivered_at, arrival.source, arrival.filename, len(waiting), arrival)
                    heapq.heappush(waiting, entry)
        day += timedelta(days=1)
        while waiting and (waiting[0][0] < midnight(day) or day > end):
            yield heapq.heappop(waiting)[-1]


def _mishaps(rng: Random, delivery: Delivery) -> Iterator[Delivery]:
    chance = rng.random()
    if delivery.source in _PROMPT:
        yield delivery
    elif chance < LATE:
        yield _delayed(delivery, rng.randrange(1, _MOST_LATE) * DAY + rng.randrange(HOUR))
    else:
        yield delivery
        if chance < LATE + TWICE:
            yield _delayed(delivery, rng.randrange(1, 30) * HOUR)


def _delayed(delivery: Delivery, seconds: int) -> Delivery:
    arrives = delivery.delivered_at + seconds
    return replace(delivery, day=day_of(arrives), delivered_at=arrives)
