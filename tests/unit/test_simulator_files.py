"""The simulator's files: the same bytes every time, in order of arrival, late and twice where it is meant."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest
import python_calamine

from ingestion.simulator import Delivery, World, simulate
from ingestion.simulator.instants import DAY, day_of
from ingestion.sources import sources

_DIGEST = (
    "import hashlib; from ingestion.simulator import simulate; h = hashlib.sha256();"
    "[h.update(f'{d.delivered_at}{d.filename}'.encode() + d.content) for d in simulate(2, 4, 3).deliveries()];"
    "print(h.hexdigest())"
)


@pytest.fixture(scope="module")
def world() -> World:
    return simulate(stores=2, days=15, seed=5)


@pytest.fixture(scope="module")
def files(world: World) -> list[Delivery]:
    return list(world.deliveries())


@pytest.mark.parametrize(("days", "first"), [(3, "2026-09-28"), (28, "2026-09-28"), (84, "2026-08-03")])
def test_a_long_group_ends_when_a_month_long_one_does(days: int, first: str) -> None:
    group = simulate(stores=1, days=days, seed=5).group
    assert str(group.start) == first


def test_deliveries_in_another_process_are_byte_equal() -> None:
    digest = hashlib.sha256()
    for delivery in simulate(2, 4, 3).deliveries():
        digest.update(f"{delivery.delivered_at}{delivery.filename}".encode() + delivery.content)
    command = [sys.executable, "-c", _DIGEST]
    other = subprocess.run(command, capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": "99"})
    assert other.stdout.strip() == digest.hexdigest()


def test_deliveries_of_another_seed_differ() -> None:
    one, other = (b"".join(d.content for d in simulate(1, 2, seed).deliveries()) for seed in (1, 2))
    assert one != other


def test_deliveries_come_in_order_from_every_source(files: list[Delivery]) -> None:
    others = {name for name in sources() if name.startswith("uplog.")}
    assert {delivery.source for delivery in files} == set(sources()) - others
    times = [delivery.delivered_at for delivery in files]
    assert times == sorted(times)
    assert all(delivery.day == day_of(delivery.delivered_at) for delivery in files)
    assert all(delivery.pulled_at <= delivery.delivered_at for delivery in files)


def test_deliveries_some_come_days_late_and_some_twice(files: list[Delivery]) -> None:
    assert any(delivery.delivered_at - delivery.pulled_at > DAY for delivery in files)
    seen = Counter((delivery.source, delivery.filename, delivery.pulled_at) for delivery in files)
    assert max(seen.values()) == 2
    for delivery in files:
        if delivery.source in ("hr.store", "hr.employee"):
            assert delivery.delivered_at - delivery.pulled_at < 600


def test_autohome_export_ends_with_a_total_row(files: list[Delivery]) -> None:
    export = next(delivery for delivery in files if delivery.source == "autohome.lead")
    lines = export.content.decode("gb18030").splitlines()
    assert lines[0].startswith("线索编号,经销商编号,提交时间")
    assert lines[-1].startswith(f"合计,共{len(lines) - 2}条")


def test_workbooks_open_with_title_header_and_excel_dates(files: list[Delivery]) -> None:
    books = {delivery.source: delivery.content for delivery in files if delivery.filename.endswith(".xlsx")}
    assert set(books) >= {"yiche.lead", "hr.roster", "crm.visit"}
    rows = {}
    for source, content in books.items():
        rows[source] = (
            python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
        )
    assert rows["yiche.lead"][1][:3] == ["订单号", "经销商ID", "询价时间"]
    assert rows["hr.roster"][0][:2] == ["工号", "日期"]
    assert rows["hr.roster"][1][1].year == 2026


def test_feiyu_pages_overlap_and_fill_in_late(files: list[Delivery]) -> None:
    states: dict[int, set[str]] = defaultdict(set)
    pulls: Counter[int] = Counter()
    for delivery in files:
        if delivery.source == "feiyu.lead":
            for clue in json.loads(delivery.content)["data"]["list"]:
                pulls[clue["clue_id"]] += 1
                states[clue["clue_id"]].add(clue["city_name"])
    assert max(pulls.values()) > 2
    assert any(len(found) == 2 for found in states.values())


def test_live_counters_are_text(files: list[Delivery]) -> None:
    page = next(delivery for delivery in files if delivery.source == "douyin.live_minute")
    assert all(isinstance(value, str) for row in json.loads(page.content)["data"]["list"] for value in row.values())


def test_write_lays_out_files_by_day_and_truth_by_table(tmp_path: Path) -> None:
    small = simulate(1, 2, 4)
    count = small.write(tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.is_file()]
    truth = sorted(path.stem for path in tmp_path.glob("truth/*.json"))
    assert truth == sorted(small.truth())
    assert len(written) == count + len(truth)
    assert json.loads((tmp_path / "truth/funnel.json").read_text()) == small.truth()["funnel"]
