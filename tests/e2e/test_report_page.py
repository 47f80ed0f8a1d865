"""The group's report: its numbers are the simulator's, its rates the metrics', its page whole, safe and readable."""

from __future__ import annotations

import html
import os
import re
import shutil
import stat
import subprocess
from collections.abc import Callable
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml
from statsmodels.stats.proportion import proportion_confint

from ingestion.errors import GateFailed, UplogError
from ingestion.settings import Settings
from orchestration import metrics
from orchestration.dbt_runs import PROJECT
from publishing import report
from publishing.pages import LANGS, SPLIT, Lang
from publishing.pages import rows as rows_of
from publishing.periods import Period, holding
from publishing.report import figures, writing
from publishing.report.figures import Findings
from publishing.report.questions import RATES
from tests.e2e.way import WholeWay

LAYER = metrics.read()
CHROMIUM = shutil.which("chromium")
TEMPLATE = (Path(report.__file__).parent / "report.html.j2").read_text(encoding="utf-8")

Copy = Callable[..., Settings]


@pytest.fixture(scope="module")
def week(whole_way: WholeWay) -> Period:
    """The world's last whole week."""
    (row,) = whole_way.published("marts", "select max(week_start_date) as first from mart_workload_week")
    return Period(row["first"])


@pytest.fixture(scope="module")
def found(whole_way: WholeWay, week: Period) -> Findings:
    with closing(duckdb.connect(whole_way.settings.published_path / "marts.duckdb", read_only=True)) as connection:
        return figures.read(connection, week)


@pytest.fixture
def copy(whole_way: WholeWay, tmp_path: Path) -> Copy:
    """A home with only the group's marts in it, changed by some SQL."""

    def made(*statements: str) -> Settings:
        settings = Settings(home=tmp_path / "copied")
        settings.published_path.mkdir(parents=True)
        target = settings.published_path / "marts.duckdb"
        shutil.copy(whole_way.settings.published_path / "marts.duckdb", target)
        target.chmod(0o600)
        with closing(duckdb.connect(target)) as connection:
            for statement in statements:
                connection.execute(statement)
        return settings

    return made


def text_of(page: report.Report) -> str:
    return page.path.read_text(encoding="utf-8")


def said(truth: list[dict[str, Any]], key: str, period: Period) -> list[dict[str, Any]]:
    return [row for row in truth if str(period.first) <= str(row[key]) <= str(period.last)]


def test_headlines_are_what_the_simulator_knows(whole_way: WholeWay, found: Findings, week: Period) -> None:
    truth = whole_way.truth
    for number, period in enumerate((week, week.before())):
        happened = said(truth["activity_daily"], "date_day", period)
        came = [row for row in said(truth["funnel"], "date_day", period) if row["platform"] != "walk_in"]
        answered = said(truth["sla"], "week_start_date", period)
        days = said(truth["person_days"], "date_day", period)
        worked = [row for row in days if row["shift_hours"] or row["tracked_hours"] or row["presence_hours"]]
        inward = sum(row[f"{one}_net_hours"] for row in days for one in ("meeting", "training", "control"))
        hours = said(truth["workload_week"], "week_start_date", period)
        facing = sum(row["customer_facing_hours"] for row in hours) / sum(row["shift_hours"] for row in hours)
        expected = {
            "valid_leads": sum(row["valid_leads"] for row in came),
            "within_30m_rate": sum(row["le_30m"] for row in answered) / sum(row["eligible_30m"] for row in answered),
            "first_visits": sum(row["visits_first"] for row in happened),
            "net_orders": sum(row["orders"] - row["cancellations"] for row in happened),
            "customer_facing_ratio": facing,
            "inward": inward / len(worked),
        }
        of_page = {one.name: one.before if number else one.value for one in found.figures}
        assert of_page == pytest.approx(expected, rel=1e-6)
        assert expected["valid_leads"] > 100


def test_split_of_the_day_is_that_of_the_people_file_and_adds_up(whole_way: WholeWay, found: Findings) -> None:
    net = {name: " + ".join(f"{one}_net_hours" for one in categories) for name, categories in SPLIT.items()}
    columns = ", ".join(f"sum({sql}) / count(*) as {name}" for name, sql in net.items())
    (expected,) = whole_way.published(
        "people",
        f"select {columns} from mart_consultant_day where shift_hours + tracked_hours + presence_hours > 0 "
        f"and date_day between date '{found.period.first}' and date '{found.period.last}'",
    )
    hours = found.one("hours")
    assert hours is not None
    assert {name: hours[name] for name in SPLIT} == pytest.approx(expected)
    assert sum(hours[name] for name in SPLIT) == pytest.approx(hours["tracked"])
    assert hours["customers"] > hours["training"] > 0


