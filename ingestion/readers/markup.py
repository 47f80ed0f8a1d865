"""XML by defusedxml: no document type, so no entities; in any encoding people send, of a bounded size and depth."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from ingestion.errors import UplogError, UsageError
from ingestion.readers import text
from ingestion.readers.rows import Found, Payload

MAX_DOCUMENT = 16 << 20
MAX_DEPTH = 64
_PROLOG = re.compile(r"(?:\s*<\?(?:adf|xml)\b[^>]*\?>)+", re.IGNORECASE)
_DECLARED = re.compile(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.\-]+)[\"']", re.IGNORECASE)


def xml_records(
    file: BinaryIO, name: str, records: Callable[[Any], Iterable[Any]], encoding: str | None = None
) -> Iterator[Payload]:
    """The payloads of one document, numbered from 1; `records` takes its root element apart.

    Raises:
        UsageError: not XML, a document type, too large or too deep, or XML of another kind.
    """
    raw = file.read(MAX_DOCUMENT + 1)
    if len(raw) > MAX_DOCUMENT:
        raise UsageError(f"{name} is over {MAX_DOCUMENT >> 20} MiB", "split it")
    file.seek(0)
    root = _root(_decoded(raw, file, name, encoding), name)
    try:
        for number, payload in enumerate(records(root), 1):
            yield Found(number, payload)
    except UplogError as wrong:
        raise UsageError(f"{name}: {wrong.what}", wrong.fix) from None


def _decoded(raw: bytes, file: BinaryIO, name: str, encoding: str | None) -> str:
    """The document without its prolog: senders put things before the declaration that no parser takes."""
    declared = _DECLARED.search(raw[:1024])
    known = encoding or (declared[1].decode() if declared and b"\0" not in raw[:2] else None)
    codec = text.codec_of(file, known)
    try:
        document = raw.decode(codec).removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise UsageError(f"{name} is not in {codec}", "give its encoding with --encoding") from None
    return document[found.end() :] if (found := _PROLOG.match(document)) else document


def _root(document: str, name: str) -> Element:
    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import iterparse

    depth = 0
    root: Element | None = None
    try:
        utf8 = BytesIO(document.encode())
        for event, element in iterparse(utf8, events=("start", "end"), forbid_dtd=True):
            root = element if root is None else root
            depth += 1 if event == "start" else -1
            if depth > MAX_DEPTH:
                raise UsageError(f"{name} is nested over {MAX_DEPTH} levels", "give the vendor's own document")
    except DefusedXmlException:
        raise UsageError(f"{name} declares a document type, which is forbidden", "send it without one") from None
    except (ParseError, UnicodeEncodeError) as wrong:
        line = getattr(wrong, "position", (1, 0))[0]
        raise UsageError(f"{name} is not XML", f"see its line {line}") from None
    if root is None:
        raise UsageError(f"{name} is not XML", "it is empty")
    return root
