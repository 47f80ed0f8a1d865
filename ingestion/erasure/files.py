"""A DuckDB file without a person's tokens and staff number: a new file, as updates leave the old bytes.

Tokens and keyed hashes are replaced wherever they stand in a text column; a staff number only in the columns that hold
one, because it may be as short as `17`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ingestion.databases import in_memory
from ingestion.durable import sync
from ingestion.erasure.finding import Person
from ingestion.log.opening import naming_damage

_STAFF_COLUMNS = ("employee_id", "consultant_key")
_STAFF_BETWEEN_COLONS = "payslip_id"
"""`payslip:E17:2026-10`"""


def rewrite_database(path: Path, person: Person, alone: frozenset[str]) -> None:
    """Replace the file at `path` by one without the person; readers that have it open keep the old one.

    Raises:
        Damaged: the file does not open.
    """
    instead = person.pseudonyms(alone)
    tokens = {**instead.everywhere, **instead.ends, **instead.keys}
    draft = path.with_name(f".{path.name}.erasing")
    draft.unlink(missing_ok=True)
    mode = path.stat().st_mode & 0o777
    with naming_damage(path), in_memory(draft) as connection:
        connection.execute("set enable_progress_bar = false; set timezone = 'UTC'")
        connection.execute(f"attach '{_quoted(str(path))}' as old (read_only)")
        connection.execute(f"attach '{_quoted(str(draft))}' as new")
        connection.execute("copy from database old to new (schema)")
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where database_name = 'old' and not internal"
        ).fetchall():
            columns = connection.execute(
                "select column_name, data_type from duckdb_columns() where database_name = 'old' and schema_name = ? "
                "and table_name = ? order by column_index",
                [schema, table],
            ).fetchall()
            values = ", ".join(_value(name, kind, tokens, instead.employees) for name, kind in columns)
            relation = f'"{schema}"."{table}"'
            connection.execute(f"insert into new.{relation} select {values} from old.{relation}")
        connection.execute("checkpoint new")
        connection.execute("detach new")
    draft.chmod(mode)
    sync(draft)
    draft.replace(path)
    sync(path.parent)


def _value(column: str, kind: str, tokens: Mapping[str, str], employees: Mapping[str, str]) -> str:
    name = '"' + column.replace('"', '""') + '"'
    if kind not in ("VARCHAR", "JSON"):
        return name
    value = name
    if tokens:
        replaced = f"cast({name} as varchar)"
        for token, instead in tokens.items():
            replaced = f"replace({replaced}, '{_quoted(token)}', '{instead}')"
        any_of = "|".join(token.replace(".", "[.]") for token in tokens)
        value = f"case when regexp_matches(cast({name} as varchar), '{any_of}') then {replaced} else {name} end"
    if column.endswith(_STAFF_COLUMNS):
        for employee, instead in employees.items():
            own = _quoted(employee)
            value = (
                f"case when {name} = '{own}' then '{instead}' "
                f"when starts_with({name}, '{own}:') then '{instead}' || substr({name}, {len(employee) + 1}) "
                f"else {value} end"
            )
    elif column == _STAFF_BETWEEN_COLONS:
        for employee, instead in employees.items():
            value = f"replace({value}, ':{_quoted(employee)}:', ':{instead}:')"
    return f"cast({value} as {kind})"


def _quoted(text: str) -> str:
    return text.replace("'", "''")