def test_leads_of_each_source_and_store_are_those_of_the_facts(whole_way: WholeWay, found: Findings) -> None:
    within = f"between date '{found.period.first}' and date '{found.period.last}'"
    rows = whole_way.published(
        "detail",
        "select platform, count(*) filter (where is_valid) as valid, "
        "count(*) filter (where is_valid and first_connected_at is not null) as contacted from fct_leads "
        f"where received_day {within} and platform <> 'walk_in' group by platform",
    )
    assert {row["platform"]: (row["valid"], row["contacted"]) for row in rows} == {
        row["platform"]: (row["valid"], row["contacted"]) for row in found.sections["funnel"]
    }
    visits = whole_way.published(
        "detail",
        f"select store_id, count(*) as n from fct_visits where visit_no = 1 and visit_day {within} group by store_id",
    )
    assert {row["store_id"]: row["n"] for row in visits} == {
        row["store_id"]: row["first_visits"] for row in found.sections["lead_stores"] if row["first_visits"]
    }


def test_meetings_and_tools_add_up_to_the_week(whole_way: WholeWay, found: Findings) -> None:
    monday = f"date '{found.period.first}'"
    (tools,) = whole_way.published(
        "people",
        f"select count(*) as n from fct_checkins where checkin_day between {monday} and {monday} + 6 "
        "and kind = 'report'",
    )
    assert {row["tool"]: row["actions"] for row in found.sections["burden"]}["report"] == tools["n"] > 0
    (week,) = whole_way.published(
        "marts",
        f"select sum(control_hours) as control, sum(meeting_hours) as meeting from mart_workload_week "
        f"where week_start_date = {monday}",
    )
    assert sum(row["hours"] for row in found.sections["burden"]) == pytest.approx(week["control"])
    assert sum(row["person_hours"] for row in found.sections["meetings"]) == pytest.approx(week["meeting"], rel=0.02)


def of_source(metric: metrics.Metric, by: str) -> str:
    """A metric that no column holds, by some of its source's."""
    return f"{LAYER.fact_sql(metric)} group by {by}".replace("select ", f"select {by}, ", 1)


KEYS = {
    "funnel": ("platform",),
    "response": ("platform",),
    "cost": ("platform",),
    "defeats": (),
    "pipeline": ("week_start_date",),
    "timing": ("weekday", "hour"),
    "live": ("platform", "audience_basis"),
    "hours": (),
    "meetings": ("organiser_level", "kind"),
}


APART = """
    update mart_response_sla set eligible_5m = eligible_5m + 1, eligible_30m = eligible_30m + 2, never = never + 1;
    update mart_live_conversion set viewers = null where minute(started_at) % 3 = 0;
    update fct_live_sessions set viewers = null where minute(started_at) % 3 = 0
"""
"""Counts that are equal in a small world are made to differ, so that one cannot stand in for another; of some live
sessions the audience is not known."""


@pytest.mark.parametrize("section", RATES)
def test_rates_of_the_page_are_those_of_the_metrics(copy: Copy, week: Period, section: str) -> None:
    connection = duckdb.connect(copy(APART).published_path / "marts.duckdb", read_only=True)
    with closing(connection):
        compare_rates(connection, figures.read(connection, week), section)


