"""Each engine macro gives the same value on both engines, and the value a reader expects."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from orchestration.engine_macros import Macros, macro_files

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

pytestmark = pytest.mark.java

ONLY_ON_SPARK = {"load_csv_rows", "persist_constraints"}
"""dbt-spark's own macros mended; building the project runs them."""

RECORD = """'{"a": {"b": "x", "n": 12.5, "t": true, "z": null}, "中文": "值", "l": [{"k": 1}, "two", 3]}'"""

SHAPE = {"a": {"b": "text", "n": "text", "t": "text", "z": "text"}, "q": {"r": "token"}, "l": {"k": "text"}}
NUMBERS = """'{"n": [1784161857000, 19.8, -3, 0.1]}'"""
AMOUNT = """'{"n": 12345678.9, "id": 7300000001552092150}'"""


def _instant(macros: Macros, text: str) -> str:
    return f"cast('{text}' as {macros.t('instant')})"


def _quoted(text: str) -> str:
    return f"'{text}'"


def _day(text: str) -> str:
    return f"cast('{text}' as date)"


Expression = Callable[[Macros], str]
CASES: list[tuple[str, str, Expression, Any]] = [
    ("add_days", "over a month's end", lambda m: m.add_days(_day("2026-02-27"), 2), "2026-03-01"),
    ("add_days", "backwards", lambda m: m.add_days(_day("2026-01-01"), -1), "2025-12-31"),
    ("canon", "text with its length", lambda m: m.canon("'值|a'", "text"), "3:值|a"),
    ("canon", "no text", lambda m: m.canon(f"cast(null as {m.t('text')})", "text"), "~"),
    ("canon", "instant", lambda m: m.canon(_instant(m, "1970-01-01 00:00:01.000002+00:00"), "instant"), "1000002"),
    ("canon", "double", lambda m: m.canon("cast(0.1 as double) + cast(0.2 as double)", "double"), "0.300000"),
    ("canon", "money", lambda m: m.canon("cast('1234.5' as decimal(18,2))", "plain"), "1234.50"),
    ("canon", "boolean", lambda m: m.canon("1 = 1", "plain"), "true"),
    ("canon", "date", lambda m: m.canon(_day("2026-10-01"), "plain"), "2026-10-01"),
    (
        "epoch_us",
        "microseconds of another zone",
        lambda m: m.epoch_us(_instant(m, "2026-10-01 08:00:00.123456+08:00")),
        "1790812800123456",
    ),
    (
        "folded",
        "wide, spaced and traditional",
        lambda m: m.folded("'【廠家】Ｗeekly　產 品培訓\u00a0１'"),
        "【厂家】weekly产品培训1",
    ),
    ("hex15_to_int", "the greatest", lambda m: m.hex15_to_int("'fffffffffffffff'"), "1152921504606846975"),
    ("int_div", "whole", lambda m: m.int_div("7", "2"), "3"),
    ("json_text", "nested text", lambda m: m.json_text(RECORD, "a.b"), "x"),
    ("json_text", "number", lambda m: m.json_text(RECORD, "a.n"), "12.5"),
    ("json_text", "boolean", lambda m: m.json_text(RECORD, "a.t"), "true"),
    ("json_text", "JSON null", lambda m: m.json_text(RECORD, "a.z"), None),
    ("json_text", "absent", lambda m: m.json_text(RECORD, "a.q.r"), None),
    ("json_text", "list", lambda m: m.json_text("""'{"l": [6, 7]}'""", "l"), "[6,7]"),
    (
        "last_known",
        "over a null",
        lambda m: (
            f"(select max(known) from (select n, {m.last_known('x')} over (order by n) as known"
            " from (select 1 as n, 'a' as x union all select 2, null) told) found where n = 2)"
        ),
        "a",
    ),
    *(
        (
            "nearest_known",
            f"{function} over a null",
            lambda m, function=function: (
                f"(select max(known) from (select n, {m.nearest_known(function, 'x')} over (order by n) as known"
                " from (select 1 as n, 'a' as x union all select 2, null union all select 3, 'c') told) found"
                f" where n = {3 if function == 'lag' else 1})"
            ),
            "a" if function == "lag" else "c",
        )
        for function in ("lag", "lead")
    ),
    (
        "local_day",
        "after midnight in Shanghai",
        lambda m: m.local_day(_instant(m, "2026-10-01 16:30:00+00:00")),
        "2026-10-02",
    ),
    ("local_midnight", "Shanghai", lambda m: m.epoch_us(m.local_midnight(_day("2026-10-01"))), "1790784000000000"),
    (
        "local_text_to_utc",
        "dashes",
        lambda m: m.epoch_us(m.local_text_to_utc("'2026-10-01 00:00:00'")),
        "1790784000000000",
    ),
    (
        "local_text_to_utc",
        "slashes",
        lambda m: m.epoch_us(m.local_text_to_utc("'2026/10/01 00:00:00'")),
        "1790784000000000",
    ),
    (
        "local_text_to_utc",
        "of a zone it names",
        lambda m: m.epoch_us(m.local_text_to_utc("'2026-10-01T01:00:00+09:00'")),
        "1790784000000000",
    ),
    (
        "local_text_to_utc",
        "of a zone, without seconds",
        lambda m: m.epoch_us(m.local_text_to_utc("'2026/09/30 16:00Z'")),
        "1790784000000000",
    ),
    ("local_text_to_utc", "no time", lambda m: m.epoch_us(m.local_text_to_utc("'soon'")), None),
    ("payload", "nested text", lambda m: f"{m.payload(RECORD, SHAPE)}.a.b", "x"),
    ("payload", "number", lambda m: f"{m.payload(RECORD, SHAPE)}.a.n", "12.5"),
    ("payload", "boolean", lambda m: f"{m.payload(RECORD, SHAPE)}.a.t", "true"),
    ("payload", "JSON null", lambda m: f"{m.payload(RECORD, SHAPE)}.a.z", None),
    ("payload", "absent", lambda m: f"{m.payload(RECORD, SHAPE)}.q.r", None),
    ("payload", "another shape than said", lambda m: f"{m.payload(RECORD, SHAPE)}.l.k", None),
    ("payload", "beside another shape than said", lambda m: f"{m.payload(RECORD, SHAPE)}.a.b", "x"),
    (
        "payload",
        "an object as text",
        lambda m: f"{m.payload(RECORD, {'a': 'text'})}.a",
        '{"b":"x","n":12.5,"t":true,"z":null}',
    ),
    (
        "payload",
        "numbers as they were sent",
        lambda m: m.payload(NUMBERS, {"n": "json"}) + ".n",
        "[1784161857000,19.8,-3,0.1]",
    ),
    (
        "payload",
        "a large amount, whose text differs",
        lambda m: f"cast({m.payload(AMOUNT, {'n': 'text'})}.n as decimal(18,2))",
        "12345678.90",
    ),
    ("payload", "an id of 19 digits", lambda m: f"{m.payload(AMOUNT, {'id': 'text'})}.id", "7300000001552092150"),
    ("power_of_two", "none", lambda m: m.power_of_two(0), "1"),
    ("power_of_two", "the greatest", lambda m: m.power_of_two(62), "4611686018427387904"),
    ("regexp_has", "inside", lambda m: m.regexp_has("'到店邀约3次'", r"邀约\d"), "true"),
    ("regexp_has", "absent", lambda m: m.regexp_has("'到店邀约'", r"邀约\d"), "false"),
    ("struct_of", "one in another", lambda m: f"{m.struct_of({'a': m.struct_of({'b': _quoted('x')})})}.a.b", "x"),
    (
        "ts_from_epoch_us",
        "there and back",
        lambda m: m.epoch_us(m.ts_from_epoch_us("1790812800123456")),
        "1790812800123456",
    ),
    ("t", "text", lambda m: f"cast(12 as {m.t('text')})", "12"),
    ("t", "whole number", lambda m: f"cast('9007199254740993' as {m.t('int')})", "9007199254740993"),
]


