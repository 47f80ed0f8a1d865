"""The map of the house: topics, landing, every dbt model, the gate, the published files, the report.

Every step calls the function the command line calls. A pool per DuckDB file keeps one writer at a time.
(Dagster reads annotations as objects: no `from __future__ import annotations` here.)
"""

import warnings
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from graphlib import TopologicalSorter
from typing import Any

from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    BetaWarning,
    DataVersion,
    FreshnessPolicy,
    MaterializeResult,
    ObserveResult,
    SourceAsset,
    asset_check,
    multi_asset,
    multi_asset_check,
    observable_source_asset,
)
from dagster_dbt import dbt_assets

from ingestion.errors import UplogError
from ingestion.settings import settings
from ingestion.topics import TOPICS
from orchestration.dbt_runs import Tested
from orchestration.translator import TableNames

LOG_POOL = "log.duckdb"
WAREHOUSE_POOL = "warehouse.duckdb"
PUBLISHED_POOL = "published"

LOG_TABLES = ("events", "duplicates", "dead_letters", "offsets", "generations", "batches")
FILES = ("marts", "detail", "people")

_DAILY = FreshnessPolicy.time_window(fail_window=timedelta(hours=36), warn_window=timedelta(hours=26))


def topic_key(topic: str) -> AssetKey:
    """`leads.autohome` is the asset `kafka/leads_autohome`: Dagster's names hold no points."""
    return AssetKey(["kafka", topic.replace(".", "_")])