def compare_rates(connection: duckdb.DuckDBPyConnection, found: Findings, section: str) -> None:
    first, last = (f"date '{day}'" for day in (found.period.first, found.period.last))
    quarter = date(found.period.last.year, (found.period.last.month - 1) // 3 * 3 + 1, 1)
    within = {
        "funnel": f"date_day between {first} and {last}",
        "defeats": f"month_start_date = date '{found.period.last.replace(day=1)}'",
        "timing": f"quarter_start_date = date '{quarter}'",
        "live": f"cast(timezone('Asia/Shanghai', started_at) as date) between {first} and {last}",
    }.get(section, f"week_start_date between {first} and {last}")
    hour = "select * replace (hour - hour % 2 as hour)" if section == "timing" else "select *"
    compared = 0
    for column, name in RATES[section].items():
        metric = LAYER.metrics[name]
        mart = str(LAYER.parts(metric)[0].mart or LAYER.model_of(metric).relation)
        sql = LAYER.mart_sql(metric, KEYS[section]) or of_source(metric, ", ".join(KEYS[section]))
        rows = rows_of(connection.execute(sql.replace(f"from {mart}", f"from ({hour} from {mart} where {within})")))
        expected = {tuple(row[key] for key in KEYS[section]): row[name] for row in rows}
        for row in found.sections[section]:
            value = expected[tuple(row[key] for key in KEYS[section])]
            assert row[column] == (value if value is None else pytest.approx(value)), (name, row)
            compared += value is not None
    assert compared > 0


def test_interval_of_summed_calls_is_wilson_s() -> None:
    for hits, tries in ((0, 7), (7, 7), (3, 40), (120, 200)):
        assert figures.wilson(hits, tries) == pytest.approx(proportion_confint(hits, tries, method="wilson"), abs=1e-12)


def test_hours_with_few_calls_are_not_shown(found: Findings) -> None:
    assert {one.few for one in found.calls} == {True, False}
    assert all(one.attempts >= 30 for one in found.calls if not one.few)


def test_page_is_whole_private_and_asks_no_network(copy: Copy, found: Findings) -> None:
    settings = copy("update dim_store_current set store_name = store_id, brand = 'B' where true")
    for lang in LANGS:
        page = report.write_report(settings, found.period, lang=lang)
        text = text_of(page)
        assert page.path == settings.published_path / "report" / f"{found.period.name}.{lang}.html"
        assert stat.S_IMODE(page.path.stat().st_mode) == 0o640
        assert text.rstrip().endswith("</html>")
        assert not re.search(r"(?:src|href)=|url\(|@import|<script|\bNone\b|\bnan\b|Undefined", text)
        assert text.count("<h1") == 1
        assert text.count("<table") == text.count("<caption") > 8
        assert len(re.findall(r'<figure role="img" aria-label="[^"]{10,}', text)) == text.count("<svg") == 3
        headlines = [one.strip() for one in re.findall(r"<li><b>(.*?)</b>", text)]
        assert headlines == [shown(one) for one in found.figures]
        assert bool(re.search("[一-鿿]", text)) == (lang == "zh")
    assert [one.name for one in sorted(page.path.parent.iterdir())] == [
        f"{found.period.name}.{one}.html" for one in ("en", "zh")
    ]


def shown(figure: figures.Figure) -> str:
    assert figure.value is not None
    return {
        "count": f"{figure.value:,.0f}",
        "percent": f"{100 * figure.value:.0f}%",
        "hours": f"{figure.value:.1f}",
    }[figure.kind]


def test_words_of_every_verdict_measure_and_level_are_there() -> None:
    models = yaml.safe_load((PROJECT / "models/marts/workload/_marts_effects.yml").read_text(encoding="utf-8"))[
        "models"
    ]
    tests = [test for model in models for column in model["columns"] for test in column.get("data_tests", ())]
    codes = {code for test in tests for code in test["accepted_values"]["arguments"]["values"]}
    assert {code for code in codes if f"'{code}': t(" not in TEMPLATE} == set()
    assert len(codes) > 8


def test_names_with_markup_are_shown_as_they_are(copy: Copy, week: Period) -> None:
    name = '<script>alert(1)</script> & "店"'
    settings = copy(f"update dim_store_current set store_name = '{name}', group_id = '<b>G</b>' where true")
    text = text_of(report.write_report(settings, week))
    assert "<script" not in text
    assert "&lt;b&gt;G" in text
    assert text.count("&lt;script&gt;alert(1)&lt;/script&gt;") >= 3  # two tables and a picture


@pytest.mark.parametrize("planted", ["打 139-1111-2222", "欧阳娜娜二店"])
def test_page_with_a_number_or_a_canary_is_not_written(copy: Copy, week: Period, tmp_path: Path, planted: str) -> None:
    settings = copy(f"update dim_store_current set store_name = '{planted}'")
    canaries = tmp_path / "canaries.txt"
    canaries.write_text("欧阳娜娜\n", encoding="utf-8")
    with pytest.raises(GateFailed, match="the page holds personal data") as refused:
        report.write_report(settings.model_copy(update={"canaries": canaries}), week)
    assert refused.value.exit_code == 3
    assert "1111" not in str(refused.value)
    assert not (settings.published_path / "report").exists()


def test_period_that_is_not_there_is_refused_with_those_that_are(copy: Copy, week: Period, tmp_path: Path) -> None:
    settings = copy()
    with pytest.raises(UplogError, match="nothing is published of 2031-W01") as no:
        report.write_report(settings, holding(date(2031, 1, 1), "week"))
    assert week.name in str(no.value)
    with pytest.raises(UplogError, match="the last 2026-10"):
        report.write_report(settings, Period(date(2031, 1, 1), "month"))
    with pytest.raises(UplogError, match="nothing is published yet"):
        report.write_report(Settings(home=tmp_path / "nowhere"))


def test_file_without_anything_is_refused(copy: Copy) -> None:
    settings = copy(
        *(f"delete from {one}" for one in ("mart_conversion_funnel", "mart_activity_daily", "mart_workload_week"))
    )
    with pytest.raises(UplogError, match="hold no lead and no hour"):
        report.write_report(settings)
    assert report.write_over(settings) == []


def test_week_that_still_runs_says_so_and_compares_no_counts(copy: Copy, week: Period) -> None:
    settings = copy(
        f"update mart_conversion_funnel set as_of_day = date '{week.first + timedelta(days=3)}'",
        f"delete from mart_workload_week where week_start_date >= date '{week.first}'",
    )
    page = report.write_report(settings, week, lang="en")
    assert not page.is_over
    assert "This period still runs" in text_of(page)
    assert "Hours are published once the period is over" in text_of(page)
    assert {one.name: one.before for one in page.figures}["first_visits"] is None
    assert report.write_report(settings).period == week.before().name


@pytest.mark.parametrize("lang", LANGS)
def test_week_with_nothing_of_any_subject_is_a_page_without_claims(copy: Copy, week: Period, lang: Lang) -> None:
    with closing(duckdb.connect(copy().published_path / "marts.duckdb")) as connection:
        tables = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        for name in tables:
            if not name.startswith("dim_") and name != "mart_activity_daily":
                connection.execute(f"delete from {name}")
        connection.execute(
            "update mart_activity_daily set visits_first = 0, walk_ins = 0, orders = 0, cancellations = 0"
        )
        empty = figures.read(connection, week)
    text = writing.rendered(empty, lang)
    assert not re.search(r"\bNone\b|\bnan\b|<svg", text)
    assert {"zh": "说不出多少会到店", "en": "too few to say how many come"}[lang] in text
    assert {"zh": "没有公布的工时", "en": "No hours are published"}[lang] in text
    assert "%" not in re.sub(r"<style>.*?</style>|95%", "", text, flags=re.DOTALL)


def test_last_week_and_month_that_are_over_are_written_in_both_languages(copy: Copy, week: Period) -> None:
    pages = report.write_over(copy("update mart_conversion_funnel set as_of_day = date '2026-11-03'"))
    assert [(one.period, one.lang) for one in pages] == [
        (name, lang) for name in (week.name, f"{week.last:%Y-%m}") for lang in LANGS
    ]
    assert "begin in the month" in text_of(pages[-1])


def test_report_on_the_command_line_answers_and_refuses(
    copy: Copy, week: Period, capsys: Any, monkeypatch: Any
) -> None:
    from ingestion.settings import settings as read_settings
    from orchestration.cli import main

    monkeypatch.setenv("UPLOG_HOME", str(copy().home))
    read_settings.cache_clear()
    out = Path(os.environ["UPLOG_HOME"]) / "mine.html"
    assert main(["report", "--lang", "en", "--out", str(out), "--dry-run"]) == 0
    assert not out.exists()
    assert main(["report", "--week", week.name, "--json"]) == 0
    assert f'"period": "{week.name}"' in capsys.readouterr().out
    assert main(["report", "--week", week.name, "--month", "2026-10"]) == 2
    assert main(["report", "--week", "2026-W99"]) == 2
    assert main(["report", "--week", "2031-W01"]) == 1
    assert "the first week there is is" in capsys.readouterr().err
    assert main(["report", "--out", str(out.parent)]) == 2
    assert f"{out.parent} is a folder" in capsys.readouterr().err


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("lang", LANGS)
def test_page_fits_a_phone_and_a4_and_the_console_is_silent(
    whole_way: WholeWay, week: Period, tmp_path: Path, lang: Lang
) -> None:
    page = report.write_report(whole_way.settings, week, lang=lang, out=tmp_path / "page.html")
    frames = "".join(
        f'<iframe id="w{width}" style="width:{width}px;border:0" srcdoc="{html.escape(text_of(page))}"></iframe>'
        for width in (390, 688, 1100)  # a phone, A4 within its margins, a desk
    )
    wrapper = tmp_path / "wrapper.html"
    wrapper.write_text(
        f"<!doctype html><meta charset=utf-8><body>{frames}<script>onload = () => {{ document.body.innerHTML = "
        "[...document.querySelectorAll('iframe')].map(f => { const d = f.contentDocument; return f.id + ' ' + "
        "d.documentElement.scrollWidth + ' ' + d.querySelectorAll('svg').length }).join('; ') }</script>",
        encoding="utf-8",
    )
    done = chromium(tmp_path, "--dump-dom", wrapper.as_uri())
    assert re.findall(r"w(\d+) (\d+) (\d)", done.stdout) == [(one, one, "3") for one in ("390", "688", "1100")]
    done = chromium(tmp_path, f"--print-to-pdf={tmp_path / 'page.pdf'}", page.path.as_uri())
    assert "CONSOLE" not in done.stderr
    assert 2 <= len(re.findall(rb"/Type /Page\b", (tmp_path / "page.pdf").read_bytes())) <= 8


def chromium(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    options = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--enable-logging=stderr",
        f"--user-data-dir={folder / 'c'}",
    )
    return subprocess.run([str(CHROMIUM), *options, *arguments], capture_output=True, text=True, check=True, timeout=60)
