"""Where landing goes on: generations of topics and offsets, both from the log; what Kafka lost is named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingestion import clock
from ingestion.errors import UplogError

if TYPE_CHECKING:
    import duckdb

Place = tuple[str, int]
"""Topic and partition."""
Coordinate = tuple[str, int, int]
"""Topic, generation, partition."""


@dataclass(frozen=True)
class Span:
    """What is to read of one partition: from `start` to before `end`; `stored` is the log's own next offset."""

    topic: str
    generation: int
    partition: int
    stored: int
    start: int
    end: int

    @property
    def coordinate(self) -> Coordinate:
        return self.topic, self.generation, self.partition

    @property
    def backlog(self) -> int:
        return self.end - self.start


def generations(
    connection: duckdb.DuckDBPyConnection,
    topic_ids: Mapping[str, tuple[str, str]],
    *,
    accept_new_topics: bool,
    is_embedded: bool,
) -> tuple[dict[str, int], list[str]]:
    """The generation of each topic, and notices of those that are new; new ones are written to the log.

    Raises:
        UplogError: a topic was made anew and that is not accepted; names the topics.
    """
    known = connection.execute("select topic, generation, cluster_id, topic_id from raw.generations").fetchall()
    by_identity = {(topic, cluster, identity): number for topic, number, cluster, identity in known}
    latest = {topic: max(number for other, number, *_ in known if other == topic) for topic, *_ in known}
    found: dict[str, int] = {}
    new: list[tuple[str, int, str, str]] = []
    for topic, (cluster, identity) in sorted(topic_ids.items()):
        number = by_identity.get((topic, cluster, identity))
        if number is None:
            number = latest.get(topic, 0) + 1
            new.append((topic, number, cluster, identity))
        found[topic] = number
    recreated = [topic for topic, number, *_ in new if number > 1]
    if recreated and not (accept_new_topics or is_embedded):
        raise UplogError(
            f"topics were made anew since they were last landed: {', '.join(recreated)}",
            "offsets start again; land with --accept-new-topics if that was meant",
        )
    for row in new:
        connection.execute("insert into raw.generations values (?, ?, ?, ?, ?)", [*row, clock.now()])
    if not recreated:
        return found, []
    cause = "the embedded broker was restarted" if is_embedded else "as asked"
    return found, [f"new generation of {', '.join(recreated)} ({cause}): offsets start again"]


def spans(
    connection: duckdb.DuckDBPyConnection,
    generation_of: Mapping[str, int],
    beginnings: Mapping[Place, int],
    ends: Mapping[Place, int],
) -> list[Span]:
    """What is to read of every partition.

    Raises:
        UplogError: a topic ends before what was landed of it: the broker lost acknowledged records.
    """
    stored = {
        (topic, generation, partition): next_offset
        for topic, generation, partition, next_offset in connection.execute("from raw.offsets").fetchall()
    }
    found = []
    for (topic, partition), end in sorted(ends.items()):
        generation = generation_of[topic]
        next_offset = stored.get((topic, generation, partition), 0)
        if next_offset > end:
            raise UplogError(
                f"{topic} partition {partition} ends at {end}, but it was landed up to {next_offset}",
                "the broker lost records; make the topic anew and land with --accept-new-topics",
            )
        found.append(
            Span(topic, generation, partition, next_offset, max(next_offset, beginnings[topic, partition]), end)
        )
    return found
