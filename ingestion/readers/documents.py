"""JSON and JSON Lines: a vendor's answers, one or many, taken apart by their source.

A document is read strictly: duplicate keys, NaN and trailing bytes are refused, not interpreted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO

import msgspec

from ingestion.errors import UplogError, UsageError
from ingestion.readers import text
from ingestion.readers.rows import Found, Payload, Refusal
from ingestion.readers.strict import parsed

MAX_DOCUMENT = 64 << 20
MAX_VALUES = 4_000_000
"""Of one document, all of which stands in memory at once: 100 bytes each."""
Records = Callable[[Any], Iterable[Any]]


def json_records(file: BinaryIO, name: str, records: Records, encoding: str | None = None) -> Iterator[Payload]:
    """The payloads of one document: an answer, or an array of answers or bare records; numbered from 1.

    Raises:
        UsageError: not JSON, or too large. UplogError: a vendor's error answer.
    """
    raw = _bounded(file, name)
    file.seek(0)
    try:
        document = parsed(_utf8(raw, text.codec_of(file, encoding)))
    except ValueError as wrong:
        reason = str(wrong).removeprefix("not JSON: ")
        several = "; if it holds a document a line, name it .jsonl" if "trailing characters" in reason else ""
        raise UsageError(f"{name} is not JSON", f"{reason}; pull or export it again{several}") from None
    number = 0
    for answer in document if isinstance(document, list) else [document]:
        try:
            for payload in records(answer):
                number += 1
                yield Found(number, payload)
        except UplogError as wrong:
            raise UplogError(f"{name}: {wrong.what}", wrong.fix) from None


def json_lines(file: BinaryIO, records: Records) -> Iterator[Payload]:
    """The payloads of each line; a line that is not JSON, or an error answer, is refused by its number."""
    for number, raw in raw_lines(file):
        try:
            if raw is None:
                raise ValueError(f"over {text.MAX_LINE >> 20} MiB")
            payloads = list(records(parsed(raw)))
        except (ValueError, UplogError) as wrong:
            yield Refusal(number, str(wrong))
        else:
            yield from (Found(number, payload) for payload in payloads)


def raw_lines(file: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Lines that are not blank with their numbers; None for one that is too long."""
    number = 0
    while line := file.readline(text.MAX_LINE):
        number += 1
        if len(line) == text.MAX_LINE and not line.endswith(b"\n"):
            while (more := file.readline(text.MAX_LINE)) and not more.endswith(b"\n"):
                pass
            yield number, None
        elif line := line.removeprefix(b"\xef\xbb\xbf" if number == 1 else b"").strip():
            yield number, line


def raw_documents(file: BinaryIO, name: str) -> Iterator[tuple[int, bytes]]:
    """The document, or each item of an array, as its own bytes.

    Raises:
        UsageError: not JSON, or too large.
    """
    raw = _bounded(file, name).removeprefix(b"\xef\xbb\xbf").strip()
    if not raw.startswith(b"["):
        yield 1, raw
        return
    try:
        items = msgspec.json.decode(raw, type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
        raise UsageError(f"{name} is not JSON", str(wrong)) from None
    for number, item in enumerate(items, 1):
        yield number, bytes(item)


def _bounded(file: BinaryIO, name: str) -> bytes:
    raw = file.read(MAX_DOCUMENT + 1)
    if len(raw) > MAX_DOCUMENT:
        raise UsageError(f"{name} is over {MAX_DOCUMENT >> 20} MiB", "give it as JSON Lines")
    if raw.count(b",") + raw.count(b":") > MAX_VALUES:
        raise UsageError(f"{name} holds over {MAX_VALUES} values", "give it as JSON Lines")
    return raw


def _utf8(raw: bytes, encoding: str) -> bytes:
    if encoding == "utf-8-sig":
        return raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return raw.decode(encoding).removeprefix("\ufeff").encode()
    except UnicodeDecodeError:
        raise ValueError("neither UTF-8, GB18030 nor UTF-16") from None
