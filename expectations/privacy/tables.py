"""A DuckDB file: every text column by a gate in SQL, what passes it by the patterns; whole numbers as numbers.

Text is looked at where it stands, in lists and structs too. Doubles count where they are whole, fractions and
timestamps do not: 5/36 and an epoch in milliseconds hold eleven digits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb

from expectations.privacy.columns import forbidden, quoted
from expectations.privacy.patterns import GATE, Scanner
from expectations.privacy.reports import Hit
from ingestion.databases import in_memory

_NUMERIC = ("BIGINT", "UBIGINT", "HUGEINT", "UHUGEINT", "DOUBLE", "DECIMAL")
_READ_ROWS = 20_000
_MOBILE = "between 13000000000 and 19999999999"
_MOBILE_86 = "between 8613000000000 and 8619999999999"
REFERENCE = ("dim_date", "dim_platform", "dim_vehicle", "dim_kind", "dim_store", "dim_store_current")
"""The group's own words: a city or a model may be called like a customer."""

KnownNames = Callable[[list[str]], int]
"""How many of these texts are names of persons the tenant knows."""


def scan_database(
    path: Path,
    scanner: Scanner,
    *,
    file: str | None = None,
    known_names: KnownNames | None = None,
    is_published: bool = False,
) -> list[Hit]:
    """Every hit in the DuckDB file at `path`, called `file` in the hits; it is opened read-only.

    What is published may hold no column of free text or exact positions either.
    """
    with in_memory(path) as connection:
        connection.execute("set enable_progress_bar = false; set timezone = 'UTC'")
        attached = str(path).replace("'", "''")
        connection.execute(f"attach '{attached}' as scanned (read_only)")
        name = file or path.name
        by_schema = forbidden(connection, "scanned", name) if is_published else ()
        return [*by_schema, *_cells(connection, "scanned", name, scanner, known_names)]


def _cells(
    connection: duckdb.DuckDBPyConnection, database: str, file: str, scanner: Scanner, known_names: KnownNames | None
) -> Iterator[Hit]:
    columns = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and not internal order by all",
        [database],
    ).fetchall()
    for schema, table, column, kind in columns:
        relation = ".".join(quoted(part) for part in (database, schema, table))
        if kind.split("(")[0] in _NUMERIC:
            yield from _numbers(connection, relation, quoted(column), Hit(file, table, column, "phone", 0))
        elif _may_hold_text(kind):
            found = _texts(connection, relation, quoted(column), scanner)
            if known_names is not None and table not in REFERENCE and kind == "VARCHAR":
                found["name"] += known_names(_likely_names(connection, relation, quoted(column)))
            yield from (Hit(file, table, column, one, count) for one, count in sorted(found.items()) if count)


def _may_hold_text(kind: str) -> bool:
    return any(word in kind for word in ("VARCHAR", "JSON", "BLOB"))


def _texts(connection: duckdb.DuckDBPyConnection, relation: str, column: str, scanner: Scanner) -> Counter[str]:
    text = f"cast({column} as varchar)"
    gate = "" if scanner.has_canaries else f" and regexp_matches({text}, $gate)"
    asked = connection.execute(
        f"select {text}, count(*) from {relation} where {column} is not null{gate} group by all",
        None if scanner.has_canaries else {"gate": GATE},
    )
    found: Counter[str] = Counter()
    while rows := asked.fetchmany(_READ_ROWS):
        for value, count in rows:
            for kind, times in scanner.kinds(value).items():
                found[kind] += times * count
    return found


def _likely_names(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> list[str]:
    rows = connection.execute(
        f"select distinct {column} from {relation} where regexp_full_match({column}, '[一-鿿·]{{2,12}}')"
    ).fetchall()
    return [value for (value,) in rows]


def _numbers(connection: duckdb.DuckDBPyConnection, relation: str, column: str, hit: Hit) -> Iterator[Hit]:
    count = connection.execute(
        f"select count(*) from (select cast({column} as double) as value from {relation})"
        f" where (value {_MOBILE} or value {_MOBILE_86}) and value = floor(value)"
    ).fetchall()[0][0]
    if count:
        yield Hit(hit.file, hit.table, hit.column, hit.kind, int(count))
