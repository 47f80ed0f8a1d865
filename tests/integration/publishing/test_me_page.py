"""`uplog me`: one person's own week, nobody else's, readable by its owner alone, without network."""

from __future__ import annotations

import re
import stat
from contextlib import closing
from datetime import UTC, date, datetime, timedelta

import duckdb
import pytest

from ingestion.errors import UplogError
from ingestion.settings import Settings
from orchestration.cli import main
from publishing import me, pages

MONDAY = date(2026, 10, 5)
NINE = datetime(2026, 10, 5, 1, tzinfo=UTC)
HOURS = (
    *("shift", "tracked", "customer_contact", "reception", "outreach", "live", "delivery", "meeting", "training"),
    *("control", "other", "after_hours_meeting", "rest_day_meeting", "after_hours_presence", "customer_facing_shift"),
    *("after_hours_idle", "conflict", "tracked_shift"),
)
NET = {"reception": 2.0, "contact": 1.0, "meeting": 0.75, "training": 0.25, "control": 1.0}
"""Net hours of E1: five in all."""


@pytest.fixture
def people(home: object) -> Settings:
    """A people.duckdb of two persons; no notices and follow-ups."""
    settings = Settings()
    settings.published_path.mkdir(parents=True)
    with closing(duckdb.connect(settings.published_path / "people.duckdb")) as made:
        net = [f"{name}_net" for name in pages.CATEGORIES]
        columns = ", ".join(f"{name}_hours double" for name in (*HOURS, *net))
        columns += ", tool_switches bigint, outbound_touches bigint"
        made.execute(
            f"create table mart_consultant_day (employee_id text, date_day date, is_rest_day boolean, {columns})"
        )
        for employee, hours in (("E1", 3.5), ("E2", 7.25)):
            row = [employee, MONDAY, False, *([8.0] + [hours] * (len(HOURS) - 1))]
            row += [*(NET.get(name, 0.0) for name in pages.CATEGORIES), 4, 9]
            made.execute(f"insert into mart_consultant_day values ({', '.join('?' * len(row))})", row)
        made.execute(
            "create table fct_shifts as select 'E1' as employee_id, date '2026-10-05' as date_day, "
            "?::timestamptz as shift_start_at, ?::timestamptz as shift_end_at",
            [NINE, NINE + timedelta(hours=8)],
        )
        made.execute("create table fct_steps (employee_id text, date_day date, steps bigint)")
        made.execute("insert into fct_steps values ('E1', ?, 9120)", [MONDAY])
        made.execute(
            "create table fct_activity_intervals as select 'E1' as employee_id, 'meeting' as category, "
            "?::timestamptz as started_at, ?::timestamptz as ended_at, false as is_estimated",
            [NINE, NINE + timedelta(minutes=45)],
        )
        made.execute("create table dim_kind (domain text, code text, name_zh text, name_en text)")
        made.execute("insert into dim_kind values ('checkin', 'report', '报表', 'report')")
        made.execute("insert into dim_kind values ('checkin', 'report', '报表', 'report')")  # dated twice
        made.execute(
            "create table fct_checkins (employee_id text, kind text, checkin_day date, estimated_minutes double)"
        )
        made.execute("insert into fct_checkins values ('E1', 'report', ?, 2.0)", [MONDAY])
        made.execute(
            "create table fct_meeting_attendance (meeting_id text, employee_id text, joined_at timestamptz, "
            "attended_hours double, after_hours_hours double, rest_day_hours double)"
        )
        made.execute("create table fct_meetings (meeting_id text, kind text, organiser_level text)")
        made.execute(
            "create table fct_leads as select 'E1' as owner_employee_id, 'invited' as stage, "
            "timestamptz '2026-10-01 00:00:00+00' as received_at"
        )
    return settings


def renamed(settings: Settings, employee: str) -> None:
    """E1 under another staff number."""
    with closing(duckdb.connect(settings.published_path / "people.duckdb")) as made:
        made.execute("update mart_consultant_day set employee_id = ? where employee_id = 'E1'", [employee])


