"""What a contract is: one msgspec Struct per record, and beside it how a record becomes an event.

A Struct names the fields uplog reads. Unknown fields pass and are kept. The annotations below say
which fields are personal (they become tokens at the door) and which are free text (patterns of
phones, ids and plates are masked in them), also where people type into what should be a word of a list; in a reference
those become keyed hashes, as in an event's own id. Any other `str` is a code and stays as it is.
Rules of evolution: a new field has a default, a type never changes; what breaks gets a new version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from ingestion import times

PersonalKind = Literal["phone", "virtual_phone", "name", "account", "device", "dropped"]
"""`virtual_phone`: a middle (X) number, never identity · `account`: a staff member's id in a vendor's
system · `dropped`: removed at the door (national id, plate)."""

Phone = Annotated[str, Meta(extra={"personal": "phone"})]
VirtualPhone = Annotated[str, Meta(extra={"personal": "virtual_phone"})]
Name = Annotated[str, Meta(extra={"personal": "name"})]
OthersName = Annotated[str, Meta(extra={"personal": "name", "is_others": True})]
OthersPhone = Annotated[str, Meta(extra={"personal": "phone", "is_others": True})]
CustomerName = Annotated[str, Meta(extra={"personal": "name", "is_customer": True})]
Account = Annotated[str, Meta(extra={"personal": "account"})]
Device = Annotated[str, Meta(extra={"personal": "device"})]
Dropped = Annotated[str, Meta(extra={"personal": "dropped"})]
FreeText = Annotated[str, Meta(extra={"free_text": True})]
Word = Annotated[str, Meta(extra={"word": True})]
"""A word people choose from a list or type where it has none: masked like free text; a column may be named after it."""
Reference = Annotated[str, Meta(extra={"reference": True})]
"""The number of a customer, of a record about one, or of a shop's account: some systems number these by telephone."""
Id = Reference | int
"""Vendors send ids of 19 digits as numbers or as text; models read both as text."""


class Record(msgspec.Struct, kw_only=True):
    """Base of every contract: the payload of one vendor record, field names as they arrive."""


class CustomerRecord(Record):
    """What every record of a dealer's own systems says of where, who, and which customer (assumed).

    `employee_id` is the staff system's, `lead_id` the CRM lead's (WAV's `LeadId`), `customer_id` the CRM's own
    number of the customer; none but the store is certain to be there.
    """

    store_id: str
    employee_id: str | None = None
    lead_id: Id | None = None
    customer_id: Reference | None = None
    customer_phone: Phone | None = None
    customer_name: Name | None = None


Contract = type[Record]


@dataclass(frozen=True)
class At:
    """Where an event's time stands: the first of `paths` that has a value, in `unit`."""

    unit: times.Unit
    paths: tuple[str, ...]

    def read(self, data: Mapping[str, Any]) -> str:
        """The instant as RFC 3339 in UTC.

        Raises:
            ValueError: none of the paths has a readable value; names them.
        """
        for path in self.paths:
            value = value_at(data, path)
            if value not in (None, "", 0, "0"):
                try:
                    return times.utc_text(value, self.unit)
                except ValueError as wrong:
                    raise ValueError(f"{path}: {wrong}") from None
        raise ValueError(f"no time in {' or '.join(self.paths)}")


def _one(payload: Any) -> Iterator[Any]:
    yield payload


@dataclass(frozen=True)
class Source:
    """One kind of record: its name, where it travels, how it is recognised, read and filled.

    `key` are the paths of the record's own key and make the event's subject; `event_id` is the path of
    an id the vendor gives to each version (without one, id = subject + a short keyed hash of the content).
    `account` is the path of the corp, dealer or shop id that makes `source`, where the payload has one; where it is a
    person's own id (a personal field) that the vendor's answer leaves out, the import's account fills it.
    `asks_account`: the answer names nobody, and only the import's account says whose it is.
    `version_clock` is the vendor's own clock of changes; without it the time of the pull decides.
    `records` takes one vendor answer apart (its wrapper, pages, errors) and yields payloads; `file_format` says what
    its files hold where they are neither exports nor JSON.
    """

    name: str
    topic: str
    contracts: Mapping[int, Contract]
    key: tuple[str, ...]
    occurred_at: At
    fact: str
    example: str
    event_id: str | None = None
    account: str | None = None
    asks_account: bool = False
    version_clock: str | None = None
    records: Callable[[Any], Iterable[Any]] = _one
    file_format: Literal["json", "xml", "icalendar"] = "json"
    vendor_page: str | None = None
    mapping: str | None = None
    example_account: str | None = None

    @property
    def vendor(self) -> str:
        return self.name.partition(".")[0]

    @property
    def version(self) -> int:
        return max(self.contracts)

    @property
    def type(self) -> str:
        return f"{self.name}.v{self.version}"

    @property
    def contract(self) -> Contract:
        return self.contracts[self.version]

    @property
    def staging(self) -> str:
        vendor, _, record = self.name.partition(".")
        return f"stg_{vendor}__{record}"

    @property
    def is_assumed(self) -> bool:
        return self.vendor_page is None


