"""Files as people give them: only regular ones, and told apart by what they hold rather than by their name."""

from __future__ import annotations

import io
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Literal

from ingestion.errors import UsageError

Format = Literal["table", "workbook", "json", "json_lines", "xml", "icalendar"]
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_ARCHIVES = (b"\x1f\x8b", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x28\xb5\x2f\xfd")
"""How gzip, 7z, RAR and Zstandard begin."""
_SAMPLE = 65_536


def open_regular(path: Path) -> BinaryIO:
    """Open `path` for reading.

    Raises:
        UsageError: it is missing, not readable, or no regular file (a folder, a link, a pipe, a device).
    """
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except (OSError, ValueError) as wrong:
        if path.is_symlink():
            raise UsageError(f"{path} is a link", "give the file itself") from None
        raise UsageError(f"{path} cannot be opened", getattr(wrong, "strerror", None) or "its name is wrong") from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise UsageError(f"{path} is not a regular file", "give files, not folders, pipes or devices")
    return io.BufferedReader(io.FileIO(handle, "rb"), buffer_size=1 << 20)


def modified_at(file: BinaryIO) -> datetime:
    """When an open file was last written."""
    return datetime.fromtimestamp(os.fstat(file.fileno()).st_mtime, UTC)


def format_of(file: BinaryIO, path: Path) -> Format:
    """What the file holds; the position stays at the start.

    Raises:
        UsageError: an old or encrypted Excel file, or a compressed one.
    """
    head = file.read(_SAMPLE)
    file.seek(0)
    if head.startswith(_ZIP):
        return "workbook"
    if head.startswith(_OLE):
        raise UsageError(f"{path} is an .xls or an encrypted workbook", "save it as .xlsx without a password")
    if head.startswith(_ARCHIVES):
        raise UsageError(f"{path} is compressed", "unpack it, and give what it holds")
    suffix = path.suffix.lower()
    if suffix in {".jsonl", ".ndjson"}:
        return "json_lines"
    begins = head[:256].removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if suffix == ".json" or begins[:1] in (b"{", b"["):
        return "json"
    if begins[:1] == b"<":
        return "xml"
    if begins[:15].upper() == b"BEGIN:VCALENDAR":
        return "icalendar"
    return "table"
