"""Text as dealers' systems write it: UTF-8 with or without BOM, GB18030 (with GBK and GB2312), UTF-16.

A file has one encoding, found by its first lines that are not ASCII; a line that breaks it, or that was pasted
in from a file of the other encoding, is refused and the rest goes on. Nothing is decoded by replacing bytes.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from itertools import chain
from typing import BinaryIO

from ingestion.errors import UsageError

MAX_LINE = 4 << 20
"""Bytes or characters of one line; an event has at most 1 MiB."""
BAD = "\ud800"
"""Stands for a line that could not be decoded: half a surrogate pair, which no decoded text holds."""
_MARKS = {"utf-16": codecs.BOM_UTF16_BE, "utf-32": codecs.BOM_UTF32_BE}
_NO_ENCODING = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"})
"""What Python calls text encodings and no file is in."""
_HAN = re.compile("[\u3000-\u9fff]")
_SAMPLE = 1 << 20
_BLOCK = 1 << 17


def encoding_of(file: BinaryIO) -> str:
    """`utf-8-sig`, `utf-16-le`, `utf-16-be` or `gb18030`; the position stays at the start."""
    head = file.read(_SAMPLE)
    file.seek(0)
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith(codecs.BOM_UTF16_LE):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF16_BE):
        return "utf-16-be"
    even, odd = head[0:4096:2].count(0), head[1:4096:2].count(0)
    if max(even, odd) * 20 > len(head[:4096]) and min(even, odd) * 10 < max(even, odd):  # else a NUL gone astray
        return "utf-16-le" if odd > even else "utf-16-be"
    for line in chain(head.split(b"\n")[:-1], _rest(file, head)):
        if not line.isascii():
            found = "utf-8-sig" if _decoded(line, "utf-8") is not None else "gb18030"
            break
    else:
        found = "utf-8-sig"
    file.seek(0)
    return found


def codec_of(file: BinaryIO, name: str | None) -> str:
    """The codec of a file: by the name a person or the document gave, else the one found; the position stays.

    UTF-16 and UTF-32 are read in the byte order of the file's mark, without one from the little end.

    Raises:
        UsageError: there is none of that name.
    """
    if not name:
        return encoding_of(file)
    known = _known(name)
    if known not in _MARKS:
        return known
    mark = file.read(4)
    file.seek(0)
    return f"{known}-{'be' if mark.startswith(_MARKS[known]) else 'le'}"


def _known(name: str) -> str:
    folded = name.lower().replace("_", "-")
    aliases = {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8-sig", "utf-8": "utf-8-sig"}
    try:
        found = codecs.lookup(aliases.get(folded, folded))
    except LookupError:
        raise UsageError(f"unknown encoding {name!r}", "give utf-8, gb18030 or utf-16") from None
    if not getattr(found, "_is_text_encoding", True) or found.name.replace("_", "-") in _NO_ENCODING:
        raise UsageError(f"{name!r} is no text encoding", "give utf-8, gb18030 or utf-16")
    return found.name


def lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The physical lines with their ends; `BAD` for one that is not in this encoding or is too long."""
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(file, encoding)
        return
    codec = "utf-8" if encoding.startswith("utf-8") else encoding
    if file.read(len(codecs.BOM_UTF8)) != codecs.BOM_UTF8:
        file.seek(0)
    for block in _blocks(file):
        if block is None:
            yield BAD
        elif (text := _decoded(block, codec)) is None or (codec == "gb18030" and _holds_foreign(block)):
            for raw in block.splitlines(keepends=True):
                one = None if codec == "gb18030" and _holds_foreign(raw) else _decoded(raw, codec)
                yield BAD if one is None else one
        else:
            yield from io.StringIO(text, newline="")


def _blocks(file: BinaryIO) -> Iterator[bytes | None]:
    """Whole lines by the hundred; None for a line that is too long. No byte of a character is a line's end."""
    rest, is_skipping = b"", False
    while more := file.read(_BLOCK):
        block = rest + more
        ends = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1
        if is_skipping and ends:
            block = block[min(at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0) + 1 :]
            ends = max(block.rfind(b"\n"), block.rfind(b"\r", 0, -1)) + 1
            is_skipping = False
        if is_skipping:
            rest = b""
        elif not ends and len(block) > MAX_LINE:
            rest, is_skipping = b"", True
            yield None
        else:
            rest = block[ends:]
            if ends:
                yield block[:ends]
    if rest:
        yield rest


def is_bad(text: str) -> bool:
    """Whether a piece of text holds a line that could not be decoded."""
    return BAD in text


def _rest(file: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Lines from where the sample's last whole line ended."""
    file.seek(head.rfind(b"\n") + 1)
    while line := file.readline(MAX_LINE):
        yield line


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _holds_foreign(block: bytes) -> bool:
    """Whether a GB18030 file's block has a line in UTF-8 with Chinese: as GB18030 it would read as other characters."""
    return any(
        (text := _decoded(raw, "utf-8")) is not None and _HAN.search(text) is not None for raw in _maybe_utf8(block)
    )


def _maybe_utf8(block: bytes) -> Iterator[bytes]:
    """The lines that are not ASCII, but for most that cannot be UTF-8: those where a byte of a character's beginning
    is followed by none of its middle, as it is in nearly every line of GB18030."""
    import numpy as np  # takes 0.1 s to load

    octets = np.frombuffer(b"\n" + block, np.uint8)
    is_end = (octets == 0x0A) | (octets == 0x0D)
    is_broken = np.zeros_like(is_end)
    is_broken[:-1] = (octets[:-1] >= 0xC0) & (octets[1:] & 0xC0 != 0x80)
    begins = np.flatnonzero(is_end)
    whole = ~np.logical_or.reduceat(is_broken, begins) & (np.maximum.reduceat(octets, begins) >= 0x80)
    ends = np.append(begins[1:], len(octets))
    for begin, end in zip(begins[whole].tolist(), ends[whole].tolist(), strict=True):
        yield block[begin : end - 1]


def _wide_lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    reader = io.TextIOWrapper(file, encoding, errors="replace", newline="")
    try:
        is_first = True
        while text := reader.readline(MAX_LINE):
            if is_first:
                text = text.removeprefix("\ufeff")
                is_first = False
            yield BAD if "\ufffd" in text or len(text) == MAX_LINE else text
    finally:
        reader.detach()  # the file is the caller's to close
