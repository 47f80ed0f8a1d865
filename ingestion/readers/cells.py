"""One cell to one value, never guessing: what Excel or an export has damaged is refused, and the reason says so.

A cell is text (CSV) or what calamine read (XLSX). Reasons never repeat the cell.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from ingestion.clock import SHANGHAI
from ingestion.readers.mapping import Column, Type
from ingestion.times import IN_HOUR

Cell = str | int | float | bool | datetime | date | time | timedelta
_BLANK = {"", "-", "--", "—", "——", "null", "NULL", "Null", "(null)", "(NULL)", "\\N", "None", "NaT", "N/A", "#N/A"}
_NOTHING = {"无", "暂无", "/"}
"""Words for nothing, where a date, a time or a number should stand."""
_ERROR_CELL = re.compile(r"#(REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!)|Err:\d+")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?[eE]\+?\d{1,3}")
_GUARDED = re.compile(r'="([^"]*)"|[\'`](\d[\d \-:/.]*)')  # ="0138…", '0138…: how exports stop Excel from eating digits
_WHOLE_DOUBLE = re.compile(r"(-?[1-9]\d{3,14})\.0")  # a data frame's number: a whole one has no decimal point
_FORMULA = re.compile(r"=[+\-@]?[A-Za-z0-9(.$'\"]")
_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_TIME = r"(\d{1,2})[:时](\d{1,2})(?:[:分](\d{1,2})(?:\.\d{1,9})?秒?)?分?"
_DATETIME_TEXT = re.compile(rf"{_DATE}\s*T?\s*{_TIME}")
_DATE_TEXT = re.compile(_DATE)
_TIME_TEXT = re.compile(_TIME)
_MIDNIGHT = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")  # of a day that a database keeps as an instant
_PLAIN_HOUR = re.compile(r"\d{4}-\d\d-\d\d \d\d", re.ASCII)
_EXCEL_EPOCH = datetime(1899, 12, 30)
_DAYS_TO_1904 = 1462
_EXCEL_DAYS = (20_000, 80_000)  # 1954 to 2119
_NO_DATES = {(0, 0, 0), (1, 1, 1), (1899, 12, 30), (1899, 12, 31), (1900, 1, 0), (1900, 1, 1), (1970, 1, 1)}
"""How a database (0000-00-00, 0001-01-01), Excel (0, shown as 1900-01-00) and a clock (1970-01-01 08:00:00) write that
there is no date."""
_EXACT_DIGITS = 10**15
_REMEMBERED = 4096
_REMEMBERED_LENGTH = 64


class _Remembered(dict[str, Any]):
    def __init__(self, read: Callable[[Any], Any]) -> None:
        self._read = read

    def __missing__(self, cell: str) -> Any:
        value = self._read(cell)
        if len(cell) <= _REMEMBERED_LENGTH:
            if len(self) >= _REMEMBERED:
                self.clear()
            self[cell] = value
        return value


def remembered(read: Callable[[Any], Any]) -> Callable[[str], Any]:
    """`read` for cells of text: exports repeat themselves, and looking up costs a fifth of reading."""
    if read is _datetime:
        return _datetime  # instants seldom repeat
    return _Remembered(_clean if read is text_of else read).__getitem__


def text_of(cell: Cell) -> str | None:
    """A cell as text, or None where it is blank. A whole number has no decimal point.

    Raises:
        ValueError: an Excel error, scientific notation, or a number of more digits than Excel keeps.
    """
    if isinstance(cell, str):
        return _clean(cell)
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, int | float):
        if not abs(cell) < _EXACT_DIGITS:
            raise ValueError(
                "a number of over 15 digits in Excel, whose last digits are lost; format the column as text"
            )
        return str(int(cell)) if cell == int(cell) else repr(cell)
    return str(cell)


def _value_text(cell: Cell) -> str | None:
    """The text of a date, a time or a number, in common width, or None where it is blank or says that there is none."""
    text = text_of(cell)
    return None if text is None or text in _NOTHING else unicodedata.normalize("NFKC", text)


def reader_of(column: Column, is_1904: bool = False) -> Callable[[Cell], Any]:
    """The function that reads this column's cells; it gives None for a blank one and raises ValueError.

    `is_1904`: bare numbers in columns of dates are days since 1904, as some workbooks count.
    """
    read = _READERS[column.type]
    if is_1904 and column.type in ("date", "datetime"):
        return lambda cell: read(_from_1904(cell))
    if column.values:
        values = {_folded(key): value for key, value in column.values.items()}

        def valued(cell: Cell) -> Any:
            text = text_of(cell)
            if text is None:
                return None
            try:
                return values[_folded(text)]
            except KeyError:
                raise ValueError("a value the mapping does not list") from None

        return valued
    if column.format:
        return lambda cell: read(_reformatted(cell, column.format, column.type))
    return read


def _from_1904(cell: Cell) -> Cell:
    return cell + _DAYS_TO_1904 if isinstance(cell, int | float) and not isinstance(cell, bool) and cell else cell


def _clean(cell: str) -> str | None:
    text = cell.strip()
    if text in _BLANK:
        return None
    if text[0] in "=#E'`":
        if guarded := _GUARDED.fullmatch(text):
            return (guarded[1] or guarded[2] or "").strip() or None
        if _ERROR_CELL.fullmatch(text):
            raise ValueError("an Excel error stands in the cell")
        if _FORMULA.match(text):
            raise ValueError("a formula stands in the cell; export values")
    elif ("E" in text or "e" in text) and _SCIENTIFIC.fullmatch(text):
        raise ValueError("scientific notation, Excel has dropped digits; export the column as text")
    elif text.endswith(".0") and (whole := _WHOLE_DOUBLE.fullmatch(text)):
        return whole[1]
    return text


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().lower()


def _reformatted(cell: Cell, formats: list[str], kind: Type) -> Cell:
    if not isinstance(cell, str) or (text := _clean(cell)) is None or text in _NOTHING or _is_no_date(text):
        return cell
    for pattern in formats:
        try:
            found = datetime.strptime(text, pattern)
        except ValueError:
            continue
        if kind == "date":
            return found.date()
        return found.time() if kind == "time" else found
    raise ValueError(f"not written as {' or '.join(formats)}")


def _datetime(cell: Cell) -> str | None:
    if cell == "":
        return None
    if isinstance(cell, str) and cell[13:] in IN_HOUR and _is_plain_hour(cell[:13]):
        return cell
    found: datetime
    if isinstance(cell, datetime):
        found = cell
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        if cell == 0:
            return None
        found = _from_excel(cell)
    elif (text := _value_text(cell)) is None or _is_no_date(text):
        return None
    else:
        found = _parsed_datetime(text)
    if (found.year, found.month, found.day) in _NO_DATES:
        return None
    return (found + timedelta(microseconds=500_000)).strftime("%Y-%m-%d %H:%M:%S")


@lru_cache(maxsize=8192)
def _is_plain_hour(text: str) -> bool:
    """Whether an instant that begins so is written as payloads have it; records of one hour share this part.

    Raises:
        ValueError: there is no such day or hour.
    """
    if not _PLAIN_HOUR.fullmatch(text) or _is_no_date(text):
        return False
    datetime.fromisoformat(f"{text}:00:00")
    return True


def _is_no_date(text: str) -> bool:
    match = _DATE_TEXT.match(text)
    return text == "00000000" or (match is not None and (int(match[1]), int(match[2]), int(match[3])) in _NO_DATES)


def _parsed_datetime(text: str) -> datetime:
    try:
        if match := _DATETIME_TEXT.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, second)
        found = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("not a date with a time") from None
    if found.tzinfo is None:
        raise ValueError("a date without a time")
    return found.astimezone(SHANGHAI).replace(tzinfo=None)


def _date(cell: Cell) -> str | None:
    if isinstance(cell, date):
        return None if (cell.year, cell.month, cell.day) in _NO_DATES else cell.strftime("%Y-%m-%d")
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return None if cell == 0 else _from_excel(cell).strftime("%Y-%m-%d")
    text = _value_text(cell)
    if text is None or _is_no_date(text):
        return None
    if match := _DATE_TEXT.fullmatch(_MIDNIGHT.sub("", text)):
        return date(int(match[1]), int(match[2]), int(match[3])).isoformat()
    if len(text) == 8 and text.isdecimal():
        return date(int(text[:4]), int(text[4:6]), int(text[6:])).isoformat()
    raise ValueError("not a date")


def _time(cell: Cell) -> str | None:
    if isinstance(cell, datetime | time):
        return cell.strftime("%H:%M")
    if isinstance(cell, timedelta) or (isinstance(cell, float) and 0 <= cell < 1):
        seconds = cell.total_seconds() if isinstance(cell, timedelta) else cell * 86_400
        hours, minutes = divmod(round(seconds / 60), 60)
    elif isinstance(cell, int | float):
        raise ValueError("not a time of day")
    else:
        text = _value_text(cell)
        if text is None:
            return None
        match = _TIME_TEXT.fullmatch(text)
        if not match:
            raise ValueError("not a time of day")
        hours, minutes = int(match[1]), int(match[2])
    if hours == 24 and minutes == 0:
        hours = 0
    return time(hours, minutes).strftime("%H:%M")


def _from_excel(cell: float) -> datetime:
    if not _EXCEL_DAYS[0] <= cell < _EXCEL_DAYS[1]:
        raise ValueError("a number that is no Excel date")
    return _EXCEL_EPOCH + timedelta(days=cell)


def _number(cell: Cell) -> Decimal | None:
    text = _value_text(cell)
    if text is None:
        return None
    text = text.replace(" ", "").strip("¥元")
    if "," in text:
        if not re.fullmatch(r"[+-]?\d{1,3}(,\d{3})*(\.\d+)?%?", text):
            raise ValueError("not a number")
        text = text.replace(",", "")
    share = text.endswith("%")
    try:
        found = Decimal(text.removesuffix("%"))
    except InvalidOperation:
        raise ValueError("not a number") from None
    if not found.is_finite():
        raise ValueError("not a number")
    return found / 100 if share else found


def _decimal(cell: Cell) -> str | None:
    found = _number(cell)
    return None if found is None else format(found, "f")


def _percent(cell: Cell) -> str | None:
    """`12.5%` as 0.125; a bare number is a share already (how Excel keeps percentages), so at most 1."""
    found = _number(cell)
    if found is None:
        return None
    if not (isinstance(cell, str) and cell.strip().endswith(("%", "％"))) and abs(found) > 1:
        raise ValueError("a percentage without its sign")
    return format(found, "f")


def _integer(cell: Cell) -> int | None:
    found = _number(cell)
    if found is None:
        return None
    if found != found.to_integral_value() or abs(found) >= 2**63:
        raise ValueError("not a whole number")
    return int(found)


_READERS: dict[Type, Callable[[Cell], Any]] = {
    "text": text_of,
    "datetime": _datetime,
    "date": _date,
    "time": _time,
    "decimal": _decimal,
    "percent": _percent,
    "integer": _integer,
}
