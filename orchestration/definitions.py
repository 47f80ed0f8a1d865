"""Everything Dagster knows of uplog: `dagster-webserver -m orchestration.definitions`."""

from __future__ import annotations

from dagster import AssetKey, Definitions

from ingestion.durable import close_to_writers
from ingestion.settings import settings
from orchestration.assets import equals_rebuild, gate, landing, observed_topics, publication, reports, warehouse
from orchestration.automation import (
    dropped_files,
    failed_run,
    import_inbox,
    lag,
    land,
    nightly,
    nightly_proof,
    verify,
    weekly_rebuild,
    whole_way,
)
from orchestration.project import manifest as parsed_manifest


def definitions() -> Definitions:
    """The graph as the dbt project stands now (parsed when its files changed)."""
    manifest = parsed_manifest(settings())
    models = [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]
    published = [AssetKey(node["name"]) for node in models if node["config"]["meta"].get("published")]
    marts = [key for key in published if key.path[-1].startswith("mart_")]
    return Definitions(
        assets=[*observed_topics(), landing, warehouse(manifest), publication(published), reports],
        asset_checks=[gate(marts), equals_rebuild],
        jobs=[whole_way, land, import_inbox, verify],
        schedules=[nightly, nightly_proof, weekly_rebuild],
        sensors=[lag, dropped_files, failed_run],
    )


close_to_writers()
defs = definitions()
