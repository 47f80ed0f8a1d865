"""What the dbt project declares, without a warehouse: its manifest, parsed again when its files changed."""

from __future__ import annotations

import json
from typing import Any, cast

from ingestion.errors import UplogError
from ingestion.settings import Settings
from orchestration.dbt_runs import PROJECT, dbt_environment, project_hash


def manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest of the project as it stands, kept under home by the hash of its files.

    Raises:
        UplogError: the project does not parse.
    """
    folder = (settings.home / "dbt" / "parsed" / project_hash()).resolve()
    path = folder / "manifest.json"
    if not path.exists():
        from dbt.cli.main import dbtRunner

        places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT), "--target-path", str(folder)]
        with dbt_environment(settings, settings.warehouse_path):
            result = dbtRunner().invoke(["parse", "--quiet", "--no-send-anonymous-usage-stats", *places])
        if not result.success:
            raise UplogError(f"the dbt project does not parse: {result.exception}", "mend it; `dbt parse` says more")
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
