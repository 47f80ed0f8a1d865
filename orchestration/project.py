"""What the dbt project declares, without a warehouse: its manifest, parsed again when its files changed."""

from __future__ import annotations

import json
from typing import Any, cast

from ingestion.errors import UplogError
from ingestion.settings import Settings
from orchestration.dbt_runs import dbt, project_hash


def manifest(settings: Settings) -> dict[str, Any]:
    """dbt's manifest of the project as it stands, kept under home by the hash of its files.

    Raises:
        UplogError: the project does not parse.
    """
    folder = (settings.home / "dbt" / "parsed" / project_hash()).resolve()
    path = folder / "manifest.json"
    if not path.exists():
        result = dbt(settings, settings.warehouse_path, ["parse"], folder=folder)
        if not result.success:
            raise UplogError(f"the dbt project does not parse: {result.exception}", "mend it; `dbt parse` says more")
    return cast("dict[str, Any]", json.loads(path.read_text(encoding="utf-8")))
