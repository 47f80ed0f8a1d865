"""Rows for people and for programs: tables on a terminal, CSV, JSON; instants in UTC, nothing cut in files."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from ingestion.errors import UsageError

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
"""What a terminal obeys instead of showing it: escapes, and marks that turn the direction of what follows."""

_UNBROKEN = 4000
"""Columns a table in a file or pipe may take: its rows are never folded."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")


def as_json(value: Any) -> str:
    """JSON in one document; records as objects, instants and dates as ISO 8601, decimals as numbers, NaN and infinity
    as null."""
    return json.dumps(_json(value), ensure_ascii=False, indent=2, default=_plain, allow_nan=False)


def require_apart(columns: Sequence[str]) -> None:
    """Whether each column has a name of its own.

    Raises:
        UsageError: two have one, and most readers would lose one of them.
    """
    twice = next((name for at, name in enumerate(columns) if name in columns[:at]), None)
    if twice is not None:
        raise UsageError(f"two columns have the name {twice!r}", "give one another by `as`")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """CSV with a header, nothing cut; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([harmless(value) if isinstance(value, str) else _whole(value) for value in row])
    return out.getvalue()


def print_table(
    columns: Sequence[str], rows: Iterable[Sequence[Any]], *, title: str | None = None, caption: str | None = None
) -> None:
    """A table on the terminal, numbers to the right; characters that it would obey are written out."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    held = [list(row) for row in rows]
    table = Table(title=title, caption=caption, title_justify="left", caption_justify="left", box=box.SIMPLE_HEAD)
    for place, column in enumerate(columns):
        is_number = bool(held) and all(isinstance(row[place], int | float | Decimal | None) for row in held)
        table.add_column(printable(column), justify="right" if is_number else "left", overflow="fold")
    for row in held:
        table.add_row(*(Text(printable(_cell(value))) for value in row))
    console = Console(highlight=False)
    if not console.is_terminal:
        console.width = _UNBROKEN
    console.print(table)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return f"{value:.4f}".rstrip("0").rstrip(".")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", "Z")
    return str(value)


def _whole(value: Any) -> str:
    """A cell of a file: all digits of a number and of an instant."""
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ").replace("+00:00", "Z")
    return _cell(value)


def printable(text: str) -> str:
    """The text with what a terminal would obey written out, like `\\x1b`; ends of lines and tabs stay."""
    return _CONTROL.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def harmless(text: str) -> str:
    """The text, with an apostrophe before it where a spreadsheet would run it as a formula."""
    return f"'{text}" if text.lstrip(" \n\"'").startswith(_FORMULA) or text.startswith(_FORMULA) else text


def _json(value: Any) -> Any:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if is_dataclass(value) and not isinstance(value, type):
        return _json(asdict(value))
    if isinstance(value, dict):
        return {key: _json(one) for key, one in value.items()}
    return [_json(one) for one in value] if isinstance(value, list | tuple) else value


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    if isinstance(value, bytes):
        return value.hex()
    return str(value)
