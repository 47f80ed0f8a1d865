"""MetricFlow computes every metric from the facts; its numbers are the marts', and the page's examples."""

from __future__ import annotations

import math
import os
import re
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, closing
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from ingestion.settings import Settings
from orchestration import metrics, metrics_page
from orchestration.dbt_runs import PROJECT, target_folder
from orchestration.metrics import Layer, Metric
from tests.e2e.way import WholeWay

LAYER = metrics.read()
Files = dict[str, duckdb.DuckDBPyConnection]
WORKLOAD = {path.stem for path in (PROJECT / "models" / "marts" / "workload").glob("mart_*.sql")}
"""Marts of employees: publishing rolls their small cells up, so they are compared as they stand in the warehouse."""
TIMES = {
    "date_day": "metric_time__day",
    "week_start_date": "metric_time__week",
    "month_start_date": "metric_time__month",
}


class RenderingClient:
    """What MetricFlow asks of a warehouse to write SQL for it; the tests run the SQL themselves."""

    sql_engine_type = SqlEngine.DUCKDB
    sql_plan_renderer = DuckDbSqlPlanRenderer()


class Asked:
    """The semantic layer as the build left it; short in words, which the engine's own repr is not."""

    def __init__(self, settings: Settings) -> None:
        target = target_folder(settings, settings.warehouse_path)
        said = (target / "semantic_manifest.json").read_text(encoding="utf-8")
        self.manifest = parse_manifest_from_dbt_generated_manifest(said)
        self._engine = MetricFlowEngine(
            SemanticManifestLookup(self.manifest),
            RenderingClient(),  # type: ignore[arg-type]
        )
        self._known: dict[tuple[str, ...], str] = {}

    def sql(self, metric: str, *group_by: str) -> str:
        """What MetricFlow answers with; one metric at a time, since its plans of many grow out of hand."""
        if (metric, *group_by) not in self._known:
            request = MetricFlowQueryRequest.create(metric_names=[metric], group_by_names=group_by)
            self._known[metric, *group_by] = self._engine.explain(request).sql_statement.sql
        return self._known[metric, *group_by]

    def __repr__(self) -> str:
        return "Asked()"


@pytest.fixture(scope="module")
def files(whole_way: WholeWay) -> Iterator[Files]:
    """The warehouse and the published files by name, opened once for some hundred questions."""
    paths = {name: whole_way.settings.published_path / f"{name}.duckdb" for name in ("marts", "detail")}
    paths["warehouse"] = whole_way.settings.warehouse_path
    with ExitStack() as opened:
        found = {
            name: opened.enter_context(closing(duckdb.connect(str(path), read_only=True)))
            for name, path in paths.items()
        }
        found["warehouse"].execute("set search_path = 'workload'")
        yield found


@pytest.fixture(scope="module")
def asked(whole_way: WholeWay) -> Asked:
    return Asked(whole_way.settings)


def by_mart(layer: Layer) -> dict[tuple[str, str], list[Metric]]:
    """The metrics that a mart publishes, by the mart and the semantic model they are counted from."""
    found: dict[tuple[str, str], list[Metric]] = defaultdict(list)
    for metric in layer.metrics.values():
        if layer.mart_sql(metric) is not None:
            models = {layer.model_of(part).name for part in layer.parts(metric)}
            found[str(layer.parts(metric)[0].mart), " ".join(sorted(models))].append(metric)
    return found


@pytest.mark.parametrize(("mart", "models"), by_mart(LAYER))
def test_metrics_by_the_keys_of_their_mart_equal_its_columns(
    files: Files, asked: Asked, mart: str, models: str
) -> None:
    differing, compared = [], 0
    for metric in by_mart(LAYER)[mart, models]:
        column = metric.column or metric.name
        keys = ", ".join(LAYER.keys[mart])
        sql = f"select {keys}, {column} from {mart}" if metric.column else LAYER.mart_sql(metric, LAYER.keys[mart])
        cells, wrong = _against(files, asked, metric, mart, str(sql))
        compared += cells
        differing += wrong
    assert not differing, f"{len(differing)} of {compared} cells: " + "\n".join(differing[:20])
    assert compared > 1


