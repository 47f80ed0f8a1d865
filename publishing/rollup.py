"""An E table as it may be published: its own SQL over its cube, with small cells' labels exchanged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from expectations.manifest import Manifest, Model
from ingestion.errors import UplogError
from publishing.disclosure import Table
from publishing.groups import MINIMUM, Cell, Label

_FIXED = ("group_id",)
AS_OF = "int_as_of"
_LENGTHS = {"week": "7 days", "month": "1 month", "quarter": "3 months"}


@dataclass(frozen=True)
class RolledUp:
    """What the roll-up of one table did: SQL that gives its rows, cells relabelled and dropped."""

    sql: str
    cells: int
    relabelled: int
    dropped: int


def table_of(connection: duckdb.DuckDBPyConnection, manifest: Manifest, model: Model) -> Table:
    """The cells of one E table at the finest grain, as its cube in the warehouse has them, of periods that are over.

    What a period still gains from day to day would be told by the difference of two publications.

    Raises:
        UplogError: the model's meta does not say enough, or its SQL reads more than its cube.
    """
    cube = _cube(manifest, model)
    strangers = set(model.parents) - {cube.name}
    if strangers or cube.relation not in model.sql:
        raise UplogError(
            f"{model.name} is of subject E and reads {', '.join(sorted(strangers)) or 'not its cube'}",
            f"it may read {cube.name} alone, so that its small cells can be rolled up",
        )
    fixed, _ = _split(model)
    return Table(model.name, fixed[0], tuple(_cells(connection, cube, model, _is_over(connection, manifest, fixed[0]))))


def rolled_up(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, model: Model, cells: Sequence[Cell], labels: list[Label]
) -> RolledUp:
    """Relabel the cube in a temporary table and point the mart's SQL at it."""
    cube = _cube(manifest, model)
    name = f"rolled_up_{model.name}"
    _write_labels(connection, name, model, cells, labels)
    _write_cube(connection, name, cube, model)
    moved = [
        (cell, label) for cell, label in zip(cells, labels, strict=True) if (cell.store, cell.kinds) != _where(label)
    ]
    return RolledUp(
        sql=model.sql.replace(cube.relation, f'temp."{name}"'),
        cells=len(cells),
        relabelled=len(moved),
        dropped=sum(label.is_dropped for label in labels),
    )


def _cube(manifest: Manifest, model: Model) -> Model:
    cube = manifest.models.get(model.cube or "")
    if cube is None or not model.cell or not model.sql:
        raise UplogError(
            f"{model.name} is of subject E without `cube`, `cell` or compiled SQL in dbt's manifest",
            "say both in its meta and build again",
        )
    return cube


def check(connection: duckdb.DuckDBPyConnection, model: Model, table: str) -> None:
    """Prove on the published table that no cell is under five, that cells are unique, and that counts of persons with
    a case (`bounded_count`) lie between five and all but five of the cell.

    Raises:
        UplogError: one is; nothing is published.
    """
    small, repeated = connection.execute(
        f"""
        select
          count(*) filter (where persons is null or persons < {MINIMUM}),
          count(*) - count(distinct ({", ".join(_name(column) for column in model.cell)}))
        from {table}
        """
    ).fetchall()[0]
    for column, of in model.bounded:
        case, all_ = _name(column), _name(of)
        loose = connection.execute(
            f"select count(*) from {table} where {case} < {MINIMUM} or {case} > {all_} - {MINIMUM}"
        ).fetchall()[0][0]
        if loose:
            raise UplogError(
                f"{model.name}.{column} tells of fewer than {MINIMUM} persons, or of all but so many, in {loose} cells",
                "make it null there in the model, as `persons_between` does",
            )
    if small or repeated:
        raise UplogError(
            f"{model.name} would publish {small} groups under {MINIMUM} and {repeated} repeated cells",
            f"check that `persons` counts the employees of {model.cube} and `cell` is its grain",
        )