def values_at(data: Any, path: str) -> Iterator[Any]:
    """The values at a dotted path; `accounts[].account` walks a list."""
    head, _, rest = path.partition(".")
    is_list = head.endswith("[]")
    if not isinstance(data, dict):
        return
    value = data.get(head[:-2] if is_list else head)
    for item in value if is_list and isinstance(value, list) else [value]:
        if item is None:
            continue
        if rest:
            yield from values_at(item, rest)
        else:
            yield item


def value_at(data: Mapping[str, Any], path: str) -> Any:
    """The first value at a dotted path, or None."""
    if "." in path or "[" in path:
        return next(values_at(data, path), None)
    return data.get(path)


@dataclass(frozen=True)
class Field:
    """One declared leaf of a contract: its dotted path and how the door treats it.

    `is_others`: a name or number that is not the customer's although it stands beside theirs (a salesperson's, an
    introducer's); `is_customer`: a name that is not the member of staff's although it stands beside their account.
    `is_reference`: a number of a customer, of a record about one, or of a shop's account. `is_word`: chosen or typed.
    """

    path: str
    type: str
    required: bool
    personal: PersonalKind | None
    free_text: bool
    is_others: bool = False
    is_customer: bool = False
    is_reference: bool = False
    is_word: bool = False


@cache
def fields_of(contract: Contract) -> tuple[Field, ...]:
    """Every declared leaf of a contract, nested structs and lists included."""
    return tuple(_leaves(msgspec.inspect.type_info(contract), "", True))


def _leaves(info: Any, path: str, required: bool, extra: Mapping[str, Any] | None = None) -> Iterator[Field]:
    extra = extra or {}
    if isinstance(info, msgspec.inspect.Metadata):
        yield from _leaves(info.type, path, required, {**extra, **(info.extra or {})})
    elif isinstance(info, msgspec.inspect.StructType):
        for inner in info.fields:
            inner_path = f"{path}.{inner.encode_name}" if path else inner.encode_name
            yield from _leaves(inner.type, inner_path, inner.required)
    elif isinstance(info, msgspec.inspect.ListType):
        yield from _leaves(info.item_type, f"{path}[]", required, extra)
    elif isinstance(info, msgspec.inspect.UnionType):
        options = [option for option in info.types if not isinstance(option, msgspec.inspect.NoneType)]
        nested = [o for o in options if isinstance(_bare(o), msgspec.inspect.StructType | msgspec.inspect.ListType)]
        if nested:
            yield from _leaves(nested[0], path, required, extra)
        else:
            for option in options:
                if isinstance(option, msgspec.inspect.Metadata):
                    extra = {**extra, **(option.extra or {})}
            names = " or ".join(_type_name(_bare(option)) for option in options)
            yield Field(path, names, required, *_treatment(extra))
    else:
        yield Field(path, _type_name(info), required, *_treatment(extra))


def _treatment(extra: Mapping[str, Any]) -> tuple[PersonalKind | None, bool, bool, bool, bool, bool]:
    names = ("free_text", "is_others", "is_customer", "reference", "word")
    free_text, is_others, is_customer, is_reference, is_word = (bool(extra.get(name)) for name in names)
    return extra.get("personal"), free_text, is_others, is_customer, is_reference, is_word


def _bare(info: Any) -> Any:
    return info.type if isinstance(info, msgspec.inspect.Metadata) else info


def _type_name(info: Any) -> str:
    names = {"StrType": "text", "IntType": "integer", "FloatType": "number", "BoolType": "boolean"}
    return names.get(type(info).__name__, type(info).__name__.removesuffix("Type").lower())
