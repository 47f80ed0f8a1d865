"""What reading a file came to, place by place, and by the thousand: events to send, and what is told instead."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingestion.errors import UplogError
from ingestion.events import Event, EventMaker
from ingestion.readers.rows import CHUNK, Columns, Found, Payload, Refusal, Skipped

if TYPE_CHECKING:
    from ingestion.packing import Pack

Outcome = Found[Event] | Refusal | Skipped | Columns
_CHUNK_BYTES = 8 << 20


@dataclass(slots=True)
class Chunk:
    """Neighbouring places, their events as such or packed for Kafka; `is_whole` where a chunk of rows ends, not where
    it was cut for its size."""

    events: list[Event] = field(default_factory=list)
    others: list[Refusal | Skipped | Columns] = field(default_factory=list)
    is_whole: bool = True
    packs: list[Pack] = field(default_factory=list)

    def pack(self, topic: str, partitions: int) -> None:
        """Pack its events, which are of one topic."""
        from ingestion.packing import packed  # with numpy, which a small import can do without

        self.packs += packed(topic, [(event.key, event.value) for event in self.events], partitions)
        self.events.clear()


def events_of(found: Iterator[Payload], event: EventMaker) -> Iterator[Outcome]:
    """Payloads made events, or refused."""
    for one in found:
        if not isinstance(one, Found):
            yield one
            continue
        try:
            yield Found(one.line, event(one.content))
        except ValueError as wrong:
            yield Refusal(one.line, str(wrong))


def chunks(found: Iterator[Outcome]) -> Iterator[Chunk]:
    """`found` by the thousand, and less where events are large; what stood before an error comes before it."""
    chunk, size, places = Chunk(), 0, 0
    try:
        for one in found:
            if isinstance(one, Found):
                chunk.events.append(one.content)
                size += len(one.content.value)
            else:
                chunk.others.append(one)
            places += not isinstance(one, Columns)
            if places == CHUNK or size >= _CHUNK_BYTES:
                chunk.is_whole = places == CHUNK
                yield chunk
                chunk, size, places = Chunk(), 0, 0 if chunk.is_whole else places
    except UplogError:
        yield chunk
        raise
    if places or chunk.others:
        yield chunk
