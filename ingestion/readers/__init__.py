"""Files to payloads: CSV and XLSX by a mapping, JSON and JSON Lines in their vendor's wrapper.

Readers stream, never guess, and refuse by line: what one line breaks, the others survive.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from ingestion.contract import Source
from ingestion.errors import UsageError
from ingestion.readers import delimited, documents, workbook
from ingestion.readers.mapping import ExportMapping
from ingestion.readers.opening import format_of
from ingestion.readers.rows import Payload
from ingestion.readers.table import Table

__all__ = ["payloads"]


def payloads(
    file: BinaryIO, path: Path, source: Source, mapping: ExportMapping | None, encoding: str | None = None
) -> Iterator[Payload]:
    """What `file` holds for this source, each with its line; `encoding` overrides the mapping's and the one found.

    Raises:
        UsageError: the file as a whole cannot be read, or it is a table and there is no mapping.
        UplogError: it is a vendor's error answer.
    """
    kind = format_of(file, path)
    if kind == "json":
        return documents.json_records(file, path.name, source.records, encoding)
    if kind == "json_lines":
        return documents.json_lines(file, source.records)
    if mapping is None:
        raise UsageError(f"{path.name} is a table, and {source.name} has no mapping", "give one with --mapping")
    table = Table(source, mapping, path.name, is_text=kind == "table")
    if kind == "workbook":
        return table.payloads(workbook.rows(file, path.name, sheet=mapping.sheet, score=table.score))
    return table.payloads(
        delimited.rows(file, encoding=encoding or mapping.encoding, delimiter=mapping.delimiter, score=table.score)
    )
