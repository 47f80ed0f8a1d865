"""Single cells: what is read, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from ingestion.readers.cells import Cell, reader_of
from ingestion.readers.mapping import Column, Type


def column(kind: Type, **options: Any) -> Column:
    return Column(headers=["x"], type=kind, **options)


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        ("text", " 甲 ", "甲"),
        ("text", "--", None),
        ("text", 13812345678.0, "13812345678"),
        ("text", 0.5, "0.5"),
        ("text", '="007"', "007"),
        ("text", "'7400000000000000003", "7400000000000000003"),
        ("text", "`13812345678", "13812345678"),
        ("text", "'90后'", "'90后'"),
        ("text", "13812345678.0", "13812345678"),
        ("text", "1001.0", "1001"),
        ("text", "2.0", "2.0"),
        ("text", "0012345.0", "0012345.0"),
        ("text", True, "true"),
        ("datetime", "2026-10-01 09:05", "2026-10-01 09:05:00"),
        ("datetime", "2026年10月1日 9时5分", "2026-10-01 09:05:00"),
        ("datetime", "2026/10/1　09：05：07", "2026-10-01 09:05:07"),
        ("datetime", "2026-10-01T01:05:07Z", "2026-10-01 09:05:07"),
        ("datetime", datetime(2026, 10, 1, 9, 5, 6, 999_600), "2026-10-01 09:05:07"),
        ("datetime", 46296.5, "2026-10-01 12:00:00"),
        ("datetime", "'2026-10-01 09:05", "2026-10-01 09:05:00"),
        ("date", "2026.10.1", "2026-10-01"),
        ("date", "20261001", "2026-10-01"),
        ("date", date(2026, 10, 1), "2026-10-01"),
        ("date", "2026-10-01 00:00:00", "2026-10-01"),
        ("time", "9:05:59", "09:05"),
        ("time", "24:00", "00:00"),
        ("time", 0.375, "09:00"),
        ("time", timedelta(hours=18), "18:00"),
        ("time", time(9, 5), "09:05"),
        ("decimal", "¥219,800.00", "219800.00"),
        ("decimal", "-12.5元", "-12.5"),
        ("decimal", 219800.5, "219800.5"),
        ("percent", "12.5%", "0.125"),
        ("percent", 0.125, "0.125"),
        ("integer", "1,234", 1234),
        ("integer", 12.0, 12),
        ("integer", "", None),
    ],
)
def test_cell_as_exports_write_it_is_read(kind: Type, cell: Cell, value: object) -> None:
    assert reader_of(column(kind))(cell) == value


@pytest.mark.parametrize("cell", ["NULL", "Null", "(null)", "\\N", "NaT", " 无 ", "暂无", "/"])
@pytest.mark.parametrize("kind", ["datetime", "date", "time", "decimal", "percent", "integer"])
def test_word_for_nothing_is_a_blank_cell(kind: Type, cell: str) -> None:
    assert reader_of(column(kind))(cell) is None


def test_word_for_nothing_in_a_column_of_text_is_text_unless_a_database_wrote_it() -> None:
    read = reader_of(column("text"))
    assert [read(cell) for cell in ("无", "/", "(null)", "\\N")] == ["无", "/", None, None]


@pytest.mark.parametrize("kind", ["datetime", "date"])
@pytest.mark.parametrize(
    "cell",
    [
        "0000-00-00 00:00:00",
        "0001-01-01 00:00:00",
        "0001/1/1 0:00:00",
        "1900-01-00 00:00:00",
        "1970-01-01 00:00:00",
        datetime(1899, 12, 30),
        0.0,
    ],
)
def test_date_that_systems_write_for_none_is_a_blank_cell(kind: Type, cell: Cell) -> None:
    assert reader_of(column(kind))(cell) is None


@pytest.mark.parametrize(
    ("kind", "cell"),
    [("datetime", "1970-01-01 08:00:00"), ("date", "0000-00-00"), ("date", "1970/1/1"), ("date", "00000000")],
)
def test_first_instant_of_a_clock_is_a_blank_cell(kind: Type, cell: str) -> None:
    assert reader_of(column(kind))(cell) is None


@pytest.mark.parametrize("cell", ["0000-00-00", "无"])
def test_no_date_in_a_column_with_a_format_is_a_blank_cell(cell: str) -> None:
    assert reader_of(column("date", format=["%d.%m.%Y"]))(cell) is None


def test_day_of_1904_in_a_column_of_zero_is_none() -> None:
    assert reader_of(column("date"), is_1904=True)(0.0) is None


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        ("text", "1.38E+10", "scientific notation"),
        ("text", "#VALUE!", "Excel error"),
        ("text", "=1+1", "a formula"),
        ("text", " =-A1", "a formula"),
        ("text", "=cmd|' /C calc'!A0", "a formula"),
        ("integer", "=SUM(A1:A9)", "a formula"),
        ("text", 7.3e18, "over 15 digits"),
        ("datetime", "2026-02-30 10:00:00", "day is out of range"),
        ("datetime", "陈先生", "not a date"),
        ("datetime", "0000-00-01 10:00:00", "year 0 is out of range"),
        ("datetime", 12.0, "no Excel date"),
        ("date", "2026-10-01 10:00", "not a date"),
        ("time", "25:00", "hour must be in"),
        ("time", 46296.5, "not a time of day"),
        ("decimal", "12万", "not a number"),
        ("decimal", "1,23", "not a number"),
        ("decimal", "NaN", "not a number"),
        ("percent", "12.5", "without its sign"),
        ("integer", "12.5", "not a whole number"),
    ],
)
def test_cell_that_would_have_to_be_guessed_is_refused(kind: Type, cell: Cell, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        reader_of(column(kind))(cell)


def test_value_map_is_closed_and_ignores_width_and_case() -> None:
    read = reader_of(column("text", values={"Ａ": "a", "是": True}))
    assert read("a") == "a"
    assert read(" 是 ") is True
    assert read("") is None
    with pytest.raises(ValueError, match="does not list"):
        read("13800010001")


def test_format_given_by_the_mapping_is_the_only_one() -> None:
    read = reader_of(column("date", format=["%d.%m.%y"]))
    assert read("01.10.26") == "2026-10-01"
    with pytest.raises(ValueError, match="not written as"):
        read("2026-10-01")