def test_metrics_of_a_week_s_work_equal_the_columns_by_role(files: Files, asked: Asked) -> None:
    mart, differing, compared = "mart_workload_role_week", [], 0
    columns = [row["column_name"] for row in _rows(files["warehouse"], f"describe {mart}")]
    metrics_of_weeks = [one for one in by_mart(LAYER)["mart_workload_week", "work_weeks"] if one.column in columns]
    for metric in metrics_of_weeks:
        sql = f"select {', '.join(LAYER.keys[mart])}, {metric.column} from {mart}"
        cells, wrong = _against(files, asked, metric, mart, sql)
        compared += cells
        differing += wrong
    assert not differing, f"{len(differing)} of {compared} cells: " + "\n".join(differing[:20])
    assert {"coverage", "customer_facing_ratio", "control_hours"} <= {one.name for one in metrics_of_weeks}


def test_sums_of_employees_hold_in_each_period_that_is_published(files: Files, asked: Asked) -> None:
    differing, compared = [], 0
    for (mart, models), found in by_mart(LAYER).items():
        period = LAYER.keys[mart][:1]
        for metric in found if mart in WORKLOAD else ():
            if all(LAYER.measure_of(part).is_additive for part in LAYER.parts(metric)):
                published = _cells(_rows(files["marts"], str(LAYER.mart_sql(metric, period))), period)
                said = asked.sql(metric.name, TIMES[period[0]])
                values = _cells(_rows(files["warehouse"], said), (TIMES[period[0]],))
                compared += len(published)
                differing += [
                    f"{models} {metric.name} {key}: metric {values[key][metric.name]}, file {row[metric.name]}"
                    for key, row in published.items()
                    if not _same(values[key][metric.name], row[metric.name])
                ]
    assert not differing, "\n".join(differing)
    assert compared > 50


def test_sql_of_the_page_answers_and_says_what_metricflow_says_where_no_mart_has_the_metric_by_its_keys(
    files: Files, asked: Asked
) -> None:
    differing = []
    for metric in LAYER.metrics.values():
        file, sql = metrics_page.published_sql(LAYER, metric)
        rows = _rows(files[file], sql)
        assert rows, metric.name
        if LAYER.mart_sql(metric) is None:
            ((said,),) = (row.values() for row in rows)
            ((found,),) = files["warehouse"].execute(asked.sql(metric.name)).fetchall()
            differing += [] if _same(found, said) else [f"{metric.name}: metric {found}, SQL {said}"]
    assert not differing, "\n".join(differing)


def test_examples_of_the_page_are_what_metricflow_counts(asked: Asked, tmp_path: Path) -> None:
    with closing(metrics_page.examples(LAYER)) as examples, closing(_warehouse(tmp_path, asked)) as warehouse:
        for metric in LAYER.metrics.values():
            rows = warehouse.execute(asked.sql(metric.name)).fetchall()
            assert _same(rows[0][-1], metrics_page.value(LAYER, metric, examples)), metric.name


def test_page_of_metrics_is_current() -> None:
    assert metrics_page.main(["--check"]) == 0


@pytest.mark.long
def test_commands_of_the_page_answer_what_the_mart_publishes(whole_way: WholeWay, tmp_path: Path) -> None:
    (script,) = re.findall(r"```sh\n(.*?)```", metrics_page.PAGE.read_text(encoding="utf-8"), re.DOTALL)
    shutil.copytree(PROJECT, tmp_path / "dbt_project", ignore=shutil.ignore_patterns("target", "logs"))
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "log.duckdb").symlink_to(whole_way.settings.log_path)
    shutil.copy(whole_way.settings.warehouse_path, tmp_path / "demo")  # mf opens it to write
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "UPLOG_HOME": "demo", "PATH": path, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    answered = re.findall(r"^(\d{4}-\d\d-\d\d)T00:00:00 +(\w+) *([\d.]*) *$", done.stdout, re.MULTILINE)
    rate = str(LAYER.mart_sql(LAYER.metrics["show_rate"])).removeprefix("select ")
    published = whole_way.published(
        "marts", f"select cast(date_trunc('week', date_day) as date) as week, platform, {rate} group by all"
    )
    assert len(published) > 10
    assert {(week, platform): float(said or 0) for week, platform, said in answered} == {
        (str(row["week"]), row["platform"]): pytest.approx(row["show_rate"] or 0, rel=1e-5) for row in published
    }


