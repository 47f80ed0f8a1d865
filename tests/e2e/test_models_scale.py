"""No model's cost may grow with the square of the log: plans, not seconds, so that a busy machine proves nothing."""

from __future__ import annotations

import json

import duckdb

from tests.e2e.way import WholeWay

BY_PATTERN = {"fct_meetings", "int_meetings_called"}
"""These join a seed's few patterns with `like`, which no engine can hash."""


def test_models_join_by_hash_and_not_row_by_row(whole_way: WholeWay) -> None:
    """A left join whose condition looks at one side alone, or mixes both in one term, compares all pairs on DuckDB."""
    manifest = json.loads((whole_way.settings.home / "dbt" / "manifest.json").read_text(encoding="utf-8"))
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    compared = set()
    with duckdb.connect(str(whole_way.settings.warehouse_path), read_only=True) as connection:
        connection.execute(f"attach '{whole_way.settings.log_path}' as uplog_log (read_only)")
        for model in models:
            (plan,) = connection.execute("explain " + model["compiled_code"]).fetchall()
            if "BLOCKWISE_NL_JOIN" in plan[1] and model["name"] not in BY_PATTERN:
                compared.add(model["name"])
    assert len(models) > 100
    assert not compared, (
        "write such a condition into the key (`on k.key = case when l.is_mobile then l.key end`), "
        f"an open end as coalesce(valid_to, …): {sorted(compared)}"
    )
