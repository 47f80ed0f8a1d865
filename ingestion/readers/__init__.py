"""Files to payloads: CSV and XLSX by a mapping, JSON, JSON Lines and XML in their vendor's wrapper, iCalendar.

Readers stream, never guess, and refuse by line: what one line breaks, the others survive.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from ingestion.contract import Source
from ingestion.errors import UsageError
from ingestion.readers import delimited, documents, markup, workbook
from ingestion.readers.mapping import ExportMapping
from ingestion.readers.opening import format_of, modified_at
from ingestion.readers.rows import WHOLE, Payload, Share
from ingestion.readers.table import Table

__all__ = ["payloads"]


def payloads(
    file: BinaryIO,
    path: Path,
    source: Source,
    mapping: ExportMapping | None,
    encoding: str | None = None,
    pulled_at: datetime | None = None,
    share: Share = WHOLE,
) -> Iterator[Payload]:
    """What `file` holds for this source, each with its line; `encoding` overrides the mapping's and the one found.

    `pulled_at` (else the file's modification time) says around when a calendar's repetitions are written out; `share`
    is for several readers of one CSV.

    Raises:
        UsageError: the file as a whole cannot be read, does not suit the source, or is a table without a mapping.
        UplogError: it is a vendor's error answer.
    """
    if not file.read(1):
        raise UsageError(f"{path.name} is empty", "export it again")
    file.seek(0)
    kind = format_of(file, path)
    if kind in {"xml", "icalendar"} and kind != source.file_format:
        named = "iCalendar" if kind == "icalendar" else "XML or HTML"
        raise UsageError(f"{path.name} is {named}, as {source.name} does not come", "export it as CSV, .xlsx or JSON")
    if kind == "xml":
        return markup.xml_records(file, path.name, source.records, encoding)
    if kind == "icalendar":
        from ingestion.readers import calendars  # its libraries take 0.2 s to load

        return calendars.calendar_events(file, path.name, pulled_at or modified_at(file), encoding)
    if kind == "json":
        return documents.json_records(file, path.name, source.records, encoding)
    if kind == "json_lines":
        return documents.json_lines(file, source.records)
    if mapping is None:
        raise UsageError(f"{path.name} is a table, and {source.name} has no mapping", "give one with --mapping")
    if kind == "workbook":
        counted = workbook.check(file, path.name)
        table = Table(source, mapping, path.name, is_1904=counted.is_1904)
        return table.payloads(workbook.rows(file, path.name, sheet=mapping.sheet, score=table.score))
    table = Table(source, mapping, path.name, is_text=True)
    found = delimited.rows(file, encoding=encoding or mapping.encoding, delimiter=mapping.delimiter, score=table.score)
    return table.payloads(found, share)