def observed_topics() -> list[SourceAsset]:
    """One observed source per topic; its observation carries the lag in events."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", BetaWarning)  # observable_source_asset is in beta, and the one way to observe
        return [_observed(topic) for topic in TOPICS]


def _observed(topic: str) -> SourceAsset:
    @observable_source_asset(key=topic_key(topic), group_name="kafka", description=f"Kafka topic {topic}.")
    def observe() -> ObserveResult:
        from orchestration.status import topic_lag

        lag, end = topic_lag(settings(), topic)
        return ObserveResult(data_version=DataVersion(str(end)), metadata={"lag_events": lag, "end_offset": end})

    return observe


@multi_asset(
    name="landing",
    specs=[
        AssetSpec(
            AssetKey(["raw", table]),
            deps=[topic_key(topic) for topic in TOPICS],
            group_name="log",
            freshness_policy=_DAILY if table == "batches" else None,
        )
        for table in LOG_TABLES
    ],
    pool=LOG_POOL,
)
def landing(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
    """Kafka to log.duckdb, up to the present."""
    from ingestion.lander import land

    report = land(settings(), progress=lambda so_far, left: context.log.info(f"{so_far.received} read, {left} left"))
    counts = {"received": report.received, "duplicates": report.duplicates, "dead_letters": report.dead}
    for table in LOG_TABLES:
        yield MaterializeResult(
            asset_key=AssetKey(["raw", table]), metadata={**counts, "events": report.events, "batches": report.batches}
        )


def warehouse(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """Every dbt model, seed and test as one step: dbt orders them itself, the file has one writer."""

    @dbt_assets(manifest=manifest, dagster_dbt_translator=TableNames(), name="warehouse", pool=WAREHOUSE_POOL)
    def build_warehouse(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        from orchestration.build import build

        tested: list[Tested] = []
        try:
            report = build(settings(), full=context.run.tags.get("uplog/full") == "true", on_test=tested.append)
        except UplogError:
            yield from _checked(context, tested)
            raise
        seen = {"build_id": report.build_id, "nothing_new": report.nothing_new, "events": report.events}
        below = {spec.key: [dep.asset_key for dep in spec.deps] for spec in context.assets_def.specs}
        for key in TopologicalSorter(below).static_order():
            if key in context.selected_asset_keys:
                yield MaterializeResult(asset_key=key, metadata=seen)
        yield from _checked(context, tested)

    return build_warehouse


def _checked(context: AssetExecutionContext, tested: Iterable[Tested]) -> Iterator[AssetCheckResult]:
    """What dbt said of each of its tests in this run; nothing when dbt had nothing to do."""
    said = {one.unique_id: one for one in tested}
    for check in context.assets_def.check_specs:
        one = said.get((check.metadata or {}).get("dagster_dbt/unique_id", ""))
        if one is not None and check.key in context.selected_asset_check_keys:
            yield AssetCheckResult(
                check_name=check.name,
                asset_key=check.asset_key,
                passed=one.status in ("pass", "warn"),
                severity=AssetCheckSeverity.WARN if one.status == "warn" else AssetCheckSeverity.ERROR,
                metadata={"failures": one.failures},
            )


def gate(marts: list[AssetKey]) -> Any:
    """The gate as a blocking check of every mart: nothing below it runs when a critical rule fails.

    What is found of no mart, but of the log or of a fact, is shown on every mart: they are made of it.
    """
    names = {key.path[-1] for key in marts}

    @multi_asset_check(
        name="gate",
        specs=[AssetCheckSpec("gate", asset=key, blocking=True) for key in marts],
        pool=WAREHOUSE_POOL,
    )
    def judge_marts() -> Iterator[AssetCheckResult]:
        from publishing.publication import validate

        verdict = validate(settings())
        for key in marts:
            of_table = [one for one in verdict.findings if one.table == key.path[-1] or one.table not in names]
            broken = [one for one in of_table if not one.passed]
            critical = [one for one in broken if one.severity == "critical"]
            yield AssetCheckResult(
                check_name="gate",
                asset_key=key,
                passed=not broken,
                severity=AssetCheckSeverity.ERROR if critical else AssetCheckSeverity.WARN,
                metadata={"rules": len(of_table), "broken": ", ".join(one.rule for one in broken)},
            )

    return judge_marts


def publication(published: list[AssetKey]) -> AssetsDefinition:
    """The three files readers open, and the gate's page beside them."""

    @multi_asset(
        name="publication",
        specs=[
            AssetSpec(AssetKey(["published", file]), deps=published, group_name="published", freshness_policy=_DAILY)
            for file in FILES
        ],
        pool=PUBLISHED_POOL,
    )
    def publish_files(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        from publishing.publication import publish

        done = publish(settings(), progress=context.log.info)
        for file in FILES:
            yield MaterializeResult(asset_key=AssetKey(["published", file]), metadata={"build_id": done.build_id})

    return publish_files


@multi_asset(
    name="reports",
    specs=[
        AssetSpec(AssetKey(["published", "report"]), deps=[AssetKey(["published", "marts"])], group_name="published")
    ],
    pool=PUBLISHED_POOL,
)
def reports() -> MaterializeResult[Any]:
    """The report of the last week and of the last month that are over, in both languages: anew with every build."""
    from publishing.report import write_over

    written = write_over(settings())
    return MaterializeResult(
        asset_key=AssetKey(["published", "report"]),
        metadata={"pages": ", ".join(one.path.name for one in written) or "no week is over yet"},
    )


@asset_check(asset=AssetKey(["published", "marts"]), name="equals_rebuild", pool=WAREHOUSE_POOL, blocking=True)
def equals_rebuild(context: AssetCheckExecutionContext) -> AssetCheckResult:
    """The proof: every table of the warehouse is what a scratch warehouse, built from the log, says.

    Blocking, so that a failed proof fails its run and the run-failure sensor says what to do.
    """
    from orchestration.verify import verify

    done = verify(settings(), progress=lambda what, number, of: context.log.debug(f"{what} ({number} of {of})"))
    differences = [str(one) for one in done.compared.differences]
    return AssetCheckResult(
        passed=not differences,
        metadata={
            "build_id": done.build_id,
            "batch_id": done.batch_id,
            "tables": done.compared.tables,
            "rows": done.compared.rows,
            "differences": "; ".join(differences),
        },
    )
