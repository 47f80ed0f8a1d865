"""Models, tests and macros keep to the SQL that both engines speak, outside macros/engine and DuckDB's materializations
(decision 8).

Cheap and early: `make test-spark` is the proof. What a function not named here does on Spark has not been compared;
add it once it has, or give it a dispatched macro.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2] / "dbt_project"
SHARED = """
abs avg cast coalesce count date_trunc decimal extract first_value floor greatest lag lead least length lower max max_by
md5 median min min_by nullif replace round row_number split_part sqrt substr sum trim try_cast upper
"""
WORDS = "and as by cross else exists from full in inner join left not on or over select then when where"
ELSEWHERE = {
    "a cast by ::": r"::",
    "division by //": r"//",
    "an arrow into JSON": r"->",
    "a list or an index": r"[\[\]]",
    "at time zone": r"\bat time zone\b",
    "a type by DuckDB's name": r"\bas (varchar|text|json|timestamptz|hugeint|ubigint)\b",
    "columns of a star left out or replaced": r"\*\s*(exclude|except|replace)\b",
    "an asof or positional join": r"\b(asof|positional) join\b",
    "semi or anti join": r"\b(semi|anti) join\b",
    "distinct on": r"\bdistinct on\b",
    "a text in double quotes": r'"',
}


def sql_outside_jinja(text: str) -> str:
    """Without comments and Jinja; texts emptied. Fragments that macros are given are looked at where they are put."""
    text = re.sub(r"\{#.*?#\}", "", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", " @ ", text, flags=re.DOTALL)
    return re.sub(r"'[^']*'", "''", re.sub(r"--[^\n]*", "", text))


def unknown_to_one_engine(text: str) -> Iterator[str]:
    sql = sql_outside_jinja(text)
    called = set(re.findall(r"\b([a-z_][a-z_0-9]*)\s*\(", sql))
    yield from (f"{name}()" for name in sorted(called.difference(SHARED.split(), WORDS.split())))
    yield from (what for what, pattern in ELSEWHERE.items() if re.search(pattern, sql))


def test_models_call_only_what_both_engines_have() -> None:
    found = [
        f"{path.relative_to(PROJECT)}: {what}"
        for folder in ("models", "macros", "tests")
        for path in sorted((PROJECT / folder).rglob("*.sql"))
        if path.parent.name not in ("engine", "materializations")
        for what in unknown_to_one_engine(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("sql", "what"),
    [
        ("select strftime(day, '%Y') from {{ ref('x') }}", "strftime()"),
        ("select 7 // 2", "division by //"),
        ("select cast(n as varchar)", "a type by DuckDB's name"),
        ("select n::{{ t('int') }}", "a cast by ::"),
        ("select * exclude (n) from x", "columns of a star left out or replaced"),
        ("select words[1] from x", "a list or an index"),
    ],
)
def test_what_duckdb_alone_has_is_named(sql: str, what: str) -> None:
    assert what in list(unknown_to_one_engine(sql))


def test_shared_sql_texts_and_comments_are_let_through() -> None:
    sql = "with x as (\n  -- strftime(day)\n  select coalesce(n, 'a::b') as n from y where n in (1)\n)\nselect n from x"
    assert list(unknown_to_one_engine(sql)) == []
