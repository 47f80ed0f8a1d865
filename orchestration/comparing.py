"""Two warehouses table by table: equal by the order-free hash, or the first rows that differ.

The hash (macro `table_hash`) takes ids, counts, instants and decimals exactly and doubles to six places. Where it
differs the rows are compared by the table's key, doubles within a tolerance: two sums of the same numbers in another
order may stand on two sides of a rounding, and that is no difference.

What is shown names no person: columns that only `people.duckdb` may hold, tokens, and every value below the marts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import duckdb

from expectations.manifest import Manifest, Model
from orchestration.engine_macros import Macros

OURS, REBUILT = "ours", "rebuilt"
"""The names under which a connection has attached the two."""

RELATIVE, ABSOLUTE = 1e-9, 5e-7
"""How far doubles may lie apart: their sums may have run in another order; half of the sixth place near zero."""

SHOWN_ROWS = 3
_HIDDEN = "(not shown)"
_KINDS = {"TIMESTAMP WITH TIME ZONE": "instant", "VARCHAR": "text", "DOUBLE": "double"}


@dataclass(frozen=True)
class Row:
    """One row that differs: its key, and the first column that does with both values.

    `column` is None where the row stands on one side only (`ours` or `rebuilt` is then "there").
    """

    key: Mapping[str, str]
    column: str | None
    ours: str | None
    rebuilt: str | None

    def __str__(self) -> str:
        where = ", ".join(f"{name}={value}" for name, value in self.key.items()) or "a row"
        if self.column is None:
            return f"{where} stands in {'the warehouse' if self.ours else 'the log'} only"
        return f"{where}: {self.column} is {self.ours}, by the log {self.rebuilt}"


@dataclass(frozen=True)
class Difference:
    """A table that is not what the log gives: `rows` differ, the first of them in `first`."""

    table: str
    rows: int
    first: tuple[Row, ...]

    def __str__(self) -> str:
        return f"{self.table} differs in {self.rows} rows: {'; '.join(map(str, self.first))}"


@dataclass(frozen=True)
class Compared:
    """So many tables and rows were compared."""

    tables: int
    rows: int
    differences: tuple[Difference, ...]


def compare(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Compared:
    """Every table of both; `connection` has attached them as `ours` and `rebuilt`. Marts come first."""
    ours, rebuilt = (_tables(connection, side) for side in (OURS, REBUILT))
    names = sorted(ours.keys() | rebuilt.keys(), key=lambda place: (_rank(place[0]), place))
    rows = 0
    found = []
    for schema, name in names:
        pair = _Pair(connection, schema, name, manifest.models.get(name), ours, rebuilt)
        rows += pair.count
        if (difference := pair.difference()) is not None:
            found.append(difference)
    return Compared(len(names), rows, tuple(found))


Tables = Mapping[tuple[str, str], Mapping[str, str]]
"""Columns with their types by schema and table."""


def _tables(connection: duckdb.DuckDBPyConnection, side: str) -> Tables:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns()"
        " where database_name = ? and not internal order by schema_name, table_name, column_index",
        [side],
    ).fetchall():
        found.setdefault((schema, table), {})[column] = kind
    return found


def _rank(schema: str) -> int:
    return {"intermediate": 1, "staging": 2, "seeds": 3}.get(schema, 0)


@dataclass(frozen=True)
class _Relation:
    """What the macro asks of a relation."""

    place: str
    identifier: str

    def __str__(self) -> str:
        return self.place


@dataclass(frozen=True)
class _Pair:
    """One table on both sides."""

    connection: duckdb.DuckDBPyConnection
    schema: str
    name: str
    model: Model | None
    ours: Tables
    rebuilt: Tables

    @cached_property
    def columns(self) -> Mapping[str, str]:
        return self.ours.get((self.schema, self.name), {})

    @cached_property
    def count(self) -> int:
        return int(self._one(f"select count(*) from {self._at(OURS)}")) if self.columns else 0

    def difference(self) -> Difference | None:
        rebuilt = self.rebuilt.get((self.schema, self.name), {})
        if dict(self.columns) != dict(rebuilt):
            return Difference(self.name, max(self.count, 1), (_of_columns(self.name, self.columns, rebuilt),))
        if self._hashes_equal():
            return None
        if self._is_keyed():
            return self._by_key()
        return self._by_rows()

    def _hashes_equal(self) -> bool:
        kinds = [[f'"{name}"', _KINDS.get(kind, "plain")] for name, kind in self.columns.items()]
        macros = _macros()
        try:
            left, right = (
                self.connection.execute(macros.table_hash(_Relation(self._at(side), self.name), kinds)).fetchone()
                for side in (OURS, REBUILT)
            )
        except duckdb.ConversionException:  # a double that is no number: compared row by row
            return False
        return left == right

    def _is_keyed(self) -> bool:
        if not self._key:
            return False
        key = ", ".join(self._key)
        return all(
            self._one(f"select count(*) = count(distinct row({key})) from {self._at(side)}") for side in (OURS, REBUILT)
        )

    @cached_property
    def _key(self) -> Sequence[str]:
        return [f'"{name}"' for name in (self.model.key if self.model else ()) if name in self.columns]

    def _by_key(self) -> Difference | None:
        joined = " and ".join(f"o.{key} is not distinct from r.{key}" for key in self._key)
        tests = [f"case when {self._differs(name)} then '{name}' end" for name in self.columns]
        both = (
            f"from (select *, true as is_here from {self._at(OURS)}) o"
            f" full join (select *, true as is_here from {self._at(REBUILT)}) r on {joined}"
            f" where o.is_here is null or r.is_here is null or coalesce({', '.join(tests)}) is not null"
        )
        rows = int(self._one(f"select count(*) {both}"))
        if not rows:
            return None
        keys = ", ".join(f"coalesce(o.{key}, r.{key})::varchar" for key in self._key)
        texts = ", ".join(f'o."{name}"::varchar, r."{name}"::varchar' for name in self.columns)
        found = self.connection.execute(
            f"select [{keys}], o.is_here, r.is_here, coalesce({', '.join(tests)}), [{texts}] {both}"
            f" order by {', '.join(f'coalesce(o.{key}, r.{key})' for key in self._key)} limit {SHOWN_ROWS}"
        ).fetchall()
        return Difference(self.name, rows, tuple(self._shown(*row) for row in found))

    def _shown(
        self, key: list[str], is_ours: bool | None, is_rebuilt: bool | None, column: str | None, values: list[str]
    ) -> Row:
        names = [name.strip('"') for name in self._key]
        place = {name: self._safe(name, value) for name, value in zip(names, key, strict=True)}
        if not (is_ours and is_rebuilt) or column is None:
            return Row(place, None, "there" if is_ours else None, "there" if is_rebuilt else None)
        at = 2 * list(self.columns).index(column)
        return Row(place, column, self._safe(column, values[at]), self._safe(column, values[at + 1]))

    def _by_rows(self) -> Difference | None:
        """Tables without a key: rows of one side that the other does not hold as often."""
        values = ", ".join(
            f'round("{name}", 6) as "{name}"' if kind == "DOUBLE" else f'"{name}"'
            for name, kind in self.columns.items()
        )
        sides = [f"select {values} from {self._at(side)}" for side in (OURS, REBUILT)]
        left, right = f"({sides[0]} except all {sides[1]})", f"({sides[1]} except all {sides[0]})"
        rows = max(int(self._one(f"select count(*) from {side}")) for side in (left, right))
        if not rows:
            return None
        return Difference(self.name, rows, (*self._sample(left, OURS), *self._sample(right, REBUILT))[:SHOWN_ROWS])

    def _sample(self, side: str, name: str) -> Iterator[Row]:
        shown = [column for column in self.columns if self._safe(column, "") != _HIDDEN]
        listed = ", ".join(f'"{column}"::varchar' for column in shown) or "null"
        for values in self.connection.execute(
            f"select {listed} from {side} order by all limit {SHOWN_ROWS}"
        ).fetchall():
            key = {column: str(value) for column, value in zip(shown, values, strict=False)}
            yield Row(key, None, "there" if name == OURS else None, "there" if name == REBUILT else None)

    def _differs(self, name: str) -> str:
        left, right = f'o."{name}"', f'r."{name}"'
        distinct = f"{left} is distinct from {right}"
        if self.columns[name] != "DOUBLE":
            return distinct
        near = f"greatest({RELATIVE} * greatest(abs({left}), abs({right})), {ABSOLUTE})"
        is_near = f"isfinite({left}) and isfinite({right}) and abs({left} - {right}) <= {near}"
        return f"({distinct} and not coalesce({is_near}, false))"

    def _safe(self, name: str, value: str | None) -> str:
        """The value as text, unless it could name a person."""
        is_id = name in ("event_id", "batch_id", "topic", "topic_partition", "topic_offset")
        is_mart = self.model is not None and bool(self.model.files) and name not in self.model.people_only
        is_person = name.endswith(("_token", "_masked", "employee_id", "consultant_key", "account"))
        return str(value) if is_id or (is_mart and not is_person) else _HIDDEN

    def _at(self, side: str) -> str:
        return f'"{side}"."{self.schema}"."{self.name}"'

    def _one(self, sql: str) -> Any:
        return self.connection.execute(sql).fetchall()[0][0]


def _of_columns(name: str, ours: Mapping[str, str], rebuilt: Mapping[str, str]) -> Row:
    """A table that one side lacks, or has with other columns."""
    if not ours or not rebuilt:
        return Row({"table": name}, None, "there" if ours else None, "there" if rebuilt else None)
    odd = ", ".join(f"{column} {kind}" for column, kind in sorted(ours.items() ^ rebuilt.items()))
    return Row({"columns": odd}, "the table", f"{len(ours)} columns", f"{len(rebuilt)} columns")


_macros = cache(lambda: Macros("duckdb"))
