"""JSON that can be read in one way only, of any size; the lander judges single events by the same rules."""

from __future__ import annotations

import json
from typing import Any

import msgspec

_decode = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def parsed(raw: bytes) -> Any:
    """The document.

    Raises:
        ValueError: not JSON, not UTF-8, nested too deeply, a duplicate key, or a number out of range.
    """
    try:
        found = _decode(raw)
        if _encode(found) != raw:  # spaces, escapes, or a key that came twice
            json.loads(raw, object_pairs_hook=_unique)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except msgspec.DecodeError as wrong:
        raise ValueError(f"not JSON: {wrong}") from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except OverflowError:
        raise ValueError("a number out of range") from None
    return found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has one key twice")
    return found
