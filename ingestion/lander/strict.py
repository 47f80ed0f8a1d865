"""JSON decoded once, strictly: what two readers could read in two ways is refused.

msgspec refuses NaN, Infinity, lone surrogates, control characters and trailing bytes by itself. It keeps the
last of duplicate keys, passes numbers over 64 bits and deep nesting: those are found here. That an event has no
duplicate keys is proved by encoding it again: only text that differs takes the slow path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from types import GenericAlias
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from ingestion.lander.reasons import Refused

MAX_BYTES = 1_048_576
MAX_DEPTH = 64
_decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode

_Number = Annotated[int, Meta(ge=-(2**63), le=2**63 - 1)] | float


def _nested(levels: int) -> Any:
    """The type of a JSON value of at most so many arrays and objects one in another, its integers of 64 bits."""
    scalar: Any = str | _Number | bool | None
    found = scalar
    for _ in range(levels):
        found = scalar | GenericAlias(list, (found,)) | GenericAlias(dict, (str, found))
    return found


shallow_object: Callable[[bytes], dict[str, Any]] = msgspec.json.Decoder(GenericAlias(dict, (str, _nested(5)))).decode
"""Decodes an object as most payloads are, refusing on the way what is deeper or has an integer outside 64 bits:
as quick as decoding without a type. What it refuses may still be good: `document` judges it."""

_DIGITS = bytes(ord("0") if 48 <= byte <= 57 else byte if byte == ord("-") else ord(" ") for byte in range(256))
_TWENTY, _MINUS_NINETEEN = b"0" * 20, b"-" + b"0" * 19
"""What an integer outside 64 bits has at least; cheaper to look for than to visit every number."""
_LONG_NUMBER = re.compile(rb"(?:^|[:,\[\s])-?[0-9]{19}")
"""Where a number can begin; ids of vendors have as many digits inside their quotes."""

_STRUCTURE = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[{]|[\]}]', re.DOTALL)


def _is_deep(value: bytes) -> bool:
    """Whether `value` may nest over the limit; false is certain."""
    return value.count(b"{") + value.count(b"[") > MAX_DEPTH


def _may_hold_huge(value: bytes) -> bool:
    """Whether a number outside 64 bits may stand in `value`; false is certain."""
    digits = value.translate(_DIGITS)
    return (_TWENTY in digits or _MINUS_NINETEEN in digits) and _LONG_NUMBER.search(value) is not None


def document(value: bytes) -> Any:
    """The decoded document.

    Raises:
        Refused: too_large, too_deep, not_utf8, not_json, or contract_violated for NUL in text.
    """
    if len(value) > MAX_BYTES:
        raise Refused("too_large", f"{len(value)} bytes, at most {MAX_BYTES}")
    if _is_deep(value) and _depth(value) > MAX_DEPTH:
        raise Refused("too_deep", f"over {MAX_DEPTH} levels")
    try:
        found = _decode(value)
    except (msgspec.DecodeError, UnicodeError, ValueError) as wrong:
        raise _not_json(value, wrong) from None
    if _may_hold_huge(value) and (path := _first_huge(found)):
        raise Refused("not_json", f"{path}: number out of range")
    if encode(found) != value and _has_duplicate_keys(value):
        raise Refused("not_json", f"{_duplicate_key(value)}: duplicate key")
    if b"\\u0000" in value:
        for path, text in _texts(found, ""):
            if "\0" in text:
                raise Refused("contract_violated", f"{path}: NUL in text")
    return found


def _not_json(value: bytes, wrong: Exception) -> Refused:
    try:
        value.decode()
    except UnicodeDecodeError as not_text:
        return Refused("not_utf8", f"byte {not_text.start}")
    if isinstance(wrong, UnicodeError):
        return Refused("not_utf8", "text")
    return Refused("not_json", str(wrong))


def _depth(value: bytes) -> int:
    depth = deepest = 0
    for token in _STRUCTURE.finditer(value):
        char = token[0][:1]
        if char in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char != b'"':
            depth -= 1
    return deepest


class _Duplicate(Exception):
    pass


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Duplicate
    return found


def _has_duplicate_keys(value: bytes) -> bool:
    try:
        json.loads(value, object_pairs_hook=_unique)
    except _Duplicate:
        return True
    return False


def _duplicate_key(value: bytes) -> str:
    """The path of the first duplicate key."""

    def walk(node: Any, path: str) -> str | None:
        if isinstance(node, tuple):
            seen = set()
            for key, item in node:
                inner = f"{path}.{key}" if path else key
                if key in seen:
                    return str(inner)
                seen.add(key)
                if found := walk(item, inner):
                    return found
        elif isinstance(node, list):
            for item in node:
                if found := walk(item, f"{path}[]"):
                    return found
        return None

    return walk(json.loads(value, object_pairs_hook=tuple), "") or "?"


def _texts(node: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(node, str):
        yield path, node
    elif isinstance(node, dict):
        for key, item in node.items():
            yield f"{path} (a key)".strip(), key
            yield from _texts(item, f"{path}.{key}" if path else key)
    elif isinstance(node, list):
        for item in node:
            yield from _texts(item, f"{path}[]")


def _first_huge(node: Any, path: str = "") -> str:
    if isinstance(node, int) and not -(2**63) <= node < 2**64:
        return path or "?"
    if isinstance(node, dict):
        items = [(f"{path}.{key}" if path else key, item) for key, item in node.items()]
    else:
        items = [(f"{path}[]", item) for item in node] if isinstance(node, list) else []
    return next((found for inner, item in items if (found := _first_huge(item, inner))), "")
