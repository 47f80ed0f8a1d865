"""What a test of the whole way holds in its hands."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ingestion.settings import Settings
from ingestion.simulator import World


@dataclass(frozen=True)
class WholeWay:
    """A home in which everything was done, the world it came from, and that world's truth."""

    settings: Settings
    world: World
    truth: dict[str, list[dict[str, Any]]]
    sent: int

    def warehouse(self, sql: str) -> list[dict[str, Any]]:
        return self._rows(self.settings.warehouse_path, sql)

    def log(self, sql: str) -> list[dict[str, Any]]:
        return self._rows(self.settings.log_path, sql)

    def published(self, file: str, sql: str) -> list[dict[str, Any]]:
        return self._rows(self.settings.published_path / f"{file}.duckdb", sql)

    @staticmethod
    def _rows(path: Path, sql: str) -> list[dict[str, Any]]:
        with duckdb.connect(str(path), read_only=True) as connection:
            found = connection.execute(sql)
            names = [column[0] for column in found.description]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]
