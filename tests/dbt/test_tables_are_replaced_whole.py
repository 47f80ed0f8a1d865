"""The project's own materializations: a table is replaced whole or not at all, a log of rows
only grows, and a view names no file."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest
from dbt.cli.main import dbtRunner

from orchestration.dbt_runs import PROJECT, release

MODELS = {
    "counted.sql": "select * from (values ({{ var('count') }})) held (n)",
    "grown.sql": (
        "{{ config(materialized='incremental', on_schema_change='fail') }}"
        "select {{ var('columns', 'n') }} from {{ ref('counted') }}"
        "{% if is_incremental() %} where n > (select max(seen.n) from {{ this }} seen){% endif %}"
    ),
    "seen.sql": "{{ config(materialized=var('kind', 'view')) }} select n from {{ ref('counted') }}",
    "told.py": """
def model(dbt, session):
    found = dbt.ref("counted").df()
    if int(found["n"].sum()) == 5:
        raise ValueError("five is too many")
    return found
""",
    "_models.yml": """
models:
  - name: told
    config: {materialized: table}
  - name: counted
    config: {materialized: table, contract: {enforced: true}, persist_docs: {relation: true, columns: true}}
    description: a count
    columns:
      - {name: n, data_type: int, description: how many, constraints: [{type: not_null}]}
""",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "models").mkdir()
    for name, text in MODELS.items():
        (tmp_path / "models" / name).write_text(text)
    (tmp_path / "dbt_project.yml").write_text(
        "name: small\nversion: 1.0.0\nprofile: small\nflags: {send_anonymous_usage_stats: false}\n"
        f"macro-paths: ['{PROJECT / 'macros' / 'materializations'}']\n"
    )
    (tmp_path / "profiles.yml").write_text(
        f"small: {{target: d, outputs: {{d: {{type: duckdb, path: '{tmp_path / 'w.duckdb'}', schema: main}}}}}}\n"
    )
    return tmp_path


def ran(project: Path, *arguments: str, **variables: Any) -> bool:
    call = ["run", "--quiet", "--project-dir", str(project), "--profiles-dir", str(project)]
    try:
        done = dbtRunner().invoke([*call, "--log-level", "none", *arguments, "--vars", repr(variables)])
    finally:
        release()
    return done.success


def rows(project: Path, sql: str) -> list[Any]:
    with duckdb.connect(str(project / "w.duckdb"), read_only=True) as warehouse:
        return [row[0] for row in warehouse.execute(sql).fetchall()]


def test_materializations_replace_append_and_keep_what_stood(project: Path) -> None:
    assert ran(project, count=1)
    assert ran(project, count=2)
    assert rows(project, "from counted") == [2]
    assert rows(project, "from grown order by all") == [1, 2]
    assert rows(project, "select comment from duckdb_columns() where table_name = 'counted'") == ["how many"]

    assert not ran(project, count="null")  # the contract's not_null: the table that stood stays
    assert rows(project, "from counted") == [2]

    assert not ran(project, count=3, columns="n as m")  # other columns: nothing is appended
    assert rows(project, "from grown order by all") == [1, 2]

    assert ran(project, "--full-refresh", count=4, columns="n as m")
    assert rows(project, "select m from grown") == [4]


def test_view_takes_a_table_s_place_and_a_copy_of_the_file_reads_its_own_tables(project: Path) -> None:
    assert ran(project, count=1, kind="table")
    assert ran(project, count=2)
    assert ran(project, count=3)
    assert rows(project, "from seen") == [3]
    assert rows(project, "select view_name from duckdb_views() where not internal") == ["seen"]
    copied = shutil.copy(project / "w.duckdb", project / "copy.duckdb")
    with duckdb.connect(str(copied), read_only=True) as copy:
        assert copy.execute("from seen").fetchall() == [(3,)]
    assert ran(project, count=4, kind="table")
    assert rows(project, "from seen") == [4]


def test_python_model_is_replaced_whole_and_stays_where_it_fails(project: Path) -> None:
    assert ran(project, count=1)
    assert ran(project, count=2)
    assert rows(project, "from told") == [2]
    assert not ran(project, count=5)
    assert rows(project, "from told") == [2]
    assert ran(project, count=6)
    assert rows(project, "from told") == [6]
    assert rows(project, "select table_name from duckdb_tables() order by all") == ["counted", "grown", "told"]
