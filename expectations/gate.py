"""The gate: every suite over the log and the warehouse; what fails a critical rule is not published.

A mart a rule needs and cannot find fails the rule: a gate that skips what is missing lets everything through.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import duckdb

from expectations import engine, manifest
from expectations.engine import Finding
from expectations.landed import LANDED
from expectations.marts import MARTS
from expectations.rules import Batch, Suite
from ingestion import clock
from ingestion.databases import in_memory
from ingestion.errors import GateFailed
from ingestion.log import open_up_to_date
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings

if TYPE_CHECKING:
    import pandas

Outcome = Literal["passed", "warned", "failed"]
SUITES = (LANDED, MARTS)


@dataclass(frozen=True)
class Verdict:
    """What the gate found about one build, at the gate's clock."""

    build_id: str
    judged_at: datetime
    findings: tuple[Finding, ...]

    @property
    def failures(self) -> list[Finding]:
        return [one for one in self.findings if not one.passed and one.severity == "critical"]

    @property
    def warnings(self) -> list[Finding]:
        return [one for one in self.findings if not one.passed and one.severity == "warning"]

    @property
    def outcome(self) -> Outcome:
        if self.failures:
            return "failed"
        return "warned" if self.warnings else "passed"

    def require_passed(self, report: Path) -> None:
        """Refuse what failed.

        Raises:
            GateFailed: names the first rule, its table and sample rows; the report holds all.
        """
        if not self.failures:
            return
        first, more = self.failures[0], len(self.failures) - 1
        rows = "; ".join(", ".join(f"{key}={value}" for key, value in row.items()) for row in first.sample)
        others = f" (and {more} more critical rules)" if more else ""
        raise GateFailed(
            f"rule {first.rule} fails on {first.table}: {first.says}; {first.failed_rows} of {first.rows} rows"
            + (f", as {rows}" if rows else "")
            + others,
            f"what is published stays as it is; all of it is in {report}",
        )


def judge(settings: Settings, *, build_id: str, last_batch: int, suites: Iterable[Suite] | None = None) -> Verdict:
    """Judge the warehouse and what had landed up to `last_batch` by `suites` (all of them without).

    Raises:
        UplogError: nothing is built or landed yet.
        InUse: a process writes the log or the warehouse.
    """
    found: list[Finding] = []
    tables = manifest.read(manifest.kept_at(settings))
    judged_at = clock.now()
    for suite in SUITES if suites is None else suites:
        if any(batch.needs for batch in suite.batches):
            with naming_damage(settings.warehouse_path), open_warehouse(settings, tables) as connection:
                found += _judge(suite, connection, tables, last_batch, judged_at)
        else:
            with open_up_to_date(settings) as connection:
                found += _judge(suite, connection, tables, last_batch, judged_at)
    return Verdict(build_id, judged_at, tuple(found))


@contextmanager
def open_warehouse(settings: Settings, tables: manifest.Manifest) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse read-only, under the name dbt's SQL calls it by."""
    with in_memory(settings.warehouse_path) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{_quoted(settings.warehouse_path)}' as \"{tables.database}\" (read_only)")
        yield connection


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _judge(
    suite: Suite,
    connection: duckdb.DuckDBPyConnection,
    tables: manifest.Manifest,
    last_batch: int,
    judged_at: datetime,
) -> list[Finding]:
    frames: dict[int, pandas.DataFrame] = {}
    unread: list[Finding] = []
    for place, batch in enumerate(suite.batches):
        relations = {name: tables.relation(name) for name in batch.needs}
        absent = [name for name, relation in relations.items() if not relation]
        try:
            if absent:
                raise duckdb.CatalogException(f"there is no {' and no '.join(absent)}")
            query = batch.query.format(**relations) if relations else batch.query
            asked = {"last": last_batch, "now": judged_at.isoformat()}
            used = {name: value for name, value in asked.items() if f"${name}" in query}
            frames[place] = connection.execute(query, used).df()
        except (duckdb.CatalogException, duckdb.BinderException) as wrong:
            unread.append(_unreadable(suite, batch, str(wrong).splitlines()[0]))
    of_employees = {name for name, model in tables.models.items() if model.subject == "E"}
    return unread + engine.validate(suite, frames, of_employees)


def _unreadable(suite: Suite, batch: Batch, why: str) -> Finding:
    logging.getLogger(__name__).debug("cannot judge %s: %s", batch.table, why)
    return Finding(
        suite=suite.name,
        rule="can_be_judged",
        severity="critical",
        table=batch.table,
        says=f"its columns and tables are there: {why}",
        passed=False,
        rows=0,
        failed_rows=0,
        sample=(),
    )
