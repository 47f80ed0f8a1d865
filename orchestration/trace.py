"""`uplog trace`: every hop of one event, from its place in Kafka to the cells of the marts it counts in.

A fact is found by its key, as the ids of the event's staging row give it, then the lead it belongs to; a mart's
cell where the fact's columns and its day give the mart's whole key. What cannot be derived so (the person behind an
account, a meeting's hours over a week) is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import duckdb

from expectations import gate, manifest
from expectations.manifest import Manifest, Model
from ingestion.clock import SHANGHAI
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings
from orchestration.trace_log import Hop, Row, logged, rows_of

_SHARED_IDS = frozenset({"employee_id", "store_id", "customer_id", "series_id", "group_id", "event_id", "batch_id"})
"""Ids that many records share: they join a fact to its dimensions, not an event to its fact."""
_ROWS = 20


def trace(settings: Settings, wanted: str) -> list[Hop]:
    """The hops of every event of that id (two sources may use the same id), of their copies too.

    `wanted` may be a place (`topic/generation/partition/offset`): of an event, of a copy (then the first and all its
    copies are followed), or of a refused record (its reason, and when it was replayed).

    Raises:
        UplogError: nothing of that id, and nothing at that place, has landed.
    """
    hops: list[Hop] = []
    for found in logged(settings, wanted):
        hops += found.hops
        if found.event is not None:
            hops += _in_warehouse(settings, found.event)
    return hops


def _in_warehouse(settings: Settings, event: Row) -> Iterator[Hop]:
    vendor, _, record = event["type"].rpartition(".v")[0].partition(".")
    path = manifest.kept_at(settings)
    if not path.exists() or not settings.warehouse_path.exists():
        return
    tables = manifest.read(path)
    staging = tables.models.get(f"stg_{vendor}__{record}")
    if staging is None:
        return
    with naming_damage(settings.warehouse_path), gate.open_warehouse(settings, tables) as warehouse:
        found = rows_of(
            warehouse,
            f"select * from {staging.relation} where event_id = ? and batch_id = ?",
            [event["event_id"], event["batch_id"]],
        )
        below = tables.below(staging.name)
        for row in found:
            yield Hop("staging", staging.name, _brief(row))
            yield from _facts(warehouse, tables, below, row, vendor)


def _facts(
    warehouse: duckdb.DuckDBPyConnection, tables: Manifest, below: set[str], row: Row, vendor: str
) -> Iterator[Hop]:
    """The facts whose key the record's own ids give, the lead they belong to, and the cells of both."""
    ids = _fact_ids(row, vendor)
    models = [tables.models[name] for name in sorted(below) if name.startswith("fct_")]
    own = [model for model in models if model.key != ("lead_id",)]
    seen = [(model, one) for model in own for one in _matching(warehouse, model, ids, row)]
    leads = {one["lead_id"] for _, one in seen if isinstance(one.get("lead_id"), str)}
    of_lead = [model for model in models if model.key == ("lead_id",)]
    seen += [(model, one) for model in of_lead for one in _matching(warehouse, model, leads, {})]
    for model, one in seen:
        yield Hop("fact", model.name, _brief(one))
    cells: set[tuple[str, tuple[Any, ...]]] = set()
    for model, one in seen:
        marts = [tables.models[name] for name in sorted(tables.below(model.name)) if name.startswith("mart_")]
        for mart in marts:
            key = _cell(mart, one)
            if key is not None and (mart.name, key) not in cells:
                cells.add((mart.name, key))
                where = " and ".join(f'"{column}" = ?' for column in mart.key)
                yield from (
                    Hop("mart", mart.name, cell)
                    for cell in rows_of(warehouse, f"select * from {mart.relation} where {where}", list(key))
                )


def _fact_ids(row: Row, vendor: str) -> set[str]:
    """How facts may name this record: its ids as they are, after the vendor, after vendor and account, hashed."""
    own = {value for name, value in row.items() if _identifies(name) and isinstance(value, str)}
    prefixes = ("", f"{vendor}:", f"{vendor}:{row.get('account')}:")
    hashed = hashlib.md5(str(row.get("record_key")).encode(), usedforsecurity=False).hexdigest()
    return {f"{prefix}{value}" for prefix in prefixes for value in own} | {f"{vendor}:{hashed}"}


def _matching(warehouse: duckdb.DuckDBPyConnection, model: Model, ids: set[str], row: Row) -> list[Row]:
    """The fact's rows with one of these ids in its key; what else is in the key must stand in `row` too."""
    key = [name for name in model.key if _identifies(name)]
    rest = [name for name in model.key if name not in key]
    columns = key + [name for name, _ in model.columns if name == "platform_lead_id"]
    if len(key) != 1 or not ids or any(name not in row for name in rest):
        return []
    marks = ", ".join("?" * len(ids))
    where = "(" + " or ".join(f'cast("{column}" as varchar) in ({marks})' for column in columns) + ")"
    where += "".join(f' and "{name}" = ?' for name in rest)
    values = [*sorted(ids) * len(columns), *(row[name] for name in rest)]
    return rows_of(warehouse, f"select * from {model.relation} where {where} limit {_ROWS}", values)


def _cell(mart: Model, fact: Row) -> tuple[Any, ...] | None:
    """The mart's key as this fact gives it, or None when a column is not derivable."""
    day = _day(fact)
    derived: list[Any] = []
    for column in mart.key:
        if column in fact:
            value = fact[column]
        elif day is not None and column == "date_day":
            value = day
        elif day is not None and column == "week_start_date":
            value = day - timedelta(days=day.weekday())
        elif day is not None and column == "month_start_date":
            value = day.replace(day=1)
        else:
            return None
        if value is None:
            return None
        derived.append(value)
    return tuple(derived) or None


def _day(fact: Row) -> date | None:
    """The fact's business day: its `…_day` column, else the day in Asia/Shanghai of its first instant."""
    days = [value for name, value in fact.items() if name.endswith("_day") and type(value) is date]
    instants = [value for name, value in fact.items() if name.endswith("_at") and isinstance(value, datetime)]
    if days:
        return days[0]
    return instants[0].astimezone(SHANGHAI).date() if instants else None


def _identifies(name: str) -> bool:
    return name == "record_key" or (name.endswith("_id") and name not in _SHARED_IDS)


def _brief(row: Row) -> Row:
    """Ids, codes, days and instants that are there; tokens and measures left out."""
    kept = ("_id", "_at", "_day", "platform", "kind", "status", "stage", "category", "record_key", "store_id")
    return {name: value for name, value in row.items() if value is not None and name.endswith(kept)}
