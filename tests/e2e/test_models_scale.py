"""No model may cost the square of the log: plans are looked at, as seconds on a busy machine prove nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import duckdb

from tests.e2e.way import WholeWay


def test_models_join_by_hash_and_not_row_by_row(whole_way: WholeWay) -> None:
    """A left join whose condition looks at its left side alone, or mixes both in one term, compares all pairs."""
    manifest = json.loads((whole_way.settings.home / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    nodes = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    models = [node for node in nodes if node["language"] == "sql"]
    compared = {}
    with duckdb.connect(str(whole_way.settings.warehouse_path), read_only=True) as connection:
        connection.execute(f"attach '{whole_way.settings.log_path}' as uplog_log (read_only)")
        for model in models:
            (plan,) = connection.execute("explain (format json) " + model["compiled_code"]).fetchall()
            if found := list(of_all_pairs(json.loads(plan[1]))):
                compared[model["name"]] = found
    assert len(models) > 100
    assert not compared, (
        "write such a condition into the key (`on k.key = case when l.is_mobile then l.key end`), "
        f"an open end as coalesce(valid_to, …): {compared}"
    )


def of_all_pairs(plan: list[dict[str, Any]]) -> Iterator[str]:
    """Conditions of outer joins that DuckDB cannot hash; one that is true adds a few rows to each, as it says."""
    for node in plan:
        told = node.get("extra_info", {})
        condition = told.get("Condition")
        if node["name"].strip() == "BLOCKWISE_NL_JOIN" and told.get("Join Type") != "INNER" and condition != "true":
            yield str(condition)
        yield from of_all_pairs(node.get("children", []))
