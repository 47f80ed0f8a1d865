"""Other versions of the examples' records: stale ones that arrive last, and what `newest_version` makes of all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import jinja2

from ingestion.contract import Source, value_at
from ingestion.events import Event, event_for
from ingestion.personal.secrets import Secrets
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found
from ingestion.sources import sources
from ingestion.times import rfc3339
from ingestion.topics import CONTROL
from orchestration.dbt_runs import PROJECT

EXAMPLES = Path(__file__).parents[2] / "examples"
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
VERSIONED = {
    name: source
    for name, source in sources().items()
    if source.topic != CONTROL and source.event_id is None and name != "zoom.webhook"
}
"""Sources whose records come in versions; webhooks about meetings and calls of an API are each one of a kind."""


def stale_ones(secrets: Secrets) -> Iterator[Event]:
    """A stale version of each record of each example, with one more field, to be sent when all else has landed.

    Where the vendor's clock says how old it is, it was pulled last, and again; else it was pulled long ago, a second
    one just now, and after that the record as it stands in the example: a duplicate, and the newest.
    """
    now = datetime.now(UTC)
    for source in VERSIONED.values():
        for payload in _newest(source):
            clock = source.version_clock and payload.get(source.version_clock)
            older = {"stale": "yes"} | ({str(source.version_clock): _before(clock)} if clock else {})

            def event(change: dict[str, Any], at: datetime, source: Source = source, payload: Any = payload) -> Event:
                found = {**payload, **change}
                return event_for(source, found, secrets=secrets, account=source.example_account, pulled_at=at)

            if clock:
                yield event(older, now + timedelta(hours=1))
                yield event(older, now + timedelta(hours=2))
            else:
                yield event(older, LONG_AGO)
                yield event({"stale": "too"}, now)
                yield event({}, now + timedelta(hours=1))


def newest(warehouse: duckdb.DuckDBPyConnection, source: Source) -> list[tuple[str, bool]]:
    """The record and whether it is stale, of each that the project's own macro takes for a record's newest version."""
    file = PROJECT / "macros" / "log" / "newest_version.sql"
    staging = f"staging.{source.staging}"
    text = file.read_text() + f"{{{{ newest_version('{staging}') }}}}"
    sql = jinja2.Environment().from_string(text).render(ref=lambda model: f"intermediate.{model}")
    return warehouse.execute(
        f"select n.record_key, coalesce(e.data ->> 'stale' is not null, false) from ({sql}) n "
        "join log.raw.events e on e.source = n.event_source and e.event_id = n.event_id order by 1"
    ).fetchall()


def _newest(source: Source) -> list[dict[str, Any]]:
    """The example's records, of several versions of one the last by its clock, else the last in the file."""
    path = EXAMPLES / source.example
    found: dict[str, dict[str, Any]] = {}
    with open_regular(path) as file:
        for one in payloads(file, path, source, mapping_for(source)):
            if isinstance(one, Found):
                key = repr([value_at(one.content, path) for path in (*source.key, source.account or "-")])
                clock = source.version_clock or "-"
                if clock not in found.get(key, {}) or found[key][clock] <= one.content[clock]:
                    found[key] = one.content
    return list(found.values())


def _before(clock: Any) -> Any:
    """A second earlier, in the form the vendor writes it."""
    if isinstance(clock, int):
        return clock - 1_000
    at = datetime.fromisoformat(str(clock))
    return rfc3339(at - timedelta(seconds=1)) if at.tzinfo is not None else str(at - timedelta(seconds=1))
