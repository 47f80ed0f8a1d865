"""The project's engine macros rendered without dbt, for either engine: the hash of a table has one owner, a macro."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import yaml

_PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
ENGINE_MACROS = _PROJECT / "macros" / "engine"


def column_types(engine: str) -> dict[str, str]:
    """Our names of column types in an engine's words."""
    types: dict[str, str] = yaml.safe_load((_PROJECT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    if engine == "spark":
        from orchestration.spark import COLUMN_TYPES

        return types | COLUMN_TYPES
    return types


class Macros:
    """`Macros("spark").local_day("x")` is the SQL that dbt would render there."""

    def __init__(self, engine: str) -> None:
        self._engine = engine
        files = sorted(ENGINE_MACROS.glob("*.sql"))
        text = "\n".join(file.read_text(encoding="utf-8") for file in files)
        self._module = (
            jinja2.Environment(extensions=["jinja2.ext.do"])
            .from_string(
                text,
                globals={
                    "adapter": SimpleNamespace(dispatch=self._dispatched),
                    "var": column_types(engine).__getitem__,
                },
            )
            .module
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self._module, name)

    def _dispatched(self, name: str) -> Any:
        return getattr(self._module, f"{self._engine}__{name}")


def macro_files() -> list[Path]:
    return sorted(ENGINE_MACROS.glob("*.sql"))
