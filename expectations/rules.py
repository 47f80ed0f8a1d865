"""What a suite is made of: queries that reduce a table to the rows worth judging, and rules over their columns.

A rule names a Great Expectations class and its arguments; nothing here imports that library, which takes
seconds: only `expectations.engine` does, where a gate runs. `{name}` in a query is the table of that dbt model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from string import Formatter
from typing import Any, Literal

Severity = Literal["critical", "warning"]
"""A failing critical rule refuses to publish; a failing warning is said and written down."""


@dataclass(frozen=True)
class Rule:
    """One expectation: `says` is the sentence a reader of the report sees when it fails."""

    name: str
    severity: Severity
    says: str
    expectation: str
    arguments: Mapping[str, Any]


@dataclass(frozen=True)
class Batch:
    """The rows one query gives, and the rules over them.

    `table` is what a failing rule names. `keys` are the columns that say which rows failed. With
    `is_personal` the rows are of single persons: they are counted, and shown nowhere.
    """

    table: str
    query: str
    keys: tuple[str, ...]
    rules: tuple[Rule, ...]
    is_personal: bool = False

    @property
    def needs(self) -> tuple[str, ...]:
        """The dbt models the query reads."""
        return tuple(dict.fromkeys(name for _, name, _, _ in Formatter().parse(self.query) if name))


@dataclass(frozen=True)
class Suite:
    """Batches judged together: `landed` over the log, `marts` over the warehouse."""

    name: str
    title: str
    batches: tuple[Batch, ...]


def between(
    column: str,
    low: float | None,
    high: float | None,
    *,
    rule: str,
    says: str,
    severity: Severity = "critical",
    mostly: float = 1.0,
) -> Rule:
    """Every value (or the share `mostly`) lies between both, inclusive; nulls are not judged."""
    arguments = {"column": column, "min_value": low, "max_value": high, "mostly": mostly}
    return Rule(rule, severity, says, "ExpectColumnValuesToBeBetween", arguments)


def at_least(larger: str, smaller: str, *, rule: str, says: str, severity: Severity = "critical") -> Rule:
    """`larger` is never below `smaller` in the same row; rows with a null are not judged."""
    arguments = {"column_A": larger, "column_B": smaller, "or_equal": True, "ignore_row_if": "either_value_is_missing"}
    return Rule(rule, severity, says, "ExpectColumnPairValuesAToBeGreaterThanB", arguments)


def never_null(column: str, *, rule: str, says: str, severity: Severity = "critical") -> Rule:
    """The column has a value in every row."""
    return Rule(rule, severity, says, "ExpectColumnValuesToNotBeNull", {"column": column})


def some_rows(*, rule: str, says: str, severity: Severity = "critical") -> Rule:
    """There is at least one row."""
    return Rule(rule, severity, says, "ExpectTableRowCountToBeBetween", {"min_value": 1})


def never_grows(steps: tuple[str, ...], *, rule: str, says: str) -> tuple[Rule, ...]:
    """Each step is at most the one before it."""
    return tuple(
        at_least(before, after, rule=f"{rule}:{after}", says=f"{says}: {after} over {before}")
        for before, after in pairwise(steps)
    )
