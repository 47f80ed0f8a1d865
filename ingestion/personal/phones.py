"""Telephone numbers: one normal form and a class, so that a number written in ten ways has one token.

A mobile number with an extension is a middle (X) number, which platforms lend to one customer after the other.
A number that parses need not exist: `phonenumbers` makes a plausible number of `138****8000`, so only
`is_valid_number` counts. Ordinary mobiles take a plain pattern, because that library costs 19 µs a number.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

PhoneClass = Literal["mobile", "landline", "service", "virtual", "masked", "invalid"]

_NOISE = re.compile(r"[\s\-‐-―−.·•()（）/_‧∙⋅・･~\u200b-\u200f\u2060\ufeff]+")
_WRITTEN = re.compile(r"[1-9*xX×#?]")
"""A digit, or what hides one: 无, null and 0 tell of no number."""
_MADE_A_DOUBLE = re.compile(r"(?<=[0-9]{10})\.0+\s*$")
"""The end of a number that a spreadsheet or a data frame took for one to calculate with."""
_SCIENTIFIC = re.compile(r"1\.([3-9]\d{8,9})E\+?10", re.ASCII | re.IGNORECASE)
"""The same, as Java writes a double; of fewer digits than this a spreadsheet has rounded it."""
_MOBILE_DIGITS = r"(?:\+|00)?(?:86)?0?(1(?:3\d|4[5-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8})"
_MOBILE = re.compile(_MOBILE_DIGITS, re.ASCII)
_TWO_MOBILES = re.compile(rf"{_MOBILE_DIGITS}[,;、|&和或]*{_MOBILE_DIGITS}", re.ASCII)
_MOBILE_WITHIN = re.compile(rf"(?<!\d){_MOBILE_DIGITS}(?!\d)", re.ASCII)
"""With words beside it: 13800138000(微信同号)."""
_MASKED = re.compile(r"(?:(?:\+|00)?86)?(1\d{2})[*xX×#?]{3,}(\d{4})", re.ASCII)
_HIDDEN = re.compile(r"\d[*xX×#?]{3,}|[*xX×#?]{3,}\d", re.ASCII)
_SERVICE = re.compile(r"(?:(?:\+|00)?86)?((?:400|800)\d{7}|95\d{3,6})", re.ASCII)
_EXTENSION = re.compile(r"(?:转|轉|ext|,|;|#|p|x)(?:分机)?(\d{1,6})$", re.ASCII | re.IGNORECASE)


@dataclass(frozen=True)
class Number:
    """`normal`: E.164 for a valid number (extension after `;ext=`), the bare digits of a service number, else what
    was left of the text; None for a masked one. `ends`: first three and last four digits, for masked joins."""

    normal: str | None
    class_: PhoneClass
    ends: str | None = None


def number(text: str) -> Number | None:
    """`text` as a number, of two mobile numbers the first; None when nothing is written there."""
    plain = "".join(_ascii_digit(char) for char in unicodedata.normalize("NFKC", text))
    if "." in plain:
        plain = _MADE_A_DOUBLE.sub("", plain)
        plain = _SCIENTIFIC.sub(lambda found: f"1{found[1]:0<10}", plain)
    plain = _NOISE.sub("", plain.replace("•", "*").replace("●", "*").replace("⁎", "*"))
    if found := _MOBILE.fullmatch(plain.replace(",", "")) or _TWO_MOBILES.fullmatch(plain):
        return _mobile(found[1])
    if not _WRITTEN.search(plain):
        return None
    if found := _MASKED.fullmatch(plain):
        return Number(None, "masked", found[1] + found[2])
    if _HIDDEN.search(plain) and not _EXTENSION.search(plain):
        return Number(None, "masked")
    if found := _SERVICE.fullmatch(plain):
        return Number(found[1], "service")
    if (found := _MOBILE_WITHIN.search(plain)) and not _EXTENSION.search(plain):
        return _mobile(found[1])
    return _by_library(plain)


def _mobile(digits: str) -> Number:
    return Number(f"+86{digits}", "mobile", digits[:3] + digits[-4:])


def _ascii_digit(char: str) -> str:
    if char.isascii():
        return char
    digit = unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _by_library(plain: str) -> Number:
    import phonenumbers  # 0.1 s, and most numbers do without

    extension = ""
    body = plain
    if found := _EXTENSION.search(plain):
        body, extension = plain[: found.start()], f";ext={found[1]}"
    if body.startswith("00"):
        body = "+" + body[2:]
    elif body.startswith("86") and len(body) > 11:
        body = "+" + body
    try:
        parsed = phonenumbers.parse(body, "CN")
    except phonenumbers.NumberParseException:
        return Number(plain, "invalid")
    if not phonenumbers.is_valid_number(parsed):
        return Number(plain, "invalid")
    normal = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    kinds = phonenumbers.PhoneNumberType
    kind = phonenumbers.number_type(parsed)
    if kind in (kinds.MOBILE, kinds.FIXED_LINE_OR_MOBILE):
        if extension:
            return Number(normal + extension, "virtual")
        digits = normal.removeprefix("+86") if normal.startswith("+86") else normal[1:]
        return Number(normal, "mobile", digits[:3] + digits[-4:])
    if kind in (kinds.TOLL_FREE, kinds.SHARED_COST, kinds.UAN, kinds.PREMIUM_RATE):
        return Number(normal + extension, "service")
    return Number(normal + extension, "landline")