def test_every_metric_of_dbt_is_on_the_page_and_rests_on_a_definition(asked: Asked) -> None:
    assert {metric.name for metric in asked.manifest.metrics} == set(LAYER.metrics)
    definitions = (metrics_page.PAGE.parent / "definitions.md").read_text(encoding="utf-8")
    assert [one.name for one in LAYER.metrics.values() if f'<a id="{one.see}">' not in definitions] == []


def test_metrics_can_be_asked_by_what_describes_their_store_and_platform(files: Files, asked: Asked) -> None:
    rows = _rows(files["warehouse"], asked.sql("valid_leads", "store__brand", "platform__channel_type"))
    (total,) = _rows(files["marts"], "select sum(valid_leads) as n from mart_conversion_funnel")
    assert sum(row["valid_leads"] for row in rows) == total["n"]
    assert len({row["store__brand"] for row in rows}) > 1
    assert len({row["platform__channel_type"] for row in rows}) > 2


def _against(files: Files, asked: Asked, metric: Metric, mart: str, sql: str) -> tuple[int, list[str]]:
    """A metric by the keys of a mart against the last column of that SQL: cells the mart has, and what differs."""
    keys = LAYER.keys[mart]
    names = TIMES | dict(LAYER.model_of(metric).group_by)
    group_by = tuple(names[key] for key in keys)
    found = _cells(_rows(files["warehouse"], asked.sql(metric.name, *group_by)), group_by)
    published = _cells(_rows(files["warehouse" if mart in WORKLOAD else "marts"], sql), keys)
    values = {key: row[metric.name] for key, row in found.items()}
    cells = {key: [*row.values()][-1] for key, row in published.items()}
    withheld = LAYER.measure_of(metric).agg in ("average", "percentile")
    differing = [
        f"{metric.name} {key}: metric {values.get(key)}, mart {cells.get(key)}"
        for key in sorted(values.keys() | cells.keys())
        if not _same(values.get(key), cells.get(key), withheld=withheld)
    ]
    return sum(cell is not None for cell in cells.values()), differing


def _warehouse(folder: Path, asked: Asked) -> duckdb.DuckDBPyConnection:
    """The example rows where dbt's relations would be."""
    connection = duckdb.connect(str(folder / "warehouse.duckdb"))
    connection.execute("set timezone = 'UTC'")
    for model in asked.manifest.semantic_models:
        place = model.node_relation
        if (metrics_page.EXAMPLES / f"{place.alias}.csv").exists():
            connection.execute(f"create schema if not exists {place.schema_name}")
            rows = f"read_csv('{metrics_page.EXAMPLES / place.alias}.csv')"
            connection.execute(f"create or replace table {place.schema_name}.{place.alias} as from {rows}")
    return connection


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    found = connection.execute(sql)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _cells(rows: list[dict[str, Any]], keys: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Any]]:
    """By the key's columns as text; a day may be a date or an instant at midnight."""
    found = {tuple(str(row[key]).removesuffix(" 00:00:00") for key in keys): row for row in rows}
    assert len(found) == len(rows)
    return found


def _same(metric: Any, mart: Any, *, withheld: bool = False) -> bool:
    """Equal, money to the fen; nothing is 0 or null.

    `withheld`: publishing leaves it null under five values, or where it is never reached.
    """
    if mart is None and withheld:
        return True
    if metric is None or mart is None:
        return not metric and not mart
    return math.isclose(float(metric), float(mart), rel_tol=1e-9, abs_tol=0.0051 if isinstance(mart, Decimal) else 0)
