"""Files into Kafka: what was read, what the broker took, what was refused and where.

The good lines go, the bad ones are reported by number; the same file twice gives the same events, which the
lander drops as duplicates. Memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from ingestion.errors import PassingFault, UplogError, UsageError
from ingestion.import_workers import Job, chunks_of_workers
from ingestion.outcomes import Chunk, chunks
from ingestion.personal.labels import preview, shown
from ingestion.personal.secrets import load_secrets
from ingestion.producer import Producer
from ingestion.readers.envelopes import CLOUDEVENTS, events
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import modified_at, open_regular
from ingestion.readers.rows import Columns, Refusal
from ingestion.settings import Settings
from ingestion.sources import source_named
from ingestion.topics import CONTROL

Progress = Callable[[str, int, int], None]
"""Called now and then with the file's name, the records read so far, and 0: how many there are is not known."""
PREVIEWED = 5
_LISTED = 10_000


@dataclass(frozen=True)
class Place:
    """One line (row of a sheet, record of a JSON document) that was not sent, and why; no values."""

    file: str
    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of an import: read = sent + rejected_count; `sent` is what the broker has acknowledged.

    `skipped` are lines that hold no record (totals at the end), `columns` says for each table which header fills
    which field, `missing` which fields no column fills, `without_records` names the files that held none. In a dry run
    `sent` counts what would be sent, and `previews` holds the first payloads as mapped, with a label in place of each
    personal value. `rejected` and `skipped` list the first 10,000.
    """

    source: str
    dry_run: bool = False
    read: int = 0
    sent: int = 0
    rejected_count: int = 0
    rejected: list[Place] = field(default_factory=list)
    skipped: list[Place] = field(default_factory=list)
    columns: dict[str, dict[str, str]] = field(default_factory=dict)
    missing: dict[str, dict[str, str]] = field(default_factory=dict)
    without_records: list[str] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)

    def take(self, file: str, chunk: Chunk) -> None:
        """Count what a reader found."""
        events = len(chunk.events) + sum(pack.events for pack in chunk.packs)
        self.read += events
        self.sent += events
        if self.dry_run:
            self.previews += [preview(event.value) for event in chunk.events[: PREVIEWED - len(self.previews)]]
        for one in chunk.others:
            if isinstance(one, Refusal):
                self.read += 1
                self.rejected_count += 1
                if len(self.rejected) < _LISTED:
                    self.rejected.append(Place(file, one.line, one.reason))
            elif isinstance(one, Columns):
                self.columns[file] = shown(one.fields)
                self.missing[file] = shown(one.missing)
            elif len(self.skipped) < _LISTED:
                self.skipped.append(Place(file, one.line, one.reason))


def import_files(
    settings: Settings,
    source_name: str,
    paths: Iterable[Path | str],
    *,
    account: str | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    pulled_at: datetime | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    producer: Producer | None = None,
) -> ImportReport:
    """Send the records of `paths` to their topic; `source_name` "cloudevents" sends whole events as they are.

    `account` names the shop where records do not; `encoding` overrides the one found in a file; `pulled_at` defaults
    to each file's modification time. A dry run needs no broker and sends nothing. With an open `producer` of the
    caller's, many small imports share one connection: then `sent` counts what was handed to it, and its own `flush`
    and `acknowledged` have the last word.

    Raises:
        UsageError: an unknown source, a file or mapping that cannot be used.
        BrokerUnavailable: no broker. UplogError: a vendor's error answer, or Kafka refuses.
    """
    files = [Path(path) for path in paths]
    report = ImportReport(source_name, dry_run)
    read: Callable[[BinaryIO, Path, Producer | None], Iterator[Chunk]]
    if source_name == CLOUDEVENTS:

        def read(file: BinaryIO, path: Path, sender: Producer | None) -> Iterator[Chunk]:
            return chunks(events(file, path, load_secrets(settings)))

    else:
        source = source_named(source_name)
        if source.topic == CONTROL:
            raise UsageError(
                f"{source_name} is not taken from outside", "`uplog erase` and `uplog secret rotate` send it"
            )
        chosen = mapping_for(source, mapping)

        def read(file: BinaryIO, path: Path, sender: Producer | None) -> Iterator[Chunk]:
            at = pulled_at or modified_at(file)
            job = Job(settings, path, source_name, chosen, encoding, account, at)
            if not job.is_large(file):
                return job.chunks(file)
            return chunks_of_workers(job, file, None if sender is None else sender.partitions(source.topic))

    for path in files:  # a wrong path is said before anything is sent
        open_regular(path).close()
    own = Producer(settings) if producer is None and not dry_run else nullcontext()
    with own as opened:
        sender = None if dry_run else producer or opened
        for path in files:
            before = report.read
            with open_regular(path) as file:
                _import_one(read(file, path, sender), str(path), report, sender, progress)
            if report.read == before:
                report.without_records.append(str(path))
    if opened is not None:
        report.sent = sum(opened.acknowledged.values())
    return report


def _import_one(
    chunks: Iterator[Chunk], name: str, report: ImportReport, producer: Producer | None, progress: Progress | None
) -> None:
    try:
        for chunk in chunks:
            if producer is not None:
                by_topic: dict[str, list[tuple[bytes, bytes]]] = {}
                for topic, key, value in chunk.events:
                    by_topic.setdefault(topic, []).append((key, value))
                for topic, events in by_topic.items():
                    producer.send_many(topic, events)
                if chunk.packs:
                    producer.send_packs(chunk.packs)
            report.take(name, chunk)
            if progress:
                progress(name, report.read, 0)
    except UplogError as wrong:
        if report.sent and producer is not None and not isinstance(wrong, PassingFault):
            wrong.fix += f"; {report.sent} records before it were sent"
        raise
