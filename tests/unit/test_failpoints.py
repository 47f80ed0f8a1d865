"""The list of failpoints is that of the code, so that no step between two commits escapes the tests of kills."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.failpoints import POINTS
from ingestion.lander.soundness import _KEYS
from ingestion.log import open_for_writing
from ingestion.settings import Settings

ROOT = Path(__file__).parents[2]
PASSED = re.compile(r'failpoint\(f?"([a-z_.{}]+)"\)')


def test_failpoints_of_the_code_are_those_of_the_list() -> None:
    passed = {
        name: re.compile(re.sub(r"\{\w+\}", "[a-z_]+", name.replace(".", r"\.")))
        for package in ("ingestion", "publishing", "orchestration")
        for path in (ROOT / package).rglob("*.py")
        for name in PASSED.findall(path.read_text(encoding="utf-8"))
    }
    listed = [point for points in POINTS.values() for point in points]

    assert [name for name, names in passed.items() if not any(names.fullmatch(point) for point in listed)] == []
    assert [point for point in listed if not any(names.fullmatch(point) for names in passed.values())] == []


def test_keys_read_by_the_check_of_the_log_are_all_there_are(tmp_path: Path) -> None:
    with open_for_writing(Settings(home=tmp_path)) as log:
        keyed = log.execute(
            "select table_name from duckdb_constraints() where constraint_type in ('PRIMARY KEY', 'UNIQUE')"
        ).fetchall()
    assert {table for (table,) in keyed} == set(_KEYS)
