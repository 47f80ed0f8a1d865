"""What the log's `data` holds of each source's declared fields, as dbt reads it: one macro, written from the contracts.

A payload is taken apart once, into a struct of texts, instead of once a column. What stands in a list stays JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ingestion.contract import Field, PersonalKind, Source, fields_of

_KEPT: Mapping[str, tuple[str, ...]] = {
    "phone": ("token", "class", "masked"),
    "virtual_phone": ("token", "class"),
    "name": ("token", "form", "is_test"),
    "account": ("token",),
    "device": ("token",),
}
"""What the door leaves of a personal value (`ingestion.personal.tokens`), by its kind."""

_HEAD = """{# Of each source the fields of its contract, in all its versions: text, or json for what stands in a list; a
   personal field is what the door left of it. Written by `python -m ingestion.catalogue --write`; do not edit. #}
"""

_TOKENS = ("token", "masked")
"""Which of these name a person, and have another name once the secret was rotated."""

Shape = dict[str, Any]
"""A field's name to `text`, `token`, `json`, or a shape of its own."""


def macro(listed: Iterable[Source]) -> str:
    """The file `macros/log/payload_shape.sql`."""
    shapes = ",\n".join(f"  '{source.name}': {json.dumps(shape(source))}" for source in listed)
    return (
        f"{_HEAD}{{% macro payload_shape(source_name) %}}\n{{%- set shapes = {{\n{shapes}\n}} %}}\n"
        "{{- return(shapes[source_name]) }}\n{% endmacro %}\n"
    )


def kept_of(kind: PersonalKind | None) -> tuple[str, ...]:
    """The members of the object that the door leaves of a personal value; none where it leaves no object."""
    return _KEPT.get(kind or "", ())


def shape(source: Source) -> Shape:
    """The fields of every version of `source`, one in another as in the payload, but for those that are dropped."""
    found: Shape = {}
    for contract in source.contracts.values():
        for field in fields_of(contract):
            if field.personal == "dropped":
                continue
            for path, kind in _leaves(field):
                *outer, last = path
                at = found
                for name in outer:
                    at = at.setdefault(name, {})
                at[last] = kind
    return found


def _leaves(field: Field) -> Iterator[tuple[list[str], str]]:
    path, is_list, _ = field.path.partition("[]")
    names = path.split(".")
    if is_list:
        yield names, "json"
    elif kept := kept_of(field.personal):
        for part in kept:
            yield [*names, part], "token" if part in _TOKENS else "text"
    else:
        yield names, "text"
