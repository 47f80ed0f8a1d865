"""What the pages share: two languages, one style, how a number is written, and how a file appears whole.

A page is one HTML file that needs no network and no script.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from ingestion.errors import UsageError

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = ("zh", "en")
Row = Mapping[str, Any]

CATEGORIES = ("reception", "delivery", "contact", "live", "outreach", "meeting", "training", "control", "other")
COLOURS = dict(
    zip(
        CATEGORIES,
        ("#2a7f62", "#5fae8b", "#3d7ab8", "#8b5fbf", "#8aa83b", "#d9822b", "#e0b13c", "#b8433f", "#8a8f98"),
        strict=True,
    )
)
SPLIT: Mapping[str, tuple[str, ...]] = {
    "customers": ("reception", "delivery", "contact", "live", "outreach"),
    "meetings": ("meeting",),
    "training": ("training",),
    "tools": ("control",),
    "other": ("other",),
}
"""What a person's hours are split into: net hours, which add up to the tracked ones. Its colour is its first's."""

KINDS = "(select domain, code, max(name_zh) as name_zh, max(name_en) as name_en from dim_kind group by domain, code)"
"""What codes are called, in SQL: a row a code, whatever the day it is valid from."""


@dataclass(frozen=True)
class Share:
    """One part of the tracked hours."""

    name: str
    colour: str
    hours: float
    share: float


def shares(parts: Mapping[str, float]) -> list[Share]:
    """The parts of `SPLIT` with their colours; `other` only where there is some."""
    whole = sum(parts.values()) or 1.0
    return [
        Share(name, COLOURS[SPLIT[name][0]], hours, hours / whole)
        for name, hours in parts.items()
        if hours or name != "other"
    ]


def rendered(template: str, lang: Lang, **values: Any) -> str:
    """A template of this package in one language; a value it names and does not get is an error."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=FunctionLoader(lambda name: (files("publishing") / name).read_text(encoding="utf-8")),
    )
    environment.filters.update(count=count, percent=percent, hours=hours, signed=signed)
    return environment.get_template(template).render(lang=lang, split_names=SPLIT, colours=COLOURS, **values)


def count(value: Any) -> str:
    """A whole number with its thousands apart; – for none."""
    return "–" if value is None else f"{value:,.0f}"


def percent(value: float | None, digits: int = 0) -> str:
    """A share as percent; – for none."""
    return "–" if value is None else f"{100 * value:.{digits}f}%"


def hours(value: float | None) -> str:
    """Hours to a tenth; – for none, or for so few that they would read 0.0."""
    return f"{value:.1f}" if (value or 0) >= 0.05 and value is not None else "–"


def signed(value: float | None, digits: int = 3) -> str:
    """A change with its sign; – for none."""
    return "–" if value is None else f"{value:+.{digits}f}"


def place(out: Path | None, usual: Path) -> Path:
    """Where a page is written: `out`, or where it usually is.

    Raises:
        UsageError: `out` is a folder.
    """
    if out is not None and out.is_dir():
        raise UsageError(f"--out {out} is a folder", "name the page's file in it")
    return out or usual


def write(path: Path, text: str, *, mode: int, folder_mode: int) -> None:
    """The whole page at once, and with `mode` from its first byte on; folders that are missing get `folder_mode`."""
    path.parent.mkdir(mode=folder_mode, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "w", encoding="utf-8") as file:
            os.fchmod(file.fileno(), mode)
            file.write(text)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):
            draft.unlink()
        raise


def rows(asked: Any) -> list[Row]:
    """What a cursor of DuckDB found, by column."""
    names: Sequence[str] = [column[0] for column in asked.description or ()]
    return [dict(zip(names, row, strict=True)) for row in asked.fetchall()]
