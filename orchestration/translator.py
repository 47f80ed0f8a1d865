"""Where dbt's names become Dagster's: the asset key is the table's name, the group its layer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings


class TableNames(DagsterDbtTranslator):
    """`fct_leads` is the asset `fct_leads`; the log's tables are `raw/events` and so on."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_asset_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        if dbt_resource_props["resource_type"] == "source":
            return AssetKey([dbt_resource_props["source_name"], dbt_resource_props["name"]])
        return AssetKey(dbt_resource_props["name"])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        if dbt_resource_props["resource_type"] != "model":
            return "seeds"
        layers = [part for part in dbt_resource_props["fqn"][1:-1] if part != "marts"]
        return layers[0] if layers else None
