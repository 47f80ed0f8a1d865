"""One text: does it hold a mobile number, a national id, a plate, or a planted canary, in any written form?

The patterns are the door's (`ingestion.personal.masking`), so that what the door masks and what the scan looks for
cannot differ. The scan adds what a machine may have made of a number (base64, hex, an unsalted hash of a canary)
and leaves out what only looks like one: tokens, hashes, decimals, rows of a printed table.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Literal

from ingestion.personal import escapes
from ingestion.personal.masking import HIDING, PLATE_LIKE, digits, found_in, is_code
from ingestion.personal.phones import number

Kind = Literal["phone", "id", "plate", "canary"]

_DIGIT = f"[{digits()}]"
_BASE64_DIGITS = "(?:(?:[MNO][DTjz][AEIMQUYcgk][w-z0-5]){3}|(?:[MNO][AQgw]A[w-z0-5]AD[AEIMQUYcgk]A){2})"
"""Nine ASCII digits in base64, or six in base64 of UTF-16, whatever stands around them: by chance once in 10^12."""

_HEX_DIGITS = "3[0-9](?:(?:00|2[0DdEe])?3[0-9]){10}"
"""Eleven, also of UTF-16, or with blanks, dashes or dots between."""

_GAP = "[^0-9A-Za-z]{0,3}"
_WRITTEN_OUT = (
    rf"[{digits(1, 1)}]{_GAP}[{digits(3, 9)}](?:{_GAP}(?:{_DIGIT}|[{HIDING}])){{8}}"
    rf"|{_DIGIT}(?:{_GAP}{_DIGIT}){{16}}{_GAP}(?:{_DIGIT}|[XxＸｘ])"
    rf"|{PLATE_LIKE}"
)
_ENCODED = rf"{_BASE64_DIGITS}|{_HEX_DIGITS}"
GATE = rf"{_WRITTEN_OUT}|{_ENCODED}|{escapes.ESCAPE}"
"""What every text with a hit matches, in the syntax both of Python and of DuckDB (RE2): looked at first, in SQL."""

_written_out, _encoded = re.compile(_WRITTEN_OUT), re.compile(_ENCODED)
_TOKEN = re.compile(r"(?<![\w.\-])\d{1,3}\.[A-Za-z0-9_\-]{22}(?![A-Za-z0-9_\-])")
_HASH = re.compile(r"(?<![0-9A-Za-z])[A-Za-z]?(?=[0-9]*[a-fA-F])[0-9a-fA-F]{15,128}(?![0-9A-Za-z])")
_UUID = re.compile(r"(?<![0-9A-Za-z])[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9A-Za-z])")
_BASE64_WORD = re.compile(rf"[A-Za-z0-9+/_\-]*{_BASE64_DIGITS}[A-Za-z0-9+/_\-]*")
_HEX_WORD = re.compile(rf"(?:[0-9A-Fa-f]{{2}})*?{_HEX_DIGITS}(?:[0-9A-Fa-f]{{2}})*")
_DECIMAL = re.compile(r"[0-9]+\.[0-9]+")
_AREA_CODE = re.compile(r"\(?0(?:[2-9]|1[0-2])")
"""How a landline begins and no mobile does, told without the library."""
_WRITTEN = frozenset(
    {(3, 4, 4), (4, 4, 3), (3, 3, 5), (3, 8), (7, 4), (5, 6), (6, 5), (1, 10), (4, 7), (3, 4, 2, 2), (3, 2, 2, 2, 2)}
    | {(11,), (1,) * 11, (2, 2, 2, 2, 2, 1), (1, 2, 2, 2, 2, 2)}
)
"""How people group the eleven digits with blanks between; other blanks are those of a table of numbers."""

_WORD = re.compile(r"[0-9A-Za-z+/=_\-]{12,}")


class Scanner:
    """Looks at texts; `canaries` are values that were planted to be found (numbers, names, plates, WeChat ids)."""

    def __init__(self, canaries: Iterable[str] = ()) -> None:
        self._literal = sorted({one for one in canaries if one})
        self._derived = frozenset(made for one in self._literal for made in _derived(one))

    @property
    def has_canaries(self) -> bool:
        """Whether texts that do not match `GATE` need a look too."""
        return bool(self._literal)

    def kinds(self, text: str) -> Counter[Kind]:
        """How many hits of each kind `text` holds."""
        text = escapes.unescaped(text)
        found: list[Kind] = []
        if not is_code(text) and _written_out.search(text):
            found += _patterns(text)
        if _encoded.search(text):
            found += _unwrapped(text)
        if self._literal:
            hits = sum(text.count(one) for one in self._literal)
            found += ["canary"] * (hits + sum(word in self._derived for word in _WORD.findall(text)))
        return Counter(found)


def _patterns(text: str) -> Iterator[Kind]:
    for disguise in (_TOKEN, _UUID, _HASH):
        text = disguise.sub(lambda found: "~" * len(found[0]), text)
    for kind, what in found_in(text):
        if kind == "phone":
            if _is_mobile(what):
                yield "phone"
        elif kind == "id":
            yield "id"
        else:
            yield "plate"


def _is_mobile(what: str) -> bool:
    if _DECIMAL.fullmatch(what) or _AREA_CODE.match(what):
        return False
    read = number(what)
    if read is None or read.class_ not in ("mobile", "masked"):
        return False
    gaps = re.findall(r"[^0-9*xX×+]+", what)
    if gaps and all(gap.isspace() for gap in gaps) and read.class_ == "mobile":
        groups = tuple(len(group) for group in what.split())
        return len(set(gaps)) == 1 and (groups in _WRITTEN or (groups[0] in (2, 3, 4) and groups[1:] in _WRITTEN))
    return True


def _unwrapped(text: str) -> Iterator[Kind]:
    for word in _BASE64_WORD.findall(text):
        plain = word.replace("-", "+").replace("_", "/")
        yield from next(filter(None, (list(_patterns(inner)) for inner in _unpacked(plain))), [])
    for word in _HEX_WORD.findall(text):
        yield from _patterns(_said(bytes.fromhex(word)))


def _unpacked(word: str) -> Iterator[str]:
    """What a base64 word says from each of the four places it may begin at: a path or prefix may stand before it."""
    for start in range(4):
        body = word[start:]
        try:
            raw = base64.b64decode(body[: len(body) // 4 * 4] + _padded(body[len(body) // 4 * 4 :]))
        except (ValueError, binascii.Error):
            continue
        yield _said(raw)


def _said(raw: bytes) -> str:
    """ASCII of UTF-8, and of UTF-16 too."""
    return raw.decode("utf-8", "replace").replace("\0", "")


def _padded(tail: str) -> str:
    return tail + "=" * (4 - len(tail)) if len(tail) > 1 else ""


def _derived(canary: str) -> Iterator[str]:
    """What a careless program publishes instead of a value: its unsalted hash, its base64, its hex."""
    forms = {canary}
    read = number(canary)
    if read is not None and read.class_ == "mobile" and read.normal:
        digits = read.normal[-11:]
        forms |= {digits, f"86{digits}", f"+86{digits}", f"0086{digits}"}
    for form in forms:
        raw = form.encode()
        yield from (base64.b64encode(raw).decode(), base64.urlsafe_b64encode(raw).decode(), raw.hex())
        yield base64.b64encode(raw).decode().rstrip("=")
        for name in ("md5", "sha1", "sha256", "sha512"):
            digest = hashlib.new(name, raw, usedforsecurity=False).digest()
            yield from (digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode())
