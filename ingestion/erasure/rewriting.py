"""The log without a person: the one rewriting of what has landed, into a new file, because DuckDB's own deletes and
updates leave the old bytes where they were.

Content hashes of the person's events are emptied: a pair that comes again is a duplicate whatever its data.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

import duckdb
import msgspec
import pyarrow as pa

from ingestion.erasure.finding import Person, theirs
from ingestion.erasure.pseudonyms import Pseudonyms
from ingestion.errors import Damaged
from ingestion.lander.conservation import conservation
from ingestion.log.contents import tables
from ingestion.log.opening import opened
from ingestion.log.replacing import replacing
from ingestion.log.steps import format_of, make_tables
from ingestion.settings import Settings
from ingestion.sources.uplog import ALIAS, TOMBSTONE

_CHANGED = pa.schema(
    [(name, pa.int64() if name == "row" else pa.string()) for name in ("row", "source", "event_id", "subject", "data")]
)
_READ_ROWS = 2_000


@dataclass(frozen=True)
class Changes:
    """Events to be written anew (`rows`: row id, source, id, subject, data); `alone`: tokens of names and masked ends
    that nobody else has."""

    rows: pa.Table
    alone: frozenset[str]


def changes(log: duckdb.DuckDBPyConnection, person: Person) -> Changes:
    """What becomes of the person's events; what nobody else is called by becomes a pseudonym in aliases too."""
    first = _changed(log, person, person.pseudonyms())
    called = [value for value in person.values if value.kind in ("name", "ends")]
    alone = frozenset(token for value in called if not _others(log, value.tokens, first) for token in value.tokens)
    return Changes(_changed(log, person, person.pseudonyms(alone)) if alone else first, alone)


def rewrite(settings: Settings, found: Changes, letters: Collection[tuple[str, int, int, int]]) -> None:
    """Write the log anew with the changes `found` in it and without the bytes of the dead letters at `letters`; for the
    holder of `writing_lock`, since before they were found.

    Raises:
        Damaged: the new log does not add up; the old one stays.
    """
    if not found.rows.num_rows and not letters:
        return
    with opened(settings) as log:
        version, before = format_of(log), _counts(log)
    with replacing(settings) as draft:
        make_tables(draft, version)
        draft.register("changed", found.rows)
        draft.register("destroyed", _places(letters))
        draft.execute(f"attach '{_quoted(str(settings.log_path))}' as before (read_only)")
        for table, columns in tables(draft).items():
            names = ", ".join(f'"{name}"' for name in columns)
            draft.execute(f"insert into raw.{table} ({names}) {_selected(table, names)}")
        draft.execute("detach before")
        draft.unregister("changed")
        draft.unregister("destroyed")
        if _counts(draft) != before or conservation(draft).broken:
            raise Damaged("the log without that person does not add up", "nothing was replaced; report this")


def _changed(log: duckdb.DuckDBPyConnection, person: Person, instead: Pseudonyms) -> pa.Table:
    rows = [
        (row, source, event_id, subject, data)
        for row, is_theirs, type_, before in _candidates(log, person)
        for source, event_id, subject, data in [_event(instead, type_, before, is_theirs)]
        if (source, event_id, subject, data) != before
    ]
    columns = zip(*rows, strict=True) if rows else ((),) * len(_CHANGED)
    return pa.table([pa.array(column, field.type) for column, field in zip(columns, _CHANGED, strict=True)], _CHANGED)


_Event = tuple[str, str, str | None, str]


def _event(instead: Pseudonyms, type_: str, before: _Event, is_theirs: bool) -> _Event:
    source, event_id, subject, data = before
    payload = msgspec.json.decode(data)
    after = instead.data(payload, type_, is_theirs=is_theirs)
    return (
        instead.identifier(source, type_) or source,
        instead.identifier(event_id, type_) or event_id,
        instead.identifier(subject, type_),
        data if after == payload else msgspec.json.encode(after).decode(),
    )


