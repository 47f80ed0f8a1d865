"""How an export's columns become a record's fields: one YAML file per export, validated before a row is read.

    source: autohome.lead
    fields:
      lead_id: 线索编号                      # a header, or several spellings
      submitted_at: {headers: [提交时间], type: datetime}
      status: {headers: 状态, values: {已预约: set, 已取消: cancelled}}
    constants: {…}                           # fields that no column gives
    sheet: 线索                              # XLSX: a sheet's name or number from 1; else the first that has the header
    header_row: 3                            # else the row that names most columns, among the first 20

Types: `text`; `datetime`, `date`, `time` (`YYYY-MM-DD HH:MM:SS`, `YYYY-MM-DD`, `HH:MM` in the payload, local);
`decimal` and `percent` (text without separators, 12.5% as 0.125); `integer`. `format` is a strptime pattern, or
several, for dates written otherwise. `values` is a closed list: another value is refused. What systems write for no
date or number (`0000-00-00`, `1970-01-01 08:00:00`, 无) is a blank cell.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, Literal

import msgspec
import yaml

from ingestion.contract import Record, Source, fields_of
from ingestion.errors import UsageError
from ingestion.events import contract_problem

Type = Literal["text", "datetime", "date", "time", "decimal", "percent", "integer"]


class Column(msgspec.Struct, forbid_unknown_fields=True):
    """One field: the headers it may stand under, how its cells are read, and what they mean."""

    headers: list[str]
    type: Type = "text"
    format: list[str] = []
    values: dict[str, Any] = {}


class ExportMapping(msgspec.Struct, forbid_unknown_fields=True):
    """The mapping of one export; see this module's page for an example."""

    source: str
    fields: dict[str, Column]
    constants: dict[str, Any] = {}
    sheet: str | int | None = None
    header_row: int | None = None
    encoding: str | None = None
    delimiter: str | None = None


def mapping_for(source: Source, path: Path | None = None) -> ExportMapping | None:
    """The mapping in `path`, else the one uplog ships for this source, else None.

    Raises:
        UsageError: it is not readable, or names a field the contract does not have (with the nearest one).
    """
    if path is None and source.mapping is None:
        return None
    if path is None:
        mapping = _shipped(str(source.mapping))
        _check(mapping, source, str(source.mapping))
        return mapping
    mapping = _read(path)
    _check(mapping, source, str(path))
    return _with_personal(mapping, source)


def _with_personal(mapping: ExportMapping, source: Source) -> ExportMapping:
    """A mapping of one's own, and what it leaves out of personal fields: a name under a header that no field claims
    would be kept as it is."""
    if source.mapping is None:
        return mapping
    taken = {header for column in mapping.fields.values() for header in column.headers}
    personal = {field.path for field in fields_of(source.contract) if field.personal} - mapping.fields.keys()
    added = {
        name: msgspec.structs.replace(column, headers=[header for header in column.headers if header not in taken])
        for name, column in _shipped(source.mapping).fields.items()
        if name in personal
    }
    return msgspec.structs.replace(mapping, fields={**mapping.fields, **added})


@cache
def _shipped(name: str) -> ExportMapping:
    return _read(files("ingestion") / "mappings" / name)


def _read(path: Path | Traversable) -> ExportMapping:
    try:
        return msgspec.convert(_unfolded(yaml.safe_load(path.read_text(encoding="utf-8"))), ExportMapping)
    except (OSError, UnicodeDecodeError) as wrong:
        raise UsageError(f"{path} cannot be read", getattr(wrong, "strerror", None) or "it must be UTF-8") from None
    except yaml.YAMLError as wrong:
        line = getattr(getattr(wrong, "problem_mark", None), "line", 0) + 1
        raise UsageError(f"{path} is not YAML", f"see its line {line}") from None
    except msgspec.ValidationError as wrong:
        raise UsageError(f"{path} is no mapping", contract_problem(str(wrong))) from None


@cache
def required_fields(contract: type[Record]) -> frozenset[str]:
    """The contract's fields without a default."""
    return frozenset(field.encode_name for field in msgspec.structs.fields(contract) if field.required)


@cache
def _known_fields(contract: type[Record]) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(contract))


def nearest(names: Collection[str], among: Collection[str], cutoff: float = 0.3) -> str:
    """`, the nearest is …` to any of `names`, or nothing where none is near."""
    found = [near for name in names for near in difflib.get_close_matches(name, list(among), n=1, cutoff=cutoff)]
    if not found:
        return ""
    best = max(found, key=lambda near: max(difflib.SequenceMatcher(None, near, name).ratio() for name in names))
    return f", the nearest is {best!r}"


def _unfolded(document: Any) -> Any:
    """Short forms written out: `field: header`, one header or format instead of a list."""
    if not isinstance(document, Mapping) or not isinstance(document.get("fields"), Mapping):
        return document
    fields: dict[Any, Any] = {}
    for name, column in document["fields"].items():
        if not isinstance(column, Mapping):
            column = {"headers": column}
        column = dict(column)
        for key in ("headers", "format"):
            if isinstance(column.get(key), str):
                column[key] = [column[key]]
        fields[name] = column
    return {**document, "fields": fields}


def _check(mapping: ExportMapping, source: Source, where: str) -> None:
    if mapping.source != source.name:
        raise UsageError(f"{where} is for {mapping.source}", f"give one for {source.name}")
    known = _known_fields(source.contract)
    for name in (*mapping.fields, *mapping.constants):
        if name not in known:
            raise UsageError(f"{where} fills {name!r}, which {source.name} does not have", _or_list(name, known))
    missing = required_fields(source.contract) - mapping.fields.keys() - mapping.constants.keys()
    if missing:
        raise UsageError(f"{where} does not fill {', '.join(sorted(missing))}", "name a header or a constant for it")
    headers = [header for column in mapping.fields.values() for header in column.headers]
    if len(headers) != len(set(headers)):
        raise UsageError(f"{where} gives one header to two fields", "each header fills one field")


def _or_list(name: str, known: Collection[str]) -> str:
    return nearest([name], known).removeprefix(", ") or f"it has {', '.join(sorted(known))}"
