"""Text as dealers' systems write it: UTF-8 with or without BOM, GB18030 (with GBK and GB2312), UTF-16.

A file has one encoding, found by its first lines that are not ASCII; a line that breaks it, or that was pasted
in from a file of the other encoding, is refused and the rest goes on. Nothing is decoded by replacing bytes.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from typing import BinaryIO

from ingestion.errors import UsageError

MAX_LINE = 4 << 20
"""Bytes or characters of one line; an event has at most 1 MiB."""
BAD = "\ud800"
"""Stands for a line that could not be decoded: half a surrogate pair, which no decoded text holds."""
_HAN = re.compile("[\u3000-\u9fff]")
_SAMPLE = 1 << 20


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
    for line in [*head.split(b"\n")[:-1], *_rest(file, head)]:
        if not line.isascii():
            return "utf-8-sig" if _decoded(line, "utf-8") is not None else "gb18030"
    return "utf-8-sig"


def known_encoding(name: str) -> str:
    """The codec of a name a person gave.

    Raises:
        UsageError: there is none of that name.
    """
    folded = name.lower().replace("_", "-")
    aliases = {"gbk": "gb18030", "gb2312": "gb18030", "utf8": "utf-8-sig", "utf-8": "utf-8-sig", "utf-16": "utf-16-le"}
    try:
        found = codecs.lookup(aliases.get(folded, folded))
    except LookupError:
        raise UsageError(f"unknown encoding {name!r}", "give utf-8, gb18030 or utf-16") from None
    if not getattr(found, "_is_text_encoding", True):
        raise UsageError(f"{name!r} is no text encoding", "give utf-8, gb18030 or utf-16")
    return found.name


def lines(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The physical lines with their ends; `BAD` for one that is not in this encoding or is too long."""
    if encoding.startswith(("utf-16", "utf-32")):
        yield from _wide_lines(file, encoding)
        return
    is_first = True
    while raw := file.readline(MAX_LINE):
        if not raw.endswith(b"\n") and len(raw) == MAX_LINE:
            _skip_line(file)
            yield BAD
            continue
        if is_first and raw.startswith(codecs.BOM_UTF8):
            raw = raw[3:]
        is_first = False
        text = _decoded(raw, "utf-8" if encoding.startswith("utf-8") else encoding)
        if text is None or (encoding == "gb18030" and _is_foreign(raw)):
            yield BAD
        else:
            yield from text.splitlines(keepends=True) if "\r" in text.rstrip("\r\n") else [text]


def is_bad(text: str) -> bool:
    """Whether a piece of text holds a line that could not be decoded."""
    return BAD in text


def _rest(file: BinaryIO, head: bytes) -> Iterator[bytes]:
    """Lines from where the sample's last whole line ended; the position ends at the start again."""
    try:
        file.seek(head.rfind(b"\n") + 1)
        while line := file.readline(MAX_LINE):
            yield line
    finally:
        file.seek(0)


def _decoded(raw: bytes, encoding: str) -> str | None:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return None


def _is_foreign(raw: bytes) -> bool:
    """Whether a line of a GB18030 file is UTF-8 with Chinese in it: as GB18030 it would read as other characters."""
    if raw.isascii():
        return False
    text = _decoded(raw, "utf-8")
    return text is not None and _HAN.search(text) is not None


def _skip_line(file: BinaryIO) -> None:
    while (more := file.readline(MAX_LINE)) and not more.endswith(b"\n"):
        pass


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
