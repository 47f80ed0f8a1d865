"""Whatever stands in a record, nothing stops. A sample of this runs upon the examples, in their test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ingestion.settings import Settings
from ingestion.topics import ensure_topics
from tests.e2e.hostile_way import take_the_whole_way


@pytest.mark.long
@pytest.mark.slow_start
def test_hostile_records_land_or_have_a_reason_and_what_is_built_is_published(
    with_broker: Settings, tmp_path: Path
) -> None:
    """TEST_SEED, else the process id, is the seed; a failing build names it."""
    ensure_topics(with_broker)
    take_the_whole_way(with_broker, tmp_path / "in", int(os.environ.get("TEST_SEED", os.getpid())), per_value=12)
