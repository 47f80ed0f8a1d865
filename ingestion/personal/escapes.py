"""What JSON, a URL or HTML wrote as an escape, as the one character it stands for."""

from __future__ import annotations

import html
import json
import re
from functools import lru_cache
from urllib.parse import unquote

_HEX, _NEXT = "[0-9A-Fa-f]", "%[89ABab][0-9A-Fa-f]"
ESCAPE = (
    rf"\\+u{_HEX}{{4}}"
    rf"|%(?:[2-7]{_HEX}|[CDcd]{_HEX}{_NEXT}|[Ee]{_HEX}{_NEXT}{_NEXT}|[Ff][0-7]{_NEXT}{_NEXT}{_NEXT})"
    rf"|&(?:#[0-9]{{2,7}}|#[Xx]{_HEX}{{2,6}}|[a-z]{{2,8}});"
)
"""In the syntax both of Python and of DuckDB. `%1…` is no escape of anything that is read, but `100%13800138000` is."""

_FIRST = re.compile(r"[\\%&]")
_escape, _unit = re.compile(ESCAPE), re.compile(rf"{ESCAPE}|.", re.DOTALL)


def has_escapes(text: str) -> bool:
    """Whether `units` are anything but the characters of `text`."""
    return _FIRST.search(text) is not None and _escape.search(text) is not None


def units(text: str) -> list[str]:
    """`text` taken apart into characters and escapes."""
    return _unit.findall(text)


@lru_cache(maxsize=8192)
def read(unit: str) -> str:
    """The character of an escape; itself where it stands for none or for several."""
    if unit[0] == "\\":
        said = json.loads(f'"{unit[unit.rindex(chr(92)) :]}"')
    else:
        said = unquote(unit) if unit[0] == "%" else html.unescape(unit)
    return said if len(said) == 1 else unit


def unescaped(text: str) -> str:
    """`text` with every escape read."""
    return _escape.sub(lambda found: read(found[0]), text) if has_escapes(text) else text
