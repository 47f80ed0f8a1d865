"""Great Expectations, and only here: each batch is reduced by DuckDB, then validated as a small data frame.

The pandas route (docs/decisions/0010-great-expectations-route.md) works unpatched; its import takes seconds
and, beside pyspark, warns, so both stay inside the functions that need it. Nothing is written to disk and
nothing is sent: an ephemeral context, analytics off.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from expectations.rules import Batch, Rule, Suite

if TYPE_CHECKING:
    import pandas

SAMPLE_ROWS = 5


@dataclass(frozen=True)
class Finding:
    """What one rule found: `failed_rows` and up to five `sample` rows (keys and the judged columns, as text), which
    whoever prints it may show: nothing of single persons, of groups of employees only which cell it is.
    """

    suite: str
    rule: str
    severity: str
    table: str
    says: str
    passed: bool
    rows: int
    failed_rows: int
    sample: tuple[Mapping[str, str], ...]


def validate(
    suite: Suite, frames: Mapping[int, pandas.DataFrame], of_employees: Collection[str] = frozenset()
) -> list[Finding]:
    """The findings of every rule; `frames` holds the rows of each batch by its place in the suite, `of_employees` the
    tables whose rows are groups of employees, not yet rolled up.
    """
    with _quiet():
        import great_expectations as gx
        import great_expectations.expectations as library
        from great_expectations.data_context.types.base import DataContextConfig, InMemoryStoreBackendDefaults

        # without a config of its own each context leaves a folder for its docs site behind
        config = DataContextConfig(store_backend_defaults=InMemoryStoreBackendDefaults(), analytics_enabled=False)
        context = gx.get_context(mode="ephemeral", project_config=config)
        context.variables.progress_bars = {"globally": False}
        source = context.data_sources.add_pandas(suite.name)
        found: list[Finding] = []
        for place, frame in frames.items():
            batch = suite.batches[place]
            expectations = gx.ExpectationSuite(name=f"{suite.name}-{place}")
            for number, rule in enumerate(batch.rules):
                expectation = getattr(library, rule.expectation)
                expectations.add_expectation(
                    expectation(**rule.arguments, severity=rule.severity, meta={"rule": number})
                )
            asset = source.add_dataframe_asset(f"{batch.table}-{place}")
            rows = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
            result = rows.validate(expectations, result_format=_result_format(batch, frame))
            by_rule = {one.expectation_config.meta["rule"]: one for one in result.results}
            shown = () if batch.is_personal else batch.keys if batch.table in of_employees else None
            found += [
                _finding(suite, batch, rule, by_rule[number], len(frame), shown)
                for number, rule in enumerate(batch.rules)
            ]
    return found


def _result_format(batch: Batch, frame: pandas.DataFrame) -> dict[str, Any]:
    keys = [key for key in batch.keys if key in frame.columns]
    return {
        "result_format": "SUMMARY",
        "unexpected_index_column_names": keys,
        "partial_unexpected_count": SAMPLE_ROWS,
        "return_unexpected_index_query": False,
    }


def _finding(suite: Suite, batch: Batch, rule: Rule, result: Any, rows: int, shown: Collection[str] | None) -> Finding:
    """`shown` are the columns of a failed row that may be shown, None all of them."""
    details = result.result or {}
    raised = result.exception_info.get("raised_exception") if "raised_exception" in result.exception_info else None
    if raised is None:  # one entry per metric
        raised = any(one.get("raised_exception") for one in result.exception_info.values() if isinstance(one, dict))
    sample = (
        {
            str(key): str(row[key])
            for key in dict.fromkeys([*batch.keys, *row])
            if key in (row if shown is None else shown)
        }
        for row in (details.get("partial_unexpected_index_list") or ())[:SAMPLE_ROWS]
    )
    hint = " (the rule itself could not be judged)" if raised else ""
    if not result.success and batch.is_personal:
        hint += " (rows of single persons are counted, not shown)"
    return Finding(
        suite=suite.name,
        rule=rule.name,
        severity=rule.severity,
        table=batch.table,
        says=f"{rule.says}{hint}",
        passed=bool(result.success) and not raised,
        rows=rows,
        failed_rows=int(details.get("unexpected_count") or 0),
        sample=tuple(row for row in sample if row),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
