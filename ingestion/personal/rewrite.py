"""From a contract to the function that makes a payload safe to keep: tokens for personal fields, masks in text.

Compiled once per contract from its declared fields. Fields the contract does not know are kept, their text
masked at any depth; a bare mobile number or national id in them is masked even where it is a JSON number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Protocol

from ingestion.contract import Field, Record, fields_of
from ingestion.personal.masking import mask_text

Rewrite = Callable[[dict[str, Any]], None]
Step = Callable[[Any], Any]


class Replacing(Protocol):
    """What stands for a personal value, by its kind: tokens in the log, labels on a terminal."""

    @property
    def by_kind(self) -> Mapping[str, Callable[[str], Any]]: ...


_PLANS = 1_000
_SEVENTEEN_DIGITS = 99_999_999_999_999_999
"""A national id has one more, and may be a JSON number where its last is no X."""

_SCALARS = {"text", "integer", "number", "boolean"}


def compiled(contract: type[Record], tokens: Replacing) -> Rewrite:
    """Rewrites a payload that holds to `contract` in place."""
    return _of_object([(field.path, field) for field in fields_of(contract)], tokens)


def mask_deep(value: Any) -> Any:
    """`value` with every text masked, object keys included, and mobile numbers and ids given as JSON numbers."""
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, dict):
        return {mask_text(key): mask_deep(item) for key, item in value.items()}
    if isinstance(value, list):
        return [mask_deep(item) for item in value]
    if isinstance(value, int | float) and not isinstance(value, bool):
        if _is_mobile(value):
            return "[phone]"
        if isinstance(value, int) and value > _SEVENTEEN_DIGITS and mask_text(str(value)) == "[id]":
            return "[id]"
    return value


def _is_mobile(value: float) -> bool:
    return 13_000_000_000 <= value < 20_000_000_000 or 8_613_000_000_000 <= value < 8_620_000_000_000


def _of_object(fields: Iterable[tuple[str, Field]], tokens: Replacing) -> Rewrite:
    leaves: dict[str, Step | None] = {}
    nested: dict[str, list[tuple[str, Field]]] = {}
    for path, field in fields:
        head, dot, rest = path.partition(".")
        if dot:
            nested.setdefault(head, []).append((rest, field))
        else:
            leaves[head] = _leaf(field, tokens)
    steps: list[tuple[str, Step]] = []
    known: set[str] = set()
    for head, step in leaves.items():
        name = head.rstrip("[]")
        known.add(name)
        if step is not None:
            steps.append((name, _through_lists(step, head)))
    for head, inner in nested.items():
        name = head.rstrip("[]")
        known.add(name)
        steps.append((name, _through_lists(_inside(_of_object(inner, tokens)), head)))
    return _by_names(dict(steps), frozenset(known))


def _by_names(steps: Mapping[str, Step], known: Collection[str]) -> Rewrite:
    """Payloads of one kind have few sets of names: what is to be done with each is found once."""
    plans: dict[tuple[str, ...], list[tuple[str, str, Step]]] = {}

    def plan(names: tuple[str, ...]) -> list[tuple[str, str, Step]]:
        made = [(name, name, steps[name]) for name in names if name in steps]
        made += [(name, mask_text(name), mask_deep) for name in names if name not in known]
        if len(plans) >= _PLANS:
            plans.clear()
        plans[names] = made
        return made

    def rewrite(data: dict[str, Any]) -> None:
        names = tuple(data)
        if (found := plans.get(names)) is None:
            found = plan(names)
        for name, clean, step in found:
            value = data[name]
            if clean is not name:
                del data[name]
            if value is not None or clean is not name:
                data[clean] = step(value)

    return rewrite


def _leaf(field: Field, tokens: Replacing) -> Step | None:
    if field.personal is not None:
        return tokens.by_kind[field.personal]
    if field.free_text or field.is_word:
        return mask_text
    if field.is_reference:
        return tokens.by_kind["reference"]
    return None if set(field.type.split(" or ")) <= _SCALARS else mask_deep


def _inside(rewrite: Rewrite) -> Step:
    def step(value: Any) -> Any:
        rewrite(value)
        return value

    return step


def _through_lists(step: Step, head: str) -> Step:
    for _ in range(head.count("[]")):
        step = _each(step)
    return step


def _each(step: Step) -> Step:
    def each(values: list[Any]) -> list[Any]:
        return [None if value is None else step(value) for value in values]

    return each
