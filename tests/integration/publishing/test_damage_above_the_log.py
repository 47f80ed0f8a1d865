"""Bytes changed and files cut anywhere in the warehouse and in what is published: named, or without effect; mended."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import Damaged
from ingestion.settings import Settings
from orchestration.recovery import recover
from publishing.soundness import assert_reads
from tests import harms


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


def is_named(path: Path) -> bool:
    try:
        assert_reads(path)
    except Damaged as wrong:
        return wrong.exit_code == 5 and "uplog recover" in str(wrong)
    return False


@pytest.mark.parametrize("seeds", harms.samples(12))
@pytest.mark.parametrize("harm", harms.HARMS)
@pytest.mark.parametrize("file", ["warehouse.duckdb", "published/marts.duckdb", "published/people.duckdb"])
def test_damaged_file_above_the_log_is_named_or_holds_what_it_held_and_recovers(
    published: Settings, file: str, harm: harms.Harm, seeds: range
) -> None:
    path = published.home / file
    whole, bytes_before, named = held(path), path.read_bytes(), 0
    for seed in seeds:
        path.resolve().write_bytes(bytes_before)
        harm(path.resolve(), random.Random(seed))
        if is_named(path):
            named += 1
        else:
            assert held(path) == whole
    assert named > len(seeds) // 3

    path.resolve().write_bytes(bytes_before[: len(bytes_before) // 3])
    recover(published)
    whole.pop("main.mart_build_history", None)
    found = held(path)
    found.pop("main.mart_build_history", None)
    assert found == whole
