"""A small house: a log of showroom visits and a dbt project of six models, built for real, without a broker.

Two brands: A with stores S1 (8 consultants) and S2 (3), B with S3 (6). The kind `rare` is seen by 2 of S1's.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import publishing
from expectations import gate
from expectations.rules import Batch, Suite, between, some_rows
from ingestion.log import open_for_writing
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration import build as runner

SMALL_HOUSE = Path(__file__).resolve().parents[2] / "cases" / "small_house"
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
                    json.dumps(row),
                )
                for number, row in enumerate(rows)
            ],
        )


@pytest.fixture
def small_house(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The log of the small house, its dbt project and its rules; not built yet."""
    monkeypatch.setattr(runner, "PROJECT", SMALL_HOUSE)
    monkeypatch.setattr(gate, "SUITES", (VISITS,))
    settings = read_settings()
    add_batch(settings, visits(), 0)
    return settings


@contextmanager
def _small() -> Iterator[None]:
    """Fixtures of the whole session cannot use `monkeypatch`."""
    before = runner.PROJECT, gate.SUITES
    runner.PROJECT, gate.SUITES = SMALL_HOUSE, (VISITS,)
    try:
        yield
    finally:
        runner.PROJECT, gate.SUITES = before


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built") / "home"
    with _small():
        add_batch(Settings(home=home), visits(), 0)
        runner.build(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def _published_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(_built_once, home)
    with _small():
        publishing.publish(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def _rebuilt_once(_published_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rebuilt") / "home"
    shutil.copytree(_published_once, home, symlinks=True)
    with _small():
        add_batch(Settings(home=home), [late_visit("S3E9", 1)], 1)
        runner.build(Settings(home=home))
    return home


@pytest.fixture
def built(_built_once: Path, small_house: Settings) -> Settings:
    """The small house with its warehouse built: a copy of its own."""
    return _copied(_built_once, small_house)


@pytest.fixture
def published(_published_once: Path, small_house: Settings) -> Settings:
    """The same, published."""
    return _copied(_published_once, small_house)


@pytest.fixture
def rebuilt(_rebuilt_once: Path, small_house: Settings) -> Settings:
    """The same, with one more visit landed and built since, not published."""
    return _copied(_rebuilt_once, small_house)


def _copied(made: Path, settings: Settings) -> Settings:
    shutil.rmtree(settings.home)
    shutil.copytree(made, settings.home, symlinks=True)
    return settings


def late_visit(employee_id: str, batch_id: int) -> dict[str, str]:
    """One more visit at S3."""
    return {
        "visit_id": f"late-{batch_id}",
        "store_id": "S3",
        "brand": "B",
        "employee_id": employee_id,
        "kind": "usual",
    }


@pytest.fixture
def land_visits() -> Callable[[Settings, str, int], datetime]:
    """Land a batch of one visit at S3 by a consultant of that name; its landing time."""

    def land(settings: Settings, employee_id: str, day: int) -> datetime:
        add_batch(settings, [late_visit(employee_id, day)], day)
        return START + timedelta(days=day)

    return land


@pytest.fixture
def failing_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """A gate that refuses every build of the small house."""
    (batch,) = VISITS.batches
    rule = between("visits", 0, 1, rule="visits_are_plausible", says="at most one visit a day")
    monkeypatch.setattr(gate, "SUITES", (replace(VISITS, batches=(replace(batch, rules=(rule,)),)),))
