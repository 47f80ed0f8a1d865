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

import msgspec

from ingestion.contract import Source
from ingestion.errors import PassingFault, UplogError
from ingestion.events import Event, event_for
from ingestion.personal.secrets import Secrets, load_secrets
from ingestion.producer import Producer
from ingestion.readers import payloads
from ingestion.readers.envelopes import CLOUDEVENTS, events
from ingestion.readers.mapping import ExportMapping, mapping_for
from ingestion.readers.opening import modified_at, open_regular
from ingestion.readers.rows import Found, Refusal
from ingestion.settings import Settings
from ingestion.sources import source_named

Progress = Callable[[str, int, int], None]
"""Called now and then with the file's name, the records read so far, and 0: how many there are is not known."""
PREVIEWED = 5
_LISTED = 10_000
_PROGRESS_EVERY = 1_000


@dataclass(frozen=True)
class Rejection:
    """One line (row of a sheet, record of a JSON document) that was not sent, and why; no values."""

    file: str
    line: int
    reason: str


@dataclass
class ImportReport:
    """What became of an import: read = sent + rejected_count; `sent` is what the broker has acknowledged.

    In a dry run `sent` counts what would be sent, and `previews` holds the first payloads as mapped (personal
    values included: for the terminal of whoever holds the file). `rejected` lists the first 10,000.
    """

    source: str
    dry_run: bool = False
    read: int = 0
    sent: int = 0
    rejected_count: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    previews: list[dict[str, Any]] = field(default_factory=list)

    def reject(self, file: str, line: int, reason: str) -> None:
        """Count a refused line and list it."""
        self.rejected_count += 1
        if len(self.rejected) < _LISTED:
            self.rejected.append(Rejection(file, line, reason))


def import_files(
    settings: Settings,
    source_name: str,
    paths: Iterable[Path | str],
    *,
    account: str | None = None,
    mapping: Path | None = None,
    pulled_at: datetime | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    producer: Producer | None = None,
) -> ImportReport:
    """Send the records of `paths` to their topic; `source_name` "cloudevents" sends whole events as they are.

    `account` names the shop where records do not; `pulled_at` defaults to each file's modification time.
    A dry run needs no broker and sends nothing. With an open `producer` of the caller's, many small imports share
    one connection: then `sent` counts what was handed to it, and its own `flush` and `acknowledged` have the last word.

    Raises:
        UsageError: an unknown source, a file or mapping that cannot be used.
        BrokerUnavailable: no broker. UplogError: a vendor's error answer, or Kafka refuses.
    """
    files = [Path(path) for path in paths]
    report = ImportReport(source_name, dry_run)
    secrets = load_secrets(settings)
    read: Callable[[BinaryIO, Path], Iterator[Found[Event] | Refusal]]
    if source_name == CLOUDEVENTS:

        def read(file: BinaryIO, path: Path) -> Iterator[Found[Event] | Refusal]:
            return events(file, path, secrets)

    else:
        source = source_named(source_name)
        chosen = mapping_for(source, mapping)

        def read(file: BinaryIO, path: Path) -> Iterator[Found[Event] | Refusal]:
            at = pulled_at or modified_at(file)
            return _events_of(file, path, source, chosen, secrets, account, at)

    for path in files:  # a wrong path is said before anything is sent
        open_regular(path).close()
    own = Producer(settings) if producer is None and not dry_run else nullcontext()
    with own as opened:
        for path in files:
            with open_regular(path) as file:
                _import_one(read(file, path), str(path), report, None if dry_run else producer or opened, progress)
    if opened is not None:
        report.sent = sum(opened.acknowledged.values())
    return report


def _events_of(
    file: BinaryIO,
    path: Path,
    source: Source,
    mapping: ExportMapping | None,
    secrets: Secrets,
    account: str | None,
    pulled_at: datetime,
) -> Iterator[Found[Event] | Refusal]:
    for found in payloads(file, path, source, mapping):
        if isinstance(found, Refusal):
            yield found
            continue
        try:
            event = event_for(source, found.content, secrets=secrets, account=account, pulled_at=pulled_at)
        except ValueError as wrong:
            yield Refusal(found.line, str(wrong))
        else:
            yield Found(found.line, event)


def _import_one(
    found: Iterator[Found[Event] | Refusal],
    name: str,
    report: ImportReport,
    producer: Producer | None,
    progress: Progress | None,
) -> None:
    try:
        for one in found:
            report.read += 1
            if isinstance(one, Refusal):
                report.reject(name, one.line, one.reason)
            else:
                report.sent += 1
                if producer is not None:
                    producer.send(one.content.topic, one.content.key, one.content.value)
                elif len(report.previews) < PREVIEWED:
                    report.previews.append(msgspec.json.decode(one.content.value)["data"])
            if progress and report.read % _PROGRESS_EVERY == 0:
                progress(name, report.read, 0)
    except UplogError as wrong:
        if report.sent and producer is not None and not isinstance(wrong, PassingFault):
            wrong.fix += f"; {report.sent} records before it were sent"
        raise
    if progress:
        progress(name, report.read, 0)
