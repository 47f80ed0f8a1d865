"""The small house, built and published once a session; each test gets a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

import publishing
from expectations import gate
from expectations.rules import between
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings
from orchestration import build as runner
from orchestration import dbt_runs
from tests.small_house import SMALL_HOUSE, START, VISITS, add_batch, in_small_house, late_visit, visits


@pytest.fixture
def small_house(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The log of the small house, its dbt project and its rules; not built yet."""
    monkeypatch.setattr(dbt_runs, "PROJECT", SMALL_HOUSE)
    monkeypatch.setattr(gate, "SUITES", (VISITS,))
    settings = read_settings()
    add_batch(settings, visits(), 0)
    return settings


@pytest.fixture(scope="session")
def _built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("built") / "home"
    with in_small_house():
        add_batch(Settings(home=home), visits(), 0)
        runner.build(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def _published_once(_built_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("published") / "home"
    shutil.copytree(_built_once, home)
    with in_small_house():
        publishing.publish(Settings(home=home))
    return home


@pytest.fixture(scope="session")
def _rebuilt_once(_published_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("rebuilt") / "home"
    shutil.copytree(_published_once, home, symlinks=True)
    with in_small_house():
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