def _split(model: Model) -> tuple[list[str], list[str]]:
    """The cell's columns: those that stay (periods, the group) and kinds, the coarser first."""
    fixed = [column for column in model.cell if column.endswith("_date") or column == "date_day" or column in _FIXED]
    return fixed, [column for column in model.cell if column not in fixed and column != "store_id"]


def _is_over(connection: duckdb.DuckDBPyConnection, manifest: Manifest, period: str) -> str:
    """SQL that says whether a period's last day is past at `as_of`, in Asia/Shanghai; a project without that model has
    no running ones.
    """
    as_of = manifest.relation(AS_OF)
    if as_of is None:
        return "true"
    ((today,),) = connection.execute(
        f"select cast(max(as_of) at time zone 'Asia/Shanghai' as date) from {as_of}"
    ).fetchall()
    length = _LENGTHS.get(period.removesuffix("_start_date"), "1 day")
    return f"{_name(period)} + interval {length} <= date '{today}'"


def _cells(connection: duckdb.DuckDBPyConnection, cube: Model, model: Model, is_over: str) -> list[Cell]:
    fixed, kinds = _split(model)
    has_store = "store_id" in model.cell
    columns = [*fixed, *(["store_id", "brand"] if has_store else []), *kinds]
    names = ", ".join(_name(column) for column in columns)
    try:
        rows = connection.execute(
            f"""
            select {names}, list(distinct employee_id)
            from {cube.relation}
            where {is_over}
            group by {names}
            order by all
            """
        ).fetchall()
    except duckdb.BinderException as wrong:
        raise UplogError(
            f"{cube.name} lacks a column of {model.name}'s cells: {str(wrong).splitlines()[0]}",
            "the cube has employee_id, brand and every column of `cell`",
        ) from None
    width = len(fixed)
    at_kinds = width + 2 * has_store
    return [
        Cell(
            fixed=tuple(row[:width]),
            store=row[width] if has_store else None,
            brand=row[width + 1] if has_store else None,
            kinds=tuple(row[at_kinds:-1]),
            persons=frozenset(row[-1]),
        )
        for row in rows
    ]


def _write_labels(
    connection: duckdb.DuckDBPyConnection, name: str, model: Model, cells: Sequence[Cell], labels: Sequence[Label]
) -> None:
    import pyarrow

    fixed, kinds = _split(model)
    moving = ("store_id", *kinds)
    columns: dict[str, Any] = {
        column: pyarrow.array([cell.fixed[place] for cell in cells], None if cells else pyarrow.date32())
        for place, column in enumerate(fixed)
    }
    before = [(cell.store, *cell.kinds) for cell in cells]
    after = [(label.store, *label.kinds) for label in labels]
    for side, rows in (("from_", before), ("to_", after)):
        for place, column in enumerate(moving):
            columns[f"{side}{column}"] = pyarrow.array([row[place] for row in rows], pyarrow.string())
    columns["is_dropped"] = pyarrow.array([label.is_dropped for label in labels], pyarrow.bool_())
    connection.register("labels_of_cells", pyarrow.table(columns))
    connection.execute(f'create or replace temp table "labels_{name}" as select * from labels_of_cells')
    connection.unregister("labels_of_cells")


def _write_cube(connection: duckdb.DuckDBPyConnection, name: str, cube: Model, model: Model) -> None:
    fixed, kinds = _split(model)
    moving = [*(["store_id"] if "store_id" in model.cell else []), *kinds]
    replaced = ", ".join(f'l."to_{column}" as {_name(column)}' for column in moving)
    joined = " and ".join(
        [
            *(f"l.{_name(column)} is not distinct from c.{_name(column)}" for column in fixed),
            *(f'l."from_{column}" is not distinct from c.{_name(column)}' for column in moving),
        ]
    )
    connection.execute(
        f"""
        create or replace temp table "{name}" as
        select c.*{f" replace ({replaced})" if replaced else ""}
        from {cube.relation} c
        join temp."labels_{name}" l on {joined}
        where not l.is_dropped
        """
    )


def _where(label: Label) -> tuple[str | None, tuple[str, ...]]:
    return (None if label.is_dropped else label.store, label.kinds)


def _name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'
