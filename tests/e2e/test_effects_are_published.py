"""Effects of a group too small to tell: published, with the words and without a number."""

from __future__ import annotations

from tests.e2e.way import WholeWay


def test_small_group_is_told_that_its_data_do_not_suffice(whole_way: WholeWay) -> None:
    for table, rows in (("mart_control_effect", 5), ("mart_intervention_effect", 5)):
        found = whole_way.published("marts", f"select * from {table}")
        assert len(found) == rows
        assert {row["verdict"] for row in found} == {"not enough data"}
        assert all(row["estimate"] is row["low"] is row["high"] is None for row in found)


def test_panel_holds_whole_weeks_of_every_store(whole_way: WholeWay) -> None:
    rows = whole_way.warehouse(
        "select measure, count(distinct store_id) as stores, count(*) as cells, "
        "min(control_hours_per_person) as fewest from intermediate.int_effect_panel "
        "where measure = 'customer_facing_ratio' group by measure"
    )
    assert [(row["stores"], row["cells"]) for row in rows] == [(3, 6)]
    assert rows[0]["fewest"] > 1
