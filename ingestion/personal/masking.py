"""Free text: phones, national ids and plates that people type into remarks.

Only text fields are looked at, never a whole event: an epoch in milliseconds and 5/36 hold eleven digits too.
A match never stands beside a digit or behind a decimal point, and before one only where it made a double of a whole
number (`13800138000.0`). Text is folded character by character (digits of every kind, full-width letters, blanks,
dashes, dots, what shows nothing; an escape of JSON, a URL or HTML is one character), so that spans stay those of the
original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate

from ingestion.personal import escapes

_HANZI = "零〇一幺二两三四五六七八九壹贰叁肆伍陆柒捌玖兩貳參陸"
_HANZI_DIGITS = str.maketrans(_HANZI, "0011223456789123456789" + "2236")
_PROVINCES = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
_DOTS = "·•‧∙⋅・･●˙"
HIDING = f"*＊xXｘＸ×_{_DOTS}"
"""What stands for a digit that is hidden, as the inside of a class."""
PLATE_LIKE = rf"[{_PROVINCES}].?[A-Za-zＡ-Ｚａ-ｚ]"
"""How a plate begins; every text with one matches."""
_BLOCKS = (range(0x80, 0x10000), range(0x1D7CE, 0x1D800), range(0x1F101, 0x1F10B))
"""Where digits stand beside ASCII: scripts, and the fonts of mathematics."""


@cache
def digits(least: int = 0, most: int = 9) -> str:
    """Every character that is read as one of these digits, as the inside of a class in the syntax of any pattern."""
    found = f"{least}-{most}" + "".join(char for char in _HANZI if least <= int(char.translate(_HANZI_DIGITS)) <= most)
    others = (chr(code) for block in _BLOCKS for code in block)
    return found + "".join(char for char in others if least <= unicodedata.digit(char, -1) <= most)


_BEFORE = r"(?<![0-9])(?<![0-9]\.)"
_AFTER = r"(?![0-9]|\.(?!0+(?![0-9]))[0-9])"
_GAP = r"[\s\-_./·()\u200b]{0,3}"
_SMALL_GAP = r"[\s\-./·\u200b]{0,2}"
_NUMBERS = rf"""
  1\.[3-9][0-9]{{8,9}}[Ee]\+?10(?![0-9])         # a double in scientific notation
| (?!(?:[0-9]{{1,3}}\.){{3}}[0-9]{{1,3}}(?![0-9.]))   # an address of a network
  (?!1[0-9]{{9}}\.[0-9](?![0-9]))               # an instant in seconds
  (?:(?:\+|00)?{_GAP}86{_GAP})?0?1{_GAP}[3-9](?:{_GAP}[0-9]){{9}}{_AFTER}
