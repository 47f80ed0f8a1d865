"""One published file: the models dbt's manifest sends to it, as plain tables in schema `main` of a new file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.manifest import Manifest, Model
from ingestion.errors import UplogError
from publishing.history import Build
from publishing.rollup import RolledUp, check, rolled_up

MODES: Mapping[str, int] = {"marts": 0o644, "detail": 0o640, "people": 0o600}
HISTORY = "mart_build_history"
_HISTORY_COLUMNS = {
    "build_id": ("varchar", "the build, in order of beginning"),
    "started_at": ("timestamptz", "when dbt began"),
    "seconds": ("double", "what dbt took"),
    "events": ("bigint", "events of the log it stands on"),
    "gate": ("varchar", "passed, warned or failed; null: not judged"),
    "published": ("boolean", "whether it ever became current"),
}


@dataclass(frozen=True)
class Written:
    """One table of one file: its rows, and what the roll-up of groups did to it."""

    file: str
    table: str
    rows: int
    rolled_up: int = 0
    dropped: int = 0


def write(
    target: Path, file: str, manifest: Manifest, warehouse: Path, history: Sequence[Build]
) -> tuple[Written, ...]:
    """Write `file` (marts, detail or people) at `target`, its tables by name; what was written.

    Raises:
        UplogError: a model is missing in the warehouse, or a group of employees would be too small.
    """
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{_quoted(warehouse)}' as {_name(manifest.database)} (read_only)")
        connection.execute(f"attach '{_quoted(target)}' as published")
        written = []
        stores: set[str] = set()
        for model in manifest.published(file):
            if model.name == HISTORY:
                continue
            is_cut = model.subject == "E" and not model.is_pooled and file != "people"
            roll = rolled_up(connection, manifest, model) if is_cut else None
            written.append(_write_table(connection, file, manifest, model, roll))
            stores |= roll.stores if roll else set()
        if file == "marts":
            written.append(_write_history(connection, manifest, history))
            _name_rolled_up_stores(connection, stores)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    target.chmod(MODES[file])
    with target.open("rb") as handle:
        os.fsync(handle.fileno())
    return tuple(written)


def _write_table(
    connection: duckdb.DuckDBPyConnection, file: str, manifest: Manifest, model: Model, roll: RolledUp | None
) -> Written:
    types = _types(connection, manifest, model)
    columns = model.columns_in(file)
    absent = [name for name, _ in columns if name not in types]
    if absent or not columns:
        raise UplogError(
            f"{model.name} lacks {', '.join(absent) or 'every column'} in the warehouse", "run `uplog build --full`"
        )
    table = f"published.main.{_name(model.name)}"
    selected = ", ".join(f"cast({_name(name)} as {types[name]}) as {_name(name)}" for name, _ in columns)
    origin = f"({roll.sql})" if roll else model.relation
    connection.execute(f"create table {table} as select {selected} from {origin} order by all")
    if roll:
        check(connection, model, table)
    _comment(connection, model.name, model.description, columns)
    rows = _count(connection, table)
    return Written(file, model.name, rows, roll.relabelled if roll else 0, roll.dropped if roll else 0)


def _types(connection: duckdb.DuckDBPyConnection, manifest: Manifest, model: Model) -> dict[str, str]:
    *_, schema, table = (part.strip('"') for part in model.relation.split("."))
    return dict(
        connection.execute(
            "select column_name, data_type from duckdb_columns() "
            "where database_name = ? and schema_name = ? and table_name = ?",
            [manifest.database, schema, table],
        ).fetchall()
    )


def _write_history(connection: duckdb.DuckDBPyConnection, manifest: Manifest, history: Sequence[Build]) -> Written:
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in _HISTORY_COLUMNS.items())
    table = f"published.main.{HISTORY}"
    connection.execute(f"create table {table} ({columns})")
    rows = [
        (one.build_id, one.started_at, one.seconds, one.events, one.gate, one.published) for one in reversed(history)
    ]
    if rows:
        connection.executemany(f"insert into {table} values (?, ?, ?, ?, ?, ?)", rows)
    says = "One row per build; operational: it cannot be rebuilt from the log"
    _comment(connection, HISTORY, says, [(name, text) for name, (_, text) in _HISTORY_COLUMNS.items()])
    return Written("marts", HISTORY, len(rows))


def _name_rolled_up_stores(connection: duckdb.DuckDBPyConnection, stores: set[str]) -> None:
    """`other:<brand>` and `other` as members of dim_store_current, so that a join with it loses no row."""
    known = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published' "
        "and table_name = 'dim_store_current'"
    ).fetchall()
    if not {"store_id", "store_name", "brand"} <= {name for (name,) in known}:
        return
    for store in sorted(stores):
        brand = store.partition(":")[2]
        connection.execute(
            "insert into published.main.dim_store_current (store_id, store_name, brand) "
            "select ?, ?, ? where ? not in (select store_id from published.main.dim_store_current)",
            [store, f"其他门店 {brand}".strip(), brand or None, store],
        )


def _comment(connection: duckdb.DuckDBPyConnection, table: str, says: str, columns: Sequence[tuple[str, str]]) -> None:
    if says:
        connection.execute(f"comment on table published.main.{_name(table)} is '{says.replace(chr(39), chr(39) * 2)}'")
    for column, text in columns:
        if text:
            path = f"published.main.{_name(table)}.{_name(column)}"
            connection.execute(f"comment on column {path} is '{text.replace(chr(39), chr(39) * 2)}'")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return int(connection.execute(f"select count(*) from {table}").fetchall()[0][0])


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
