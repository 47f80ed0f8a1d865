"""By schema: columns that may not be published whatever they hold today: exact positions and free text.

Free text is known from the contracts, so a field that is declared free text can never become a column by mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import duckdb

from expectations.privacy.reports import Hit
from ingestion.contract import fields_of
from ingestion.sources import sources

_POSITION = re.compile(r"(?:^|_)(?:lat|lng|lon|latitude|longitude|geohash|gps|coordinates?|position_[xy])(?:_|$)")
_WRITTEN = re.compile(r"(?:^|_)(?:remarks?|notes?|memo|address|free_text|transcript|message_text)$")
_OUR_OWN = {("mart_data_quality", "topic")}
"""Columns of ours named like a vendor's free text: a topic of Kafka is one of a closed list (Zoom's is a subject)."""
_TEXT = ("VARCHAR", "JSON", "BLOB")
PLACES = 2
"""Decimals of a degree that may be published: about a kilometre."""


@cache
def free_text_columns() -> frozenset[str]:
    """The contracts' free-text fields as a model would name them."""
    fields = (
        field for one in sources().values() for contract in one.contracts.values() for field in fields_of(contract)
    )
    return frozenset(_snake(field.path.rpartition(".")[2].rstrip("[]")) for field in fields if field.free_text)


def forbidden(connection: duckdb.DuckDBPyConnection, database: str, file: str) -> Iterator[Hit]:
    """Columns of free text, and columns of positions with a value finer than `PLACES` decimals."""
    rows = connection.execute(
        "select schema_name, table_name, column_name, data_type from duckdb_columns() "
        "where database_name = ? and not internal order by all",
        [database],
    ).fetchall()
    for schema, table, column, kind in rows:
        relation = ".".join(quoted(part) for part in (database, schema, table))
        is_named_so = column in free_text_columns() and (table, column) not in _OUR_OWN
        if kind.startswith(_TEXT) and (is_named_so or _WRITTEN.search(column)):
            yield Hit(file, table, column, "free text", _count(connection, relation, f"{quoted(column)} is not null"))
        elif _POSITION.search(column):
            fine = f"try_cast({quoted(column)} as double) <> round(try_cast({quoted(column)} as double), {PLACES})"
            count = _count(connection, relation, f"{fine} or try_cast({quoted(column)} as double) is null")
            if count:
                yield Hit(file, table, column, "exact position", count)


def _count(connection: duckdb.DuckDBPyConnection, relation: str, where: str) -> int:
    return int(connection.execute(f"select count(*) from {relation} where {where}").fetchall()[0][0])


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def quoted(name: str) -> str:
    """A name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'
