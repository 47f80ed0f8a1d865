"""What every test may ask for: a home of its own, and a broker in it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import broker
from ingestion.settings import Settings
from ingestion.settings import settings as read_settings


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("UPLOG_")]:
        monkeypatch.delenv(name)
    read_settings.cache_clear()
    yield
    read_settings.cache_clear()


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty `$UPLOG_HOME`."""
    path = tmp_path / "home"
    monkeypatch.setenv("UPLOG_HOME", str(path))
    return path


@pytest.fixture
def fresh(home: Path) -> Settings:
    """The settings of an empty home."""
    return read_settings()


@pytest.fixture
def with_broker(fresh: Settings) -> Iterator[Settings]:
    """The same, with an embedded broker running in it."""
    broker.start(fresh.home)
    yield fresh
    broker.stop(fresh.home)
