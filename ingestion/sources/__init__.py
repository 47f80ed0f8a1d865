"""Every kind of record, by name: one module per vendor, each with its `SOURCES`.

A new source is one module here (contract and `Source`), one folder in `dbt_project/models/staging`
and one example or mapping file; see CONTRIBUTING.md.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from functools import lru_cache
from types import MappingProxyType

from ingestion.contract import Source
from ingestion.errors import UsageError


@lru_cache(maxsize=1)
def sources() -> MappingProxyType[str, Source]:
    """All sources by name (`autohome.lead`), in alphabetical order."""
    found: dict[str, Source] = {}
    for module in pkgutil.iter_modules(__path__):
        for source in importlib.import_module(f"{__name__}.{module.name}").SOURCES:
            found[source.name] = source
    return MappingProxyType(dict(sorted(found.items())))


def source_named(name: str) -> Source:
    """The source of that name.

    Raises:
        UsageError: there is none; names the nearest.
    """
    try:
        return sources()[name]
    except KeyError:
        near = difflib.get_close_matches(name, sources(), n=1)
        hint = f"did you mean {near[0]}?" if near else "`uplog sources` lists them"
        raise UsageError(f"unknown source {name!r}", hint) from None