def _ask(macros: Macros, ask: Callable[[str], list[Any]]) -> dict[str, Any]:
    values = [f"cast({make(macros)} as {macros.t('text')})" for _, _, make, _ in CASES]
    return dict(
        zip([f"{name}: {what}" for name, what, _, _ in CASES], ask(f"select {', '.join(values)}")[0], strict=True)
    )


@pytest.fixture(scope="module")
def on_duckdb() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set timezone = 'UTC'")
    return connection


def test_every_engine_macro_has_a_case() -> None:
    of_rows = {"each_day", "json_items", "middle_value", "reduced", "table_hash"}
    assert {name for name, _, _, _ in CASES} | ONLY_ON_SPARK | of_rows == {file.stem for file in macro_files()}


def test_macros_on_both_engines_give_the_expected_value(
    on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    expected = {f"{name}: {what}": value for name, what, _, value in CASES}
    assert _ask(Macros("duckdb"), lambda sql: on_duckdb.execute(sql).fetchall()) == expected
    assert _ask(Macros("spark"), lambda sql: spark.sql(sql).collect()) == expected


def test_each_day_gives_both_ends_and_what_lies_between(
    on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    def asked(macros: Macros) -> str:
        spans = f"select 1 as id, {_day('2026-02-27')} as a, {_day('2026-03-01')} as b"
        spans += f" union all select 2, {_day('2026-10-01')}, {_day('2026-10-01')}"
        days = f"select id, {macros.each_day('a', 'b')} as date_day from ({spans}) spans"
        return f"select id, cast(date_day as {macros.t('text')}) from ({days}) days order by 1, 2"

    expected = [(1, "2026-02-27"), (1, "2026-02-28"), (1, "2026-03-01"), (2, "2026-10-01")]
    assert on_duckdb.execute(asked(Macros("duckdb"))).fetchall() == expected
    assert [tuple(row) for row in spark.sql(asked(Macros("spark"))).collect()] == expected


def test_middle_value_is_the_lower_of_two_and_nulls_rank_last(
    on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    def asked(macros: Macros) -> str:
        none = "cast(null as double)"
        groups = [["3e0", "1e0", "2e0"], ["4e0", "1e0", "3e0", "2e0"], ["7e0", none, none], ["7e0", none], [none]]
        rows = [f"select {number} as id, {x} as x" for number, values in enumerate(groups) for x in values]
        return f"select id, {macros.middle_value('x')} from ({' union all '.join(rows)}) x group by id order by id"

    expected = [(0, 2.0), (1, 2.0), (2, None), (3, 7.0), (4, None)]
    assert on_duckdb.execute(asked(Macros("duckdb"))).fetchall() == expected
    assert [tuple(row) for row in spark.sql(asked(Macros("spark"))).collect()] == expected


def test_reduced_takes_the_rows_of_a_group_in_their_order(
    on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    def asked(macros: Macros) -> str:
        rows = "(1, 2, 'b'), (1, 10, 'c'), (1, 1, 'a'), (2, 7, 'x')"
        step = {"words": "acc.words || cast(x.place - acc.place as varchar(9)) || x.word"}
        reduced = macros.reduced({"place": "place", "word": "word", "words": "word"}, step)
        grouped = f"select id, {reduced} as r from (values {rows}) v (id, place, word) group by id"
        return f"select id, r.place, r.word, r.words from ({grouped}) grouped order by id"

    expected = [(1, 10, "c", "a1b8c"), (2, 7, "x", "x")]
    assert on_duckdb.execute(asked(Macros("duckdb"))).fetchall() == expected
    assert [tuple(row) for row in spark.sql(asked(Macros("spark"))).collect()] == expected


def test_json_items_of_a_mixed_list_gives_a_row_each(on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession) -> None:
    def asked(macros: Macros) -> str:
        records = f"select 1 as id, {RECORD} as data union all select 2, '{{\"l\": []}}' union all select 3, '{{}}'"
        lists = f"select id, {macros.payload('data', {'l': 'json'})} as data from ({records}) records"
        items = f"select id, {macros.json_items('data.l')} as item from ({lists}) lists"
        return f"select id, cast(item as {macros.t('text')}), {macros.json_text('item', 'k')} from ({items}) items"

    ours = sorted(on_duckdb.execute(asked(Macros("duckdb"))).fetchall(), key=str)
    theirs = sorted((tuple(row) for row in spark.sql(asked(Macros("spark"))).collect()), key=str)
    assert [(row[0], row[2]) for row in ours] == [(1, None), (1, None), (1, "1")]
    assert [(row[0], row[2]) for row in theirs] == [(row[0], row[2]) for row in ours]


def test_table_hash_of_the_same_rows_in_another_order_is_equal(
    on_duckdb: duckdb.DuckDBPyConnection, spark: SparkSession
) -> None:
    class Relation:
        identifier = "few"

        def __init__(self, rows: list[tuple[int, str]]) -> None:
            self._sql = " union all ".join(f"select {number} as n, {text} as word" for number, text in rows)

        def __str__(self) -> str:
            return f"({self._sql}) few"

    columns = [("n", "plain"), ("word", "text")]
    rows = [(1, "'a'"), (2, "'值'"), (3, "cast(null as char(1))"), (3, "'~'")]
    ours = on_duckdb.execute(Macros("duckdb").table_hash(Relation(rows), columns)).fetchall()[0]
    theirs = spark.sql(Macros("spark").table_hash(Relation(rows[::-1]), columns)).collect()[0]
    assert [str(value) for value in ours] == [str(value) for value in theirs]
    other = on_duckdb.execute(Macros("duckdb").table_hash(Relation(rows[:3]), columns)).fetchall()[0]
    assert other[2] != ours[2]
