"""One published file: the models dbt's manifest sends to it, as plain tables in schema `main` of a new file."""

from __future__ import annotations

import os
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.manifest import Manifest, Model
from ingestion.databases import in_memory
from ingestion.errors import UplogError
from ingestion.log.opening import naming_damage
from publishing import disclosure
from publishing.disclosure import Decision, Earlier, Table, Unknown
from publishing.groups import OTHER
from publishing.history import Build
from publishing.rollup import RolledUp, check, rolled_up, table_of

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


GROUPS = "groups.duckdb"


def write(
    target: Path,
    file: str,
    manifest: Manifest,
    warehouse: Path,
    history: Sequence[Build],
    *,
    before: Path | None = None,
) -> tuple[Written, ...]:
    """Write `file` (marts, detail or people) at `target`, its tables by name; what was written.

    `before` is the folder of the publication before: with what it said, no small group may become computable. Beside
    marts a file of groups is written, for the next publication.

    Raises:
        UplogError: a model is missing in the warehouse, or a group of employees would be too small.
    """
    with in_memory(target) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach '{_quoted(warehouse)}' as {_name(manifest.database)} (read_only)")
        connection.execute(f"attach '{_quoted(target)}' as published")
        written = []
        tables = {
            model.name: table_of(connection, manifest, model)
            for model in manifest.published(file)
            if model.subject == "E" and not model.is_pooled and file != "people"
        }
        earlier = _earlier(before) if tables else {}
        decision = disclosure.decided(list(tables.values()), earlier)
        for model in manifest.published(file):
            if model.name == HISTORY:
                continue
            roll = None
            if model.name in tables:
                roll = rolled_up(connection, manifest, model, tables[model.name].cells, decision.labels[model.name])
            written.append(_write_table(connection, file, manifest, model, roll))
            kept = [(period, store) for name, period, store in decision.kept if name == model.name]
            if kept and before is not None:
                _write_as_before(connection, model, tables[model.name].period, kept, before / f"{file}.duckdb")
        if file == "marts":
            written.append(_write_history(connection, manifest, history))
            _name_rolled_up_stores(connection, [name for name in tables if "store_id" in manifest.models[name].cell])
            _write_groups(connection, target.with_name(GROUPS), tables, decision, earlier)
        connection.execute("checkpoint published")
        connection.execute("detach published")
    target.chmod(MODES[file])
    with target.open("rb") as handle:
        os.fsync(handle.fileno())
    return tuple(written)


def _write_groups(
    connection: duckdb.DuckDBPyConnection,
    target: Path,
    tables: Mapping[str, Table],
    decision: Decision,
    earlier: Earlier,
) -> None:
    """Whose contributions each published cell sums: never published itself."""
    import pyarrow

    said = {name: disclosure.said(table, decision.labels[name]) for name, table in tables.items()}
    for name, period in {(name, period) for name, period, _ in decision.kept}:
        said[name][period] += [
            one for one in earlier[name][str(period)] if disclosure.stays(decision.kept, name, period, one[0])
        ]
    rows = [
        (name, str(period), number, published, person, store, "\x1f".join(kinds))
        for name, periods in said.items()
        for period, cells in periods.items()
        for number, (published, cell) in enumerate(cells)
        for person, store, kinds in cell
    ]
    names = ("table_name", "period", "cell", "published_store", "employee_id", "store_id", "kinds")
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    types = (pyarrow.string(), pyarrow.string(), pyarrow.int64(), *(pyarrow.string(),) * 4)
    arrays = [pyarrow.array(column, kind) for column, kind in zip(columns, types, strict=True)]
    connection.execute(f"attach '{_quoted(target)}' as groups")
    connection.register("sums", pyarrow.table(dict(zip(names, arrays, strict=True))))
    connection.execute("create table groups.main.sums as select * from sums order by all")
    connection.unregister("sums")
    connection.execute("detach groups")


def _earlier(before: Path | None) -> Earlier:
    path = None if before is None else before / GROUPS
    if path is None or not path.exists():
        return {}
    found: dict[str, dict[str, dict[tuple[int, str | None], set[Unknown]]]] = {}
    with naming_damage(path), in_memory(path) as connection:
        connection.execute(f"attach '{_quoted(path)}' as groups (read_only)")
        held = "select column_name from duckdb_columns() where database_name = 'groups' and table_name = 'sums'"
        is_noted = ("published_store",) in connection.execute(held).fetchall()  # earlier versions noted none
        store = "published_store" if is_noted else "null"
        rows = connection.execute(
            f"select table_name, period, cell, {store}, employee_id, store_id, kinds from groups.main.sums"
        ).fetchall()
    for table, period, cell, published, person, store, kinds in rows:
        split = tuple(kinds.split("\x1f")) if kinds else ()
        found.setdefault(table, {}).setdefault(period, {}).setdefault((cell, published), set()).add(
            (person, store, split)
        )
    return {
        table: {
            period: [(published, frozenset(one)) for (_, published), one in cells.items()]
            for period, cells in periods.items()
        }
        for table, periods in found.items()
    }


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


def _write_as_before(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    period: str,
    kept: Sequence[tuple[Hashable, str | None]],
    before: Path,
) -> None:
    """Rows as the publication before said them, by period and store: anything newer would give somebody away."""
    table = f"published.main.{_name(model.name)}"
    connection.execute(f"attach if not exists '{_quoted(before)}' as publication_before (read_only)")
    held = "select column_name from duckdb_columns() where database_name = ? and table_name = ? order by column_index"
    then, now = (
        [name for (name,) in connection.execute(held, [database, model.name]).fetchall()]
        for database in ("publication_before", "published")
    )
    columns = ", ".join(_name(name) for name in now if name in then)
    store = "store_id" if "store_id" in model.cell else "null"
    for of_store in {store for _, store in kept}:
        connection.execute(
            f"insert into {table} by name select {columns} from publication_before.main.{_name(model.name)} "
            f"where list_contains($periods, {_name(period)}) and ($store is null or {store} = $store)",
            {"periods": [one for one, its in kept if its == of_store], "store": of_store},
        )


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


def _name_rolled_up_stores(connection: duckdb.DuckDBPyConnection, tables: Sequence[str]) -> None:
    """`other:<brand>` and `other` as members of dim_store_current, so that no row is lost in a join with it."""
    known = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'published' "
        "and table_name = 'dim_store_current'"
    ).fetchall()
    if not tables or not {"store_id", "store_name", "brand"} <= {name for (name,) in known}:
        return
    held = " union ".join(f"select store_id from published.main.{_name(table)}" for table in tables)
    made_up = connection.execute(
        f"select store_id from ({held}) where store_id = '{OTHER}' or starts_with(store_id, '{OTHER}:') order by all"
    ).fetchall()
    for (store,) in made_up:
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
