"""Business time on DuckDB is what its time zone tables say, also where the macros add eight hours instead."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import duckdb
import pytest

from ingestion.times import instant
from orchestration.engine_macros import Macros

MACROS = Macros("duckdb")
INSTANTS = """
select began
from range(timestamptz '1985-01-01 00:30:00+00', timestamptz '1995-01-01 00:00:00+00', interval 1 hour) r (began)
union all
select unnest([
  timestamptz '1900-01-01 00:00:00+00', '2026-10-01 15:59:59.999999+00', '2026-10-01 16:00:00+00',
  '3000-01-01 00:00:00+00', 'infinity', '-infinity', null
])
"""


@pytest.fixture
def clock() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(f"create table instants as {INSTANTS}")
        yield connection


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (MACROS.local_day("began"), "cast((began at time zone 'Asia/Shanghai') as date)"),
        (
            MACROS.local_midnight("cast(began as date)"),
            "cast(cast(began as date) as timestamp) at time zone 'Asia/Shanghai'",
        ),
        (
            MACROS.local_text_to_utc("cast(cast(began as timestamp) as varchar)"),
            "cast(began as timestamp) at time zone 'Asia/Shanghai'",
        ),
        (
            MACROS.local_text_to_utc("strftime(began, '%Y/%m/%d %H:%M:%S')"),
            "cast(strftime(began, '%Y-%m-%d %H:%M:%S') as timestamp) at time zone 'Asia/Shanghai'",
        ),
    ],
    ids=["day", "midnight", "text", "slashes"],
)
def test_local_time_is_that_of_the_time_zone_tables(clock: duckdb.DuckDBPyConnection, ours: str, theirs: str) -> None:
    differing = f"select began, {ours}, {theirs} from instants where {ours} is distinct from {theirs}"
    assert clock.execute(differing + " order by began limit 5").fetchall() == []


@pytest.mark.parametrize(
    "text",
    [
        "2026-10-01T10:00:00Z",
        "2026/10/01 18:00:00+08:00",
        "2026-10-01 18:00:00.000+0800",
        "2026-10-01T10:00Z",
        "2026/10/01 18:00+08",
    ],
)
def test_local_text_that_names_a_zone_is_of_that_zone_as_at_the_door(
    clock: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert instant(text, "local") == datetime(2026, 10, 1, 10, tzinfo=UTC)
    said = clock.execute(f"select epoch_us({MACROS.local_text_to_utc('$1')})", [text]).fetchall()
    assert said == [(1790848800000000,)]


@pytest.mark.parametrize("text", ["20261001T10", "20261001 100000", "2026-10-01T10", "2026-W40-4"])
def test_local_text_that_the_models_do_not_read_is_refused_at_the_door(
    clock: duckdb.DuckDBPyConnection, text: str
) -> None:
    assert clock.execute(f"select {MACROS.local_text_to_utc('$1')}", [text]).fetchall() == [(None,)]
    with pytest.raises(ValueError, match="not a time"):
        instant(text, "local")


@pytest.mark.parametrize("text", ["soon", "", "2026-13-01 00:00:00", "2026/10/41"])
def test_local_text_that_is_no_time_is_null(clock: duckdb.DuckDBPyConnection, text: str) -> None:
    assert clock.execute(f"select {MACROS.local_text_to_utc('$1')}", [text]).fetchall() == [(None,)]
