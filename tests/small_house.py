"""A small house: a log of showroom visits and a dbt project of six models, built for real, without a broker.

Two brands: A with stores S1 (8 consultants) and S2 (3), B with S3 (6). The kind `rare` is seen by 2 of S1's.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import publishing
from expectations import gate
from expectations.rules import Batch, Suite, between, some_rows
from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration import build as runner
from orchestration import dbt_runs
from orchestration.erasing import erase_employee

SMALL_HOUSE = Path(__file__).resolve().parent / "cases" / "small_house"
START = datetime(2026, 10, 12, 2, tzinfo=UTC)
STORES = {"S1": ("A", 8), "S2": ("A", 3), "S3": ("B", 6)}

VISITS = Suite(
    "marts",
    "Visits",
    (
        Batch(
            table="mart_visits_daily",
            keys=("store_id", "date_day"),
            query="select store_id, cast(date_day as varchar) as date_day, visits from {mart_visits_daily}",
            rules=(
                some_rows(rule="there_are_visits", says="somebody came"),
                between("visits", 0, 100, rule="visits_are_plausible", says="at most 100 visits a day"),
            ),
        ),
    ),
)


def visits() -> list[dict[str, str]]:
    """Every consultant receives one `usual` visit; two of S1 one `rare` as well."""
    found = []
    for store, (brand, consultants) in STORES.items():
        for number in range(consultants):
            kinds = ["usual", "rare"] if store == "S1" and number < 2 else ["usual"]
            found += [
                {
                    "visit_id": f"{store}-{number}-{kind}",
                    "store_id": store,
                    "brand": brand,
                    "employee_id": f"{store}E{number}",
                    "kind": kind,
                }
                for kind in kinds
            ]
    return found


def add_batch(settings: Settings, rows: list[dict[str, str]], day: int) -> None:
    """Put batch `day` + 1 of visits into the log as the lander would, on that day."""
    batch_id, landed_at = day + 1, START + timedelta(days=day)
    with open_for_writing(settings) as log:
        (start,) = log.execute("select coalesce(max(next_offset), 0) from raw.offsets").fetchall()[0]
        log.execute("insert or replace into raw.offsets values ('crm', 0, 0, ?)", [start + len(rows)])
        log.execute(
            "insert into raw.batches (batch_id, landed_at, received, events, duplicates, dead)"
            " values (?, ?, ?, ?, 0, 0)",
            [batch_id, landed_at, len(rows), len(rows)],
        )
        log.executemany(
            'insert into raw.events (topic, generation, partition, "offset", batch_id, event_id, source, type, subject,'
            " occurred_at, kafka_at, landed_at, extensions, data, content_hash) values"
            " ('crm', 0, 0, ?, ?, ?, '/crm/x', 'crm.visit.v1', ?, ?, ?, ?, '{}', ?, 1)",
            [
                (
                    start + number,
                    batch_id,
                    row["visit_id"],
                    row["visit_id"],
                    START + timedelta(hours=day),
                    landed_at,
                    landed_at,
                    json.dumps(row, separators=(",", ":")),
                )
                for number, row in enumerate(rows)
            ],
        )


@contextmanager
def in_small_house() -> Iterator[None]:
    """Builds and gates are the small house's: for fixtures of a session and processes of their own."""
    before = dbt_runs.PROJECT, gate.SUITES
    dbt_runs.PROJECT, gate.SUITES = SMALL_HOUSE, (VISITS,)
    try:
        yield
    finally:
        dbt_runs.PROJECT, gate.SUITES = before


def late_visit(employee_id: str, batch_id: int) -> dict[str, str]:
    """One more visit at S3."""
    return {
        "visit_id": f"late-{batch_id}",
        "store_id": "S3",
        "brand": "B",
        "employee_id": employee_id,
        "kind": "usual",
    }


def built(home: Path) -> None:
    """A build of the small house at `home`, for a process of its own."""
    with in_small_house():
        runner.build(Settings(home=home))


def published(home: Path) -> None:
    """A publication of the small house at `home`, for a process of its own."""
    with in_small_house():
        publishing.publish(Settings(home=home))


def erased(home: Path, bootstrap: str, employee_id: str) -> None:
    """A consultant of the small house erased, for a process of its own."""
    with in_small_house():
        erase_employee(Settings(home=home, kafka_bootstrap=bootstrap, landing_workers=0), employee_id)
