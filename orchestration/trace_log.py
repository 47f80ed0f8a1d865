"""What the log knows of one record: where it stood in Kafka, what became of it, when, and where it came again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from ingestion.errors import UplogError
from ingestion.log import open_up_to_date
from ingestion.personal.masking import mask_identifier
from ingestion.personal.secrets import load_secrets
from ingestion.settings import Settings

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Hop:
    """One place the event stands in: the table, and the row (its identifying columns)."""

    layer: Literal["kafka", "log", "staging", "fact", "mart"]
    table: str
    row: Row


@dataclass(frozen=True)
class Logged:
    """The hops of one record up to the log; `event` is its row of raw.events, None while it is refused."""

    hops: tuple[Hop, ...]
    event: Row | None


_PLACE = ("topic", "generation", "partition", "offset")
_AT = 'topic = ? and generation = ? and partition = ? and "offset" = ?'
_COORDINATES = re.compile(r"(?P<topic>[a-z.]+)/(?P<generation>\d+)/(?P<partition>\d+)/(?P<offset>\d+)")
_EVENT = (
    'topic, generation, partition, "offset", kafka_at, source, event_id, type, subject,'
    " occurred_at, landed_at, batch_id"
)
_AGAIN = (
    'd.topic, d.generation, d.partition, d."offset", d.source, d.event_id, d.pulled_at, d.batch_id, b.landed_at'
    " from raw.duplicates d join raw.batches b using (batch_id)"
)
_LETTER = (
    'topic, generation, partition, "offset", kafka_at, reason, detail, batch_id, landed_at, resolved_at,'
    " resolved_batch_id from raw.dead_letters"
)


def logged(settings: Settings, wanted: str) -> list[Logged]:
    """Every record of that event id (two sources may use the same), or the one at topic/generation/partition/offset.

    An id that held a personal value when it was sent is found by that value: the log holds its keyed hash.

    Raises:
        UplogError: nothing of that id, and nothing at that place, has landed.
    """
    with open_up_to_date(settings) as log:
        for event_id in _as_landed(settings, wanted):
            events = rows_of(log, f"select {_EVENT} from raw.events where event_id = ? order by landed_at", [event_id])
            if events:
                return [_of_event(log, event) for event in events]
        if match := _COORDINATES.fullmatch(wanted):
            found = _at(log, [match["topic"], *(int(match[name]) for name in _PLACE[1:])])
            if found is not None:
                return [found]
    raise UplogError(
        f"no event {wanted!r} has landed",
        "give a whole id (`id` of the CloudEvent), or a place as `uplog dead-letters list` prints it",
    )


def _as_landed(settings: Settings, event_id: str) -> list[str]:
    ids = [event_id]
    if settings.secret is not None or (settings.home / "secret.json").exists():
        masked = mask_identifier(event_id, load_secrets(settings).keyed_hex)
        ids += [masked] if masked != event_id else []
    return ids


def _at(log: duckdb.DuckDBPyConnection, place: list[Any]) -> Logged | None:
    """What stands at a place: an event, a copy of one, or a refused record."""
    for event in rows_of(log, f"select {_EVENT} from raw.events where {_AT}", place):
        return _of_event(log, event)
    for copy in rows_of(log, f"select * from (select {_AGAIN}) where {_AT}", place):
        pair = [copy["source"], copy["event_id"]]
        for event in rows_of(log, f"select {_EVENT} from raw.events where source = ? and event_id = ?", pair):
            return _of_event(log, event)
    for letter in rows_of(log, f"select {_LETTER} where {_AT}", place):
        return Logged(tuple(_of_letter(letter)), None)
    return None


def _of_event(log: duckdb.DuckDBPyConnection, event: Row) -> Logged:
    """Where it first stood (refused at first, perhaps), the event, and every further copy."""
    hops = [Hop("kafka", event["topic"], {name: event[name] for name in (*_PLACE, "kafka_at")})]
    hops += _refused_first(log, event)
    hops.append(Hop("log", "raw.events", _without_place(event)))
    pair = [event["source"], event["event_id"]]
    copies = f'select * from (select {_AGAIN}) where source = ? and event_id = ? order by landed_at, topic, "offset"'
    for copy in rows_of(log, copies, pair):
        hops.append(Hop("kafka", copy["topic"], {name: copy[name] for name in _PLACE}))
        hops += _refused_first(log, copy)
        hops.append(Hop("log", "raw.duplicates", _without_place(copy)))
    return Logged(tuple(hops), event)


def _refused_first(log: duckdb.DuckDBPyConnection, row: Row) -> list[Hop]:
    letters = rows_of(log, f"select {_LETTER} where {_AT}", [row[name] for name in _PLACE])
    return [Hop("log", "raw.dead_letters", _without_place(letter)) for letter in letters]


def _of_letter(letter: Row) -> list[Hop]:
    place = {name: letter[name] for name in (*_PLACE, "kafka_at")}
    return [Hop("kafka", letter["topic"], place), Hop("log", "raw.dead_letters", _without_place(letter))]


def _without_place(row: Row) -> Row:
    return {name: value for name, value in row.items() if name not in (*_PLACE, "kafka_at")}


def rows_of(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[Any]) -> list[Row]:
    """The answer's rows by column name."""
    asked = connection.execute(sql, values)
    names = [column[0] for column in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
