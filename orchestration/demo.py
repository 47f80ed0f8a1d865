"""`uplog demo`: a simulated dealer group all the way to published marts, in a home and with a broker of its own.

The past is landed day by day (`UPLOG_NOW`), so that `landed_at`, lateness and `as_of` are as they would have been.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.engine import Finding
from ingestion.errors import UplogError
from ingestion.settings import Settings
from orchestration import simulation
from orchestration.build import BuildReport, build
from orchestration.dbt_runs import reading_ahead
from publishing.query import Answer, query

if TYPE_CHECKING:
    from ingestion.simulator import Delivery

MARK = ".uplog-demo"
"""Only a folder that holds this file is emptied for the next demo."""

FUNNEL = """
    select
      coalesce(p.platform_name_zh, f.platform) as platform,
      sum(submissions) as records,
      sum(leads) as leads,
      sum(valid_leads) as valid,
      sum(contacted_leads) as contacted,
      sum(invited_leads) as invited,
      sum(showed_leads) as showed,
      sum(ordered_leads) as ordered,
      round(100.0 * sum(contacted_leads) / nullif(sum(valid_leads), 0), 1) as "cont. %",
      round(100.0 * sum(showed_leads) / nullif(sum(valid_leads), 0), 1) as "show %"
    from mart_conversion_funnel f
    left join dim_platform p using (platform)
    group by all
    order by leads desc
"""
WORKLOAD = """
    select
      strftime(week_start_date, '%Y-%m-%d') as week,
      sum(persons) as persons,
      round(sum(shift_hours) / sum(person_days), 1) as shift,
      round(sum(customer_facing_hours) / sum(person_days), 1) as customers,
      round(sum(meeting_hours) / sum(person_days), 1) as meetings,
      round(sum(training_hours) / sum(person_days), 1) as trainings,
      round(sum(control_hours) / sum(person_days), 1) as control,
      round(100 * sum(customer_facing_hours) / sum(shift_hours), 1) as "cust. %",
      round(sum(after_hours_meeting_hours + rest_day_meeting_hours) / sum(person_days), 1) as "off-shift meetings"
    from mart_workload_week
    group by all
    order by week
"""


@dataclass(frozen=True)
class Demo:
    """What the demo did, and the two answers it ends with."""

    home: Path
    days: int
    records: int
    events: int
    duplicates: int
    dead: int
    built: BuildReport
    build_id: str
    gate: str
    warnings: tuple[Finding, ...]
    seconds: float
    funnel: Answer
    workload: Answer
    pages: tuple[Path, ...]


Progress = Callable[[str, int, int], None]
Step = Callable[[str], None]


def demo(
    settings: Settings,
    home: Path,
    *,
    stores: int = 6,
    days: int = 28,
    seed: int = 7,
    said: Step = lambda _: None,
    progress: Progress = lambda _what, _number, _of: None,
) -> Demo:
    """Simulate, import and land day by day, build, judge, publish, report; the broker is stopped at the end.

    `home` is made anew: what an earlier demo left there is removed. A configured cluster is not used.

    Raises:
        UplogError: `home` holds something else than a demo.
    """
    from ingestion import broker
    from publishing import publication
    from publishing.report import write_over

    began = time.monotonic()
    _empty(home)
    mine = settings.model_copy(update={"home": home, "kafka_bootstrap": None, "landing_workers": 0})
    said(f"simulating {stores} stores over {days} days (seed {seed})")
    with reading_ahead(mine):
        world = simulation.world(stores=stores, days=days, seed=seed)
        deliveries = list(world.deliveries())
        broker.start(home)
        try:
            said(f"importing {len(deliveries)} vendor files and landing them, day by day")
            landed, records, last = land_days(mine, deliveries, progress)
        finally:
            broker.stop(home)
    said("building the warehouse with dbt, tests included")
    built = build(mine, progress=progress)
    said("judging and publishing")
    with _clock(last):
        done = publication.publish(mine)
    pages = write_over(mine, units=("week",))
    return Demo(
        home=home,
        days=len({one.day for one in deliveries}),
        records=records,
        events=landed[0],
        duplicates=landed[1],
        dead=landed[2],
        built=built,
        build_id=done.build_id,
        gate=done.verdict.outcome if done.verdict else "passed",
        warnings=tuple(done.verdict.warnings) if done.verdict else (),
        seconds=time.monotonic() - began,
        funnel=query(mine, FUNNEL),
        workload=query(mine, WORKLOAD),
        pages=tuple(one.path for one in pages),
    )


def land_days(
    settings: Settings, deliveries: list[Delivery], progress: Progress
) -> tuple[tuple[int, int, int], int, datetime]:
    """Each day's files through the import, then one landing at the day's last delivery."""
    from ingestion.lander import land
    from ingestion.producer import Producer

    records = events = duplicates = dead = done = 0
    at = datetime.now(UTC)
    with Producer(settings) as producer:
        for day, files in groupby(deliveries, key=lambda delivery: delivery.day):
            of_day = list(files)
            at = datetime.fromtimestamp(max(one.delivered_at for one in of_day), UTC)
            with _clock(at):
                records += simulation.send_deliveries(settings, of_day, producer).records
                producer.flush()
                report = land(settings)
            events, duplicates, dead = events + report.events, duplicates + report.duplicates, dead + report.dead
            done += len(of_day)
            progress(f"{day}, {events} events", done, len(deliveries))
    return (events, duplicates, dead), records, at


def _empty(home: Path) -> None:
    if home.exists():
        if not (home / MARK).exists() and any(home.iterdir()):
            raise UplogError(f"{home} holds something else than a demo", "give another folder with --home")
        from ingestion import broker

        broker.stop(home)
        shutil.rmtree(home)
    home.mkdir(parents=True)
    (home / MARK).touch()


@contextmanager
def _clock(instant: datetime) -> Iterator[None]:
    before = os.environ.get("UPLOG_NOW")
    os.environ["UPLOG_NOW"] = instant.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ["UPLOG_NOW"]
        else:
            os.environ["UPLOG_NOW"] = before