def _candidates(log: duckdb.DuckDBPyConnection, person: Person) -> Iterator[tuple[int, bool, str, _Event]]:
    """Events that may change: a superset, told apart by looking at each."""
    tests, values = ["is_theirs"], list[str]()
    for token in [
        *person.tokens("phone", "account", "device"),
        *(f'employee_id":"{one}"' for one in person.tokens("employee")),
    ]:
        tests.append("contains(data, ?)")
        values.append(token)
    ends, names = person.tokens("ends"), person.tokens("name")
    if ends and names:
        tests.append(f"(({_any(ends)}) and ({_any(names)}))")
        values += [*ends, *names]
    for key in [*person.tokens("key"), *person.tokens("employee")]:
        tests += ["contains(event_id, ?)", "contains(subject, ?)", "contains(source, ?)"]
        values += [key] * 3
    tests += ["contains(data, ?)"] * len(person.tokens("key"))
    values += person.tokens("key")
    if others := person.tokens("name", "ends"):
        tests.append(f"(type like '{ALIAS}.%' and ({_any(others)}))")
        values += others
    asked = log.cursor().execute(
        f"select rowid, {theirs(person)} as is_theirs, type, source, event_id, subject, data from raw.events"
        f" where type not like '{TOMBSTONE}.%' and ({' or '.join(tests)})",
        values,
    )
    while rows := asked.fetchmany(_READ_ROWS):
        for row, is_theirs, type_, source, event_id, subject, data in rows:
            yield row, bool(is_theirs), type_, (source, event_id, subject, data)


def _others(log: duckdb.DuckDBPyConnection, tokens: Collection[str], changed: pa.Table) -> bool:
    """Whether one of a value's tokens, under any secret, stands in an event that is not the person's."""
    log.register("changed_events", changed.select(["row"]))
    try:
        found = log.execute(
            f"select 1 from raw.events where ({_any(tokens)}) and type not like '{ALIAS}.%'"
            " and rowid not in (select row from changed_events) limit 1",
            list(tokens),
        ).fetchone()
    finally:
        log.unregister("changed_events")
    return found is not None


def _selected(table: str, names: str) -> str:
    """A table's rows as they are to be, in no order: a sort would hold the whole log within a writer's memory."""
    origin = f"from before.raw.{table} t"
    if table == "events":
        values = names
        for name in ("source", "event_id", "data"):
            values = values.replace(f'"{name}"', f'coalesce(c."{name}", t."{name}")')
        values = values.replace('"subject"', 'case when c.row is null then t."subject" else c."subject" end')
        values = values.replace('"content_hash"', 'case when c.row is null then t."content_hash" end')
        return f"select {values} {origin} left join changed c on c.row = t.rowid"
    if table == "duplicates":
        values = names.replace('"source"', 'coalesce(c.source, t."source")')
        values = values.replace('"event_id"', 'coalesce(c.event_id, t."event_id")')
        renamed = (
            "select distinct e.source as old_source, e.event_id as old_id, c.source, c.event_id"
            " from changed c join before.raw.events e on e.rowid = c.row"
        )
        return f"select {values} {origin} left join ({renamed}) c on c.old_source = t.source and c.old_id = t.event_id"
    if table == "dead_letters":
        gone = "d.topic is not null"
        values = names.replace('"value"', f'case when {gone} then null else t."value" end')
        values = values.replace('"detail"', f"case when {gone} then '{ERASED}' else t.\"detail\" end")
        return f"select {_of(values)} {origin} left join destroyed d on {_SAME_PLACE}"
    return f"select {names} {origin}"


ERASED = "the person was erased"
_SAME_PLACE = (
    'd.topic = t.topic and d.generation = t.generation and d.partition = t.partition and d."offset" = t."offset"'
)


def _of(values: str) -> str:
    """Columns that the other side of the join has as well, said to be this side's."""
    for name in ("topic", "generation", "partition", "offset"):
        values = values.replace(f'"{name}"', f't."{name}"')
    return values


def _places(letters: Collection[tuple[str, int, int, int]]) -> pa.Table:
    columns = zip(*letters, strict=True) if letters else ((),) * 4
    names, types = ("topic", "generation", "partition", "offset"), (pa.string(), pa.int32(), pa.int32(), pa.int64())
    return pa.table({name: pa.array(column, kind) for name, column, kind in zip(names, columns, types, strict=True)})


def _counts(log: duckdb.DuckDBPyConnection) -> dict[str, int]:
    return {table: log.execute(f"select count(*) from raw.{table}").fetchall()[0][0] for table in tables(log)}


def _any(tokens: Collection[str]) -> str:
    return " or ".join("contains(data, ?)" for _ in tokens)


def _quoted(text: str) -> str:
    return text.replace("'", "''")
