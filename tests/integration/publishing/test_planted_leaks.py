"""A number in anything uplog makes is found by the scan; without one the same thing is silent. Each place in turn."""

from __future__ import annotations

import json
import logging
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import duckdb
import pytest

from expectations import report
from expectations.engine import Finding
from expectations.gate import Verdict
from expectations.privacy import Hit, Scanner
from expectations.privacy.files import scan_text, scan_tree
from ingestion import clock
from ingestion.archive import archive
from ingestion.durable import replace_bytes
from ingestion.log import open_for_writing
from ingestion.settings import Settings
from orchestration import build as runner
from orchestration import dbt_runs
from orchestration.cli.app import main
from publishing import layout

PHONE = "138-0013-8000"
HARMLESS = "1380013800012345"
"""Sixteen digits are no number."""

Place = Callable[[Settings, str, Path], Path]
"""Makes a thing with a value in it, by uplog's own means; where it lies."""


def data_docs(settings: Settings, value: str, scratch: Path) -> Path:
    one = Finding("marts", "r", "critical", "mart_x", "holds", False, 3, 1, ({"store_id": value},))
    report.write(Verdict("b", clock.now(), (one, replace(one, passed=True))), scratch / "docs")
    return scratch / "docs"


def dbt_target(settings: Settings, value: str, scratch: Path) -> Path:
    project = scratch / "project"
    shutil.copytree(dbt_runs.PROJECT, project)
    model = project / "models" / "fct_visits.sql"
    model.write_text(f"{model.read_text()}where visit_id <> '{value}'\n")
    with patch.object(dbt_runs, "PROJECT", project):
        runner.build(settings, full=True)
    return settings.home / "dbt"


def archived(settings: Settings, value: str, scratch: Path) -> Path:
    with open_for_writing(settings) as log:
        log.execute("update raw.events set data = json_object('remark', ?) where \"offset\" = 0", [value])
    archive(settings, scratch / "archive")
    return scratch / "archive"


def a_report(settings: Settings, value: str, scratch: Path) -> Path:
    """Receipts, reports of dropped files and the follower's state are written alike."""
    path = settings.home / "erasures" / "x.json"
    path.parent.mkdir(exist_ok=True)
    replace_bytes(path, json.dumps({"what": f"客户{value}"}).encode())
    return path


def a_log(settings: Settings, value: str, scratch: Path) -> Path:
    handler = logging.FileHandler(scratch / "run.log", encoding="utf-8")
    logging.getLogger("uplog.planted").addHandler(handler)
    logging.getLogger("uplog.planted").warning("calling %s", value)
    handler.close()
    logging.getLogger("uplog.planted").removeHandler(handler)
    return scratch / "run.log"


def the_warehouse(settings: Settings, value: str, scratch: Path) -> Path:
    with closing(duckdb.connect(settings.warehouse_path)) as warehouse:
        warehouse.execute(f"create table main.int_left_over as select '{value}' as remark")
    return settings.warehouse_path


@pytest.mark.parametrize("place", [data_docs, dbt_target, archived, a_report, a_log, the_warehouse])
def test_number_planted_here_is_found_and_nothing_else_is(published: Settings, tmp_path: Path, place: Place) -> None:
    for name in ("clean", "leaking"):
        (tmp_path / name).mkdir()
    kept = tmp_path / "kept"
    shutil.copytree(published.home, kept, symlinks=True)
    assert scan_tree(place(published, HARMLESS, tmp_path / "clean"), Scanner()) == []
    shutil.rmtree(published.home)
    shutil.copytree(kept, published.home, symlinks=True)

    hits = scan_tree(place(published, PHONE, tmp_path / "leaking"), Scanner())

    assert {hit.kind for hit in hits} == {"phone"}
    assert PHONE not in " ".join(map(str, hits))


def dead_letter(settings: Settings, value: str) -> None:
    with open_for_writing(settings) as log:
        log.execute(
            'insert into raw.dead_letters (topic, generation, partition, "offset", batch_id, landed_at, reason, detail)'
            " values ('crm', 0, 0, 77, 1, ?, 'contract_violated', ?)",
            [clock.now(), f"data.name: {value}"],
        )


def a_mart(settings: Settings, value: str) -> None:
    path = layout.folder(settings.published_path, str(layout.current(settings.published_path))) / "detail.duckdb"
    with closing(duckdb.connect(path)) as detail:
        detail.execute("update fct_visits set visit_id = ? where visit_id = 'S1-0-usual'", [value])


def a_build(settings: Settings, value: str) -> None:
    """`status` tells the last build's name."""
    with closing(sqlite3.connect(settings.home / "history.sqlite")) as history, history:
        history.execute("update builds set build_id = ?", [value])


def nothing(settings: Settings, value: str) -> None:
    """`sources` tells of contracts alone."""


@pytest.mark.parametrize(
    ("plant", "command"),
    [
        (dead_letter, ["dead-letters", "list"]),
        (a_mart, ["query", "from fct_visits order by visit_id", "--file", "detail"]),
        (a_build, ["status"]),
        (nothing, ["sources"]),
        (nothing, ["sources", "--json"]),
        (nothing, ["doctor"]),
    ],
    ids=lambda one: one.__name__ if callable(one) else " ".join(one[:2]),
)
def test_number_planted_in_a_listing_is_found_and_nothing_else_is(
    published: Settings, capsys: pytest.CaptureFixture[str], plant: Callable[[Settings, str], None], command: list[str]
) -> None:
    def listed() -> list[Hit]:
        main(command)
        printed = capsys.readouterr()
        assert printed.out
        return scan_text((printed.out + printed.err).splitlines(), Scanner(), command[0])

    assert listed() == []
    plant(published, PHONE)
    assert listed() == ([] if plant is nothing else [Hit(command[0], "-", "-", "phone", 1)])