| (?<![0-9],)(?<!\[)1(?:[3-9][0-9],[0-9]{{4}},[0-9]{{4}}|[3-9],[0-9]{{3}},[0-9]{{3}},[0-9]{{3}})(?!,[0-9]){_AFTER}
| 1[3-9][0-9]{_GAP}[*xX×·]{{3,5}}{_GAP}[0-9]{{4}}{_AFTER}
| (?:(?:\+|00)?86{_GAP})?\(?0[1-9][0-9]{{1,2}}\)?{_GAP}[2-9][0-9]{{2,3}}[ \-]?[0-9]{{4}}{_AFTER}
"""
_PLATE = rf"""
  [{_PROVINCES}]\u200b?[A-HJ-NP-Za-hj-np-z]{_SMALL_GAP}(?=[A-Za-z]{{0,4}}[0-9])
  [A-HJ-NP-Za-hj-np-z0-9]{{4,5}}[A-HJ-NP-Za-hj-np-z0-9挂学警港澳领使临试超应](?![A-Za-z0-9])
"""
_ID = rf"[1-9](?:{_SMALL_GAP}[0-9]){{16}}{_SMALL_GAP}[0-9Xx](?![0-9A-Za-z])"
_START = rf"(?=[0-9+({_PROVINCES}])"
_ALL = re.compile(rf"{_START}(?:{_BEFORE}(?:(?P<id>{_ID})|(?P<phone>{_NUMBERS}))|(?P<plate>{_PLATE}))", re.VERBOSE)
_NO_IDS = re.compile(rf"{_START}(?:{_BEFORE}(?P<phone>{_NUMBERS})|(?P<plate>{_PLATE}))", re.VERBOSE)
_ASCII_GATE = re.compile(r"[0-9](?:[^0-9A-Za-z]{0,3}[0-9*xX]){9}", re.ASCII)
_WIDE_GATE = re.compile(rf"[{digits()}](?:[^\w*]{{0,3}}[{digits()}{HIDING}]){{9}}")
_PLATE_GATE = re.compile(PLATE_LIKE)
_KEYED_HEX = re.compile(r"(?<![0-9A-Za-z])(?=[0-9]*[a-f])[0-9a-f]{16}(?![0-9A-Za-z])")
"""A keyed hash in an id stays as it is, even where eleven of its characters look like a phone."""

_JOINTS = r"[A-Za-z_~\-]*+"
_CODE_PART = rf"""(?:
  (?=[0-9]*[a-f])[0-9a-f]{{16}}            # a keyed hash
| [^\x00-\x7f]{{1,6}}                      # shorter than a plate
| {_JOINTS}(?:(?:
    [0-9]{{19,}}+(?:-[0-9]{{1,6}}(?:-1[0-9]{{9}})?)?   # longer than a national id, then fewer digits than any
  | [0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}(?:\ [0-9]{{2}})?
  | (?:[2-79]|1[0-2]|8(?!6)|00(?!86))[0-9]{{1,14}}+   # does not begin as a phone does
  | 1[0-9]{{9}}(?:[0-9]{{3}})?               # an epoch: a digit less than a mobile number has, or two more
  | [0-9]{{1,9}}+
  )(?![0-9]){_JOINTS})?
)"""
_CODE = re.compile(rf"{_CODE_PART}(?:[:^]{_CODE_PART})*+", re.VERBOSE)
"""An identifier that is none of them at a glance, as most are: nothing that is masked crosses a colon or a caret, holds
a part of a run of digits, or has fewer than seven digits."""

_SHORTEST = 7
"""Characters of a plate, the shortest of them."""

_SIGNS = {**dict.fromkeys(_DOTS, "·"), "−": "-"}
_INSTEAD = {"Cf": "\u200b", "Mn": "\u200b", "Me": "\u200b", "Zs": " ", "Pd": "-"}
"""By category: characters that show nothing or change the one before, blanks, dashes."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def mask_text(text: str) -> str:
    """`text` with phones as `[phone]`, national ids as `[id]`, plates as `[plate]`; the same object if it has none."""
    return _masked(text, lambda kind, _: f"[{kind}]") if _may_hold_one(text) else text


def is_code(text: str) -> bool:
    """Whether `text` is an identifier that holds none of them, seen at a glance; False says nothing."""
    return _CODE.fullmatch(text) is not None


def mask_identifier(text: str, keyed_hex: Callable[[str], str]) -> str:
    """An id, subject or source: what `mask_text` masks becomes a keyed hash, so that different ids stay different."""
    if len(text) < _SHORTEST or is_code(text) or not _may_hold_one(text):
        return text
    hidden = _KEYED_HEX.sub("~" * 16, text)
    return _masked(text, lambda _, found: keyed_hex("".join(filter(str.isalnum, found))), hidden)


def found_in(text: str) -> list[tuple[str, str]]:
    """`(kind, what was found)` of every phone, id and plate in `text`, digits and letters folded to ASCII."""
    found: list[tuple[str, str]] = []

    def take(kind: str, what: str) -> str:
        found.append((kind, what))
        return what

    if _may_hold_one(text):
        _masked(text, take)
    return found


def _may_hold_one(text: str) -> bool:
    if len(text) < _SHORTEST:
        return False
    if escapes.has_escapes(text):
        return True
    if text.isascii():
        return _ASCII_GATE.search(text) is not None
    return _WIDE_GATE.search(text) is not None or _PLATE_GATE.search(text) is not None


def _masked(text: str, instead: Callable[[str, str], str], looked_at: str | None = None) -> str:
    """`looked_at` is `text` with the parts that are not to be searched replaced, character by character."""
    folded = text if looked_at is None else looked_at
    place: Sequence[int] = range(len(text) + 1)
    if escapes.has_escapes(folded):
        units = escapes.units(folded)
        place = [0, *accumulate(map(len, units))]
        folded = "".join(map(_fold, units))
    elif not folded.isascii():
        folded = "".join(map(_fold, folded))
    parts: list[str] = []
    end = at = 0
    while found := _ALL.search(folded, at):
        if found.lastgroup == "id" and not _is_national_id(found[0]):
            other = _NO_IDS.search(folded, found.start())
            if other is None or other.start() >= found.end():
                at = found.end()
                continue
            found = other
        parts += [text[place[end] : place[found.start()]], instead(found.lastgroup or "", found[0])]
        end = at = found.end()
    return "".join([*parts, text[place[end] :]]) if parts else text


@lru_cache(maxsize=8192)
def _fold(char: str) -> str:
    """One character for one; an escape that stands for none or for several is a sign that is not looked for."""
    if len(char) > 1:
        char = escapes.read(char)
        if len(char) > 1:
            return "~"
    if char.isascii():
        return char
    if char in _SIGNS:
        return _SIGNS[char]
    hanzi = char.translate(_HANZI_DIGITS)
    if hanzi != char:
        return hanzi
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    kind = unicodedata.category(char)
    if kind in _INSTEAD:
        return _INSTEAD[kind]
    wide = ord(char) - 0xFEE0
    return chr(wide) if 0x21 <= wide <= 0x7E else char


def _is_national_id(text: str) -> bool:
    """GB 11643-1999: a birth date and a check character (ISO 7064, MOD 11-2)."""
    written = "".join(filter(str.isalnum, text)).upper()
    year, month, day = int(written[6:10]), int(written[10:12]), int(written[12:14])
    if not (1850 <= year <= 2100 and 1 <= month <= 12 and 1 <= day <= 31):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(written, _WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == written[17]
