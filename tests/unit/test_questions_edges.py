"""docs/questions.md: its queries over hand-made tables that hold what a simulated group seldom has."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

PAGE = (Path(__file__).parents[2] / "docs" / "questions.md").read_text(encoding="utf-8")


def answer(begins: str, *tables: str) -> list[tuple[object, ...]]:
    """The rows of the page's only query that begins so, over these tables."""
    (sql,) = [one for one in re.findall(r"```sql\n-- \w+\n(.*?)```", PAGE, re.DOTALL) if one.startswith(begins)]
    with duckdb.connect() as connection:
        for table in tables:
            connection.execute(f"create table {table}")
        return connection.execute(sql).fetchall()


def test_order_of_a_test_lead_makes_no_order_cheaper() -> None:
    """October cost 900 and brought two orders that stood, one cancelled and one of who tries the lead system out.

    November cost 100 and brought none. The first of November begins at 16:00 UTC of the last of October.
    """
    found = answer(
        "with costs",
        "fct_platform_costs as from (values (date '2026-10-01', 600.00), (date '2026-10-01', 300.00),"
        " (date '2026-11-01', 100.00)) costs(month_start_date, amount)",
        "fct_leads as from (values ('l1', false), ('l2', false), ('t1', true)) leads(lead_id, is_test)",
        "fct_orders as from (values ('a', 'l1', timestamptz '2026-10-09 02:00:00+00', null::timestamptz),"
        " ('b', 'l2', timestamptz '2026-10-31 15:59:00+00', null),"
        " ('c', 'l2', timestamptz '2026-10-10 02:00:00+00', timestamptz '2026-10-11 02:00:00+00'),"
        " ('d', 't1', timestamptz '2026-10-12 02:00:00+00', null)) orders(order_id, lead_id, ordered_at, cancelled_at)",
    )
    assert [tuple(map(str, row)) for row in found] == [
        ("2026-10-01", "900.00", "2", "450.0"),
        ("2026-11-01", "100.00", "0", "None"),
    ]
