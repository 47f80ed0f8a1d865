"""Bytes changed and files cut anywhere in the warehouse and in what is published: named, or without effect; mended."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ingestion.errors import Damaged
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings
from orchestration.doctor import examine
from orchestration.recovery import recover
from orchestration.verify import verify
from publishing.soundness import assert_reads
from tests import harms


def held(path: Path) -> dict[str, list[tuple[object, ...]]]:
    with closing(duckdb.connect(path, read_only=True)) as connection:
        names = connection.execute("select schema_name || '.' || table_name from duckdb_tables()").fetchall()
        return {name: connection.execute(f"from {name} order by all").fetchall() for (name,) in names}


def shown(path: Path) -> str:
    def opening() -> None:
        with naming_damage(path), closing(duckdb.connect(path, read_only=True)):
            pass

    return harms.shown(opening, lambda: assert_reads(path))


FILES = [
    "warehouse.duckdb",
    *(f"published/{name}.duckdb" for name in ("marts", "detail", "people")),
    "published/current/groups.duckdb",
]


@pytest.mark.parametrize("seeds", harms.samples(6))
@pytest.mark.parametrize("harm", harms.HARMS)
@pytest.mark.parametrize("file", FILES)
def test_damaged_file_above_the_log_is_named_or_holds_what_it_held_and_recovers(
    published: Settings, file: str, harm: harms.Harm, seeds: range
) -> None:
    path = published.home / file
    whole, bytes_before, outcomes = held(path), path.read_bytes(), Counter[str]()
    for seed in seeds:
        path.resolve().write_bytes(bytes_before)
        harm(path.resolve(), random.Random(seed))
        outcomes[found := shown(path)] += 1
        if found == harms.WITHOUT_EFFECT:
            assert held(path) == whole
    harms.tell(file, harm, seeds, outcomes)
    assert len(seeds) - outcomes[harms.WITHOUT_EFFECT] > len(seeds) // 3

    path.resolve().write_bytes(bytes_before[: len(bytes_before) // 3])
    assert any(check.exit_code == 5 and "uplog recover" in check.fix for check in examine(published))
    with pytest.raises(Damaged, match=path.name):
        verify(published)
    recover(published)
    whole.pop("main.mart_build_history", None)
    mended = held(path)
    mended.pop("main.mart_build_history", None)
    assert mended == whole
