"""Whole CloudEvents from other producers: judged as the lander would, then sent unchanged to their type's topic."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from ingestion.events import Event
from ingestion.personal.secrets import Secrets
from ingestion.readers.documents import raw_documents, raw_lines
from ingestion.readers.opening import format_of
from ingestion.readers.rows import Found, Refusal
from ingestion.sources import sources

CLOUDEVENTS = "cloudevents"


class _Head(msgspec.Struct):
    type: str
    id: str
    subject: str | None = None


def events(file: BinaryIO, path: Path, secrets: Secrets) -> Iterator[Found[Event] | Refusal]:
    """The events of a JSON document, a batch (an array) or JSON Lines, keyed by subject, else by id.

    Raises:
        UsageError: the document as a whole is not JSON.
    """
    from ingestion.lander.decode import Decoder
    from ingestion.lander.reasons import Refused

    decoder = Decoder(secrets)
    found = raw_lines(file) if format_of(file, path) == "json_lines" else raw_documents(file, path.name)
    for number, raw in found:
        try:
            decoder.row(raw, time.time_ns() // 1000)
        except Refused as refused:
            yield Refusal(number, f"{refused.reason}: {refused.detail}")
            continue
        assert raw is not None  # the decoder refuses a line without one
        head = msgspec.json.decode(raw, type=_Head)
        source = sources()[head.type.rpartition(".")[0]]
        yield Found(number, Event(source.topic, (head.subject or head.id).encode(), raw))