@pytest.mark.parametrize(
    ("employee", "name"),
    [
        ("../../E1", "..%2F..%2FE1"),
        ("/tmp/E1", "%2Ftmp%2FE1"),
        ("销售/017", "销售%2F017"),
        ("a\x1b%b", "a%1B%25b"),
    ],
)
def test_page_of_a_number_with_other_signs_lies_among_the_pages(people: Settings, employee: str, name: str) -> None:
    renamed(people, employee)

    page = me.write_page(people, employee)

    assert page.path == people.home / "me" / f"{name}-2026-W41.html"
    assert page.path.is_file()


def test_page_of_a_dry_run_is_not_written(people: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["me", "--employee", "E1", "--dry-run"]) == 0

    assert f"would be written to {people.home / 'me' / 'E1-2026-W41.html'}" in capsys.readouterr().out
    assert not (people.home / "me").exists()


def test_page_shows_their_own_week_to_its_owner_alone_and_asks_no_network(people: Settings) -> None:
    page = me.write_page(people, "E1")
    text = page.path.read_text(encoding="utf-8")

    assert (page.week, page.days) == ("2026-W41", 1)
    assert stat.S_IMODE(page.path.stat().st_mode) == 0o600
    assert "09:00–09:45" in text
    assert "9,120 步" in text
    assert re.search(r'报表</td><td class="n">1</td><td class="n">2</td>', text)
    assert re.findall(r"<b>([\d.]+)<small> 小时</small></b><span class=\"p\">(\d+)%", text) == [
        *[("3.0", "60"), ("0.8", "15"), ("0.2", "5"), ("1.0", "20")]  # customers, meetings, training, tools
    ]
    assert "只给你本人" in text
    assert "已邀约" in text
    assert "3.5" in text
    assert "7.2" not in text
    assert "E2" not in text
    assert not re.search(r"(?:src|href)=|url\(|@import|<script", text)


def test_page_in_english_and_of_a_named_week(people: Settings) -> None:
    page = me.write_page(people, "E1", week=date(2026, 10, 7), lang="en")
    text = page.path.read_text(encoding="utf-8")
    assert "My open leads" in text
    assert not re.search("[一-鿿]", text)


def test_page_draws_the_night_and_what_is_left_of_the_shift_before(people: Settings) -> None:
    """Sunday's shift ends on Monday at 02:00, with a reception to 01:30."""
    sunday = NINE - timedelta(hours=15)
    with closing(duckdb.connect(people.published_path / "people.duckdb")) as made:
        made.execute(
            "insert into fct_shifts values ('E1', '2026-10-04', $1, $2)", [sunday, sunday + timedelta(hours=8)]
        )
        made.execute(
            "insert into fct_activity_intervals values ('E1', 'reception', $1, $2, false)",
            [sunday + timedelta(hours=5), sunday + timedelta(hours=7, minutes=30)],
        )
    text = me.write_page(people, "E1").path.read_text(encoding="utf-8")
    drawn = dict(re.findall(r'<rect (x="[\d.]+" y="\d+" width="[\d.]+").*?<title>(\S+ [\d:–]+)</title>', text))
    assert sorted(drawn.items()) == [
        ('x="0.0" y="0" width="83.33"', "排班 18:00–02:00"),
        ('x="0.0" y="1" width="62.5"', "接待 23:00–01:30"),
        ('x="375.0" y="0" width="333.33"', "排班 09:00–17:00"),
        ('x="375.0" y="13" width="31.25"', "会议 09:00–09:45"),
    ]


def test_page_of_nobody_or_of_another_week_is_refused(people: Settings) -> None:
    with pytest.raises(UplogError, match="nobody has the staff number"):
        me.write_page(people, "E404")
    with pytest.raises(UplogError, match="nothing of E1 in the week"):
        me.write_page(people, "E1", week=date(2026, 1, 5))


@pytest.mark.parametrize("option", [["--out", "."], ["--out", "", "--dry-run"]], ids=" ".join)
def test_me_into_a_folder_is_refused(people: Settings, capsys: pytest.CaptureFixture[str], option: list[str]) -> None:
    assert main(["me", "--employee", "E1", *option]) == 2
    assert capsys.readouterr().err == "uplog: --out . is a folder: name the page's file in it\n"
