"""Whole CloudEvents from other producers: judged as the lander would, then sent on to their type's topic.

`data` stays as it was sent, byte by byte. Where a personal value stands in id, source or subject, the same keyed hash
stands for it as in the log, so that the Kafka key holds none.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from ingestion.events import Event
from ingestion.personal.secrets import Secrets
from ingestion.readers.documents import raw_documents, raw_lines
from ingestion.readers.opening import format_of
from ingestion.readers.rows import Found, Refusal
from ingestion.sources import sources
from ingestion.topics import CONTROL

if TYPE_CHECKING:
    from ingestion.lander.decode import Row

CLOUDEVENTS = "cloudevents"


class Judge:
    """Judges events under one tenant's secrets; one is kept as long as events come."""

    def __init__(self, secrets: Secrets) -> None:
        from ingestion.lander.decode import Decoder

        self._decoder = Decoder(secrets)

    def event(self, raw: bytes | None) -> Event:
        """What goes to Kafka for one event, keyed by subject, else by id.

        Raises:
            Refused: the lander would not take it, or only uplog itself may send it; with its reason, and a detail that
                names the path.
        """
        from ingestion.lander.reasons import Refused

        row = self._decoder.row(raw, time.time_ns() // 1000)
        self._decoder.tokens.take_new()  # the lander seals originals; here they would only pile up
        assert raw is not None  # the decoder refuses an event without one
        topic = sources()[row.type.rpartition(".")[0]].topic
        if topic == CONTROL:  # nobody outside may say who is to be forgotten, or whose tokens are one
            raise Refused("type_unknown", "type: not taken from outside")
        return Event(topic, (row.subject or row.event_id).encode(), _without_persons(raw, row))


def events(file: BinaryIO, path: Path, secrets: Secrets) -> Iterator[Found[Event] | Refusal]:
    """The events of a JSON document, a batch (an array) or JSON Lines.

    Raises:
        UsageError: the document as a whole is not JSON.
    """
    from ingestion.lander.reasons import Refused

    judge = Judge(secrets)
    found = raw_lines(file) if format_of(file, path) == "json_lines" else raw_documents(file, path.name)
    for number, raw in found:
        try:
            yield Found(number, judge.event(raw))
        except Refused as refused:
            yield Refusal(number, f"{refused.reason}: {refused.detail}")


def _without_persons(raw: bytes, row: Row) -> bytes:
    members = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
    changed = {
        name: value
        for name, value in (("id", row.event_id), ("source", row.source), ("subject", row.subject))
        if value is not None and msgspec.json.decode(members[name]) != value
    }
    if not changed:
        return raw
    return msgspec.json.encode(
        members | {name: msgspec.Raw(msgspec.json.encode(text)) for name, text in changed.items()}
    )
