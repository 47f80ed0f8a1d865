"""Hostile records taken the whole way: nothing stops, nothing is lost, nobody can be read."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations import gate
from expectations.landed import LANDED
from expectations.marts import MARTS
from expectations.privacy import Scanner
from expectations.privacy.files import scan_file
from expectations.privacy.tables import scan_database
from ingestion.errors import UplogError, UsageError
from ingestion.imports import import_files
from ingestion.lander import land
from ingestion.lander.conservation import conservation
from ingestion.lander.reasons import REASONS
from ingestion.producer import Producer
from ingestion.settings import Settings
from orchestration.build import build
from orchestration.dbt_runs import Tested
from publishing.publication import publish
from tests.examples import outside
from tests.hostile_records import NAME, PHONE, hostile_files

_MEANT_TO_BE_DEAD = replace(
    LANDED, batches=tuple(batch for batch in LANDED.batches if batch.table != "raw.dead_letters")
)


def take_the_whole_way(settings: Settings, folder: Path, seed: int, per_value: int) -> None:
    """Import, land, build and publish what `seed` makes, in files in `folder`; fails where an invariant does."""
    sent = _sent(settings, folder, seed, per_value)
    landed = land(settings)
    assert landed.received == sent == landed.events + landed.duplicates + landed.dead
    assert min(landed.events, landed.duplicates, landed.dead) > 0
    with duckdb.connect(str(settings.log_path), read_only=True) as log:
        assert conservation(log).broken == ()
        letters = log.execute("select reason, detail from raw.dead_letters").fetchall()
    assert all(reason in REASONS and detail for reason, detail in letters)
    _build(settings, seed)
    with pytest.MonkeyPatch.context() as gates:
        gates.setattr(gate, "SUITES", (_MEANT_TO_BE_DEAD, MARTS))
        publish(settings)
    _nobody_is_readable(settings)


def _sent(settings: Settings, folder: Path, seed: int, per_value: int) -> int:
    """How many records went to Kafka: all that were read but those that were rejected by their line."""
    rng = random.Random(seed)
    sent = 0
    with Producer(settings) as producer:
        for source in outside():
            for path in hostile_files(source, folder / source.name, rng, per_value):
                try:
                    report = import_files(
                        settings, source.name, [path], account=source.example_account, producer=producer
                    )
                except UsageError:
                    if path.suffix in {".ics", ".xml"}:  # refused as a whole
                        continue
                    raise
                assert report.read == report.sent + report.rejected_count > 0, path
                sent += report.sent
        producer.flush()
        assert sum(producer.acknowledged.values()) == sent
    return sent


def _build(settings: Settings, seed: int) -> None:
    tested: list[Tested] = []
    try:
        build(settings, on_test=tested.append)
    except UplogError as failed:
        failing = [one for one in tested if one.status in ("fail", "error")]
        pytest.fail(f"seed {seed}: {failed}; {failing}")


def _nobody_is_readable(settings: Settings) -> None:
    """Log and files by every number and by what is made of the planted number and name, published tables by both alone.

    The warehouse holds what the log does. dbt's files, which hold the project's words a hundred times, are looked at in
    test_nothing_personal_is_readable.py.
    """
    planted = Scanner([PHONE, NAME])
    hits = scan_database(settings.log_path, planted)
    for path in settings.home.rglob("*"):
        if not path.is_file() or path.is_symlink() or path.is_relative_to(settings.home / "dbt"):
            continue
        if path.suffix != ".duckdb":
            hits += scan_file(path, planted)
        elif path.is_relative_to(settings.published_path):
            hits += scan_database(path, Scanner(), known_names=lambda texts: texts.count(NAME))
    assert hits == []
