"""A workbook's parts, inflated by hand and counted: what a ZIP says about itself is not believed.

Two readers of one ZIP can see different things (a size that lies, entries on top of each other, a second directory),
so an archive is refused unless its parts lie side by side from the first byte to the last, each as long as it says.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from ingestion.errors import UsageError

MAX_INFLATED = 128 << 20
MAX_PARTS = 2_000
PIECE = 1 << 18
_LOCAL = struct.Struct("<4s22xHH")
_END = 22
_DAMAGED = (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, ValueError, struct.error)


def parts_of(file: BinaryIO, name: str) -> list[zipfile.ZipInfo]:
    """The parts, in the order they lie in the file.

    Raises:
        UsageError: damaged, encrypted, or built to be read in more than one way.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            parts = sorted(archive.infolist(), key=lambda part: part.header_offset)
            directory = archive.start_dir
        end = file.seek(0, 2)
    except _DAMAGED:
        raise _damaged(name) from None
    if len(parts) > MAX_PARTS or len({part.filename.lower() for part in parts}) != len(parts):
        raise UsageError(f"{name} has too many parts", "save it again with Excel")
    if any(part.flag_bits & 0x1 for part in parts):
        raise UsageError(f"{name} is encrypted", "save it as .xlsx without a password")
    at = 0
    for part in parts:
        if part.header_offset < at:
            raise UsageError(f"{name} has parts on top of each other", "save it again with Excel")
        at = part.header_offset + _LOCAL.size + len(part.filename.encode()) + part.compress_size
    file.seek(max(end - _END, 0))
    if file.read(4) != b"PK\5\6" or at > directory or (parts and parts[0].header_offset):
        raise UsageError(f"{name} holds more than its parts", "save it again with Excel")
    return parts


def inflated(file: BinaryIO, part: zipfile.ZipInfo, left: int, name: str) -> Iterator[bytes]:
    """One part in small pieces.

    Raises:
        UsageError: it is longer than `left`, or not as long as it says.
    """
    size = 0
    try:
        for piece in _pieces(file, part):
            size += len(piece)
            if size > left:
                raise UsageError(f"{name} inflates to over {MAX_INFLATED >> 20} MiB", "split it, or export it as CSV")
            yield piece
    except _DAMAGED:
        raise _damaged(name) from None
    if size != part.file_size:
        raise UsageError(f"{name} has a part that is not as long as it says", "save it again with Excel")


def _damaged(name: str) -> UsageError:
    return UsageError(f"{name} is a damaged workbook, or cut short", "export or download it again")


def _pieces(file: BinaryIO, part: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(part.header_offset)
    signature, name_length, extra_length = _LOCAL.unpack(file.read(_LOCAL.size))
    if signature != b"PK\3\4" or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError
    file.seek(name_length + extra_length, 1)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS) if part.compress_type == zipfile.ZIP_DEFLATED else None
    left = part.compress_size
    while left:
        raw = file.read(min(PIECE, left))
        if not raw:
            raise EOFError
        left -= len(raw)
        if inflater is None:
            yield raw
            continue
        while raw:
            yield inflater.decompress(raw, PIECE)
            raw = inflater.unconsumed_tail
    while inflater is not None and (piece := inflater.decompress(b"", PIECE)):
        yield piece
    if inflater is not None and not inflater.eof:
        raise EOFError
