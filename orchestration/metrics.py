"""The metrics of the semantic layer as the dbt project declares them, and the SQL each comes down to.

MetricFlow answers them from the facts; this reads the same YAML (`models/metrics`) without dbt, so that docs/metrics.md
can be made in a second and so that a test can hold both against the marts. Only what the project uses is read: simple
and ratio metrics, filters of `Dimension(...)`, and dimensions of the metric's own model or of the lead it belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from orchestration.dbt_runs import PROJECT

FOLDER = PROJECT / "models" / "metrics"
_DIMENSION = re.compile(r"\{\{\s*Dimension\('(\w+?)__(\w+)'\)\s*\}\}")
_REF = re.compile(r"ref\('(\w+)'\)")
_AGGREGATES = {
    "count": "count({})",
    "count_distinct": "count(distinct {})",
    "sum": "sum({})",
    "average": "avg({})",
    "percentile": "quantile_disc({}, {share})",
}


@dataclass(frozen=True)
class Measure:
    """What is aggregated; `lasts` names the time dimension it does not add up over (the last one counts)."""

    name: str
    agg: str
    expr: str
    share: float | None
    lasts: str | None

    @property
    def is_additive(self) -> bool:
        """Whether the values of two groups add up to that of both."""
        return self.agg in ("count", "sum") and self.lasts is None

    def over(self, condition: str) -> str:
        """The aggregate as SQL of DuckDB, over the rows that meet a condition (empty: all)."""
        expr = f"case when {condition} then {self.expr} end" if condition else self.expr
        return _AGGREGATES[self.agg].format(expr, share=self.share)


@dataclass(frozen=True)
class Semantics:
    """A semantic model: `name` and `relation`, the entity its dimensions are named by, columns as SQL.

    `group_by` says how a mart's key columns are called in MetricFlow; keys of time need no saying.
    """

    name: str
    relation: str
    description: str
    entity: str
    entities: Mapping[str, str]
    dimensions: Mapping[str, str]
    measures: Mapping[str, Measure]
    group_by: Mapping[str, str]


@dataclass(frozen=True)
class Metric:
    """A metric: simple over a measure and a filter, or the ratio of two others.

    `mart` and `column`: where the same number is published; `see` the entry of docs/definitions.md that rules.
    """

    name: str
    label: str
    description: str
    is_not: str
    see: str
    mart: str | None
    column: str | None
    measure: str | None
    filter: str
    numerator: str | None
    denominator: str | None


@dataclass(frozen=True)
class Layer:
    """All semantic models and metrics by name, and the key columns of the marts."""

    models: Mapping[str, Semantics]
    metrics: Mapping[str, Metric]
    keys: Mapping[str, tuple[str, ...]]

    def parts(self, metric: Metric) -> list[Metric]:
        """The simple metrics a metric rests on: itself, or numerator and denominator."""
        if metric.numerator is None or metric.denominator is None:
            return [metric]
        return [self.metrics[metric.numerator], self.metrics[metric.denominator]]

    def model_of(self, metric: Metric) -> Semantics:
        """The semantic model of a simple metric, or of a ratio's numerator."""
        measure = self.parts(metric)[0].measure
        return next(model for model in self.models.values() if measure in model.measures)

    def measure_of(self, metric: Metric) -> Measure:
        return self.model_of(metric).measures[str(self.parts(metric)[0].measure)]

    def condition(self, metric: Metric) -> str:
        """A simple metric's filter over the model's columns; those of the lead are read as `lead.<column>`."""
        model = self.model_of(metric)

        def column(found: re.Match[str]) -> str:
            entity, name = found.groups()
            if entity == model.entity:
                return model.dimensions[name]
            owner = next(one for one in self.models.values() if one.entity == entity)
            return f"{entity}.{owner.dimensions[name]}"

        return _DIMENSION.sub(column, metric.filter)

    def fact_sql(self, metric: Metric) -> str:
        """The metric over everything, from the relations its semantic models read."""
        parts = self.parts(metric)
        sources = [self._source(part) for part in parts]
        sums = [self.measure_of(part).over(self.condition(part)) for part in parts]
        if len({self.model_of(part).name for part in parts}) == 1:
            source = max(sources, key=len)
            return f"select {_quotient(sums)} as {metric.name}\nfrom {source}"
        scalars = [f"(select {one} from {source})" for one, source in zip(sums, sources, strict=True)]
        return f"select {_quotient(scalars)} as {metric.name}"

    def _source(self, metric: Metric) -> str:
        """What a simple metric is selected from: its relation, with the columns of the lead that its filter asks."""
        model, lasts = self.model_of(metric), self.measure_of(metric).lasts
        asked = {one for one in _DIMENSION.findall(metric.filter) if one[0] != model.entity}
        source = model.relation
        for entity in sorted({entity for entity, _ in asked}):
            owner = next(one for one in self.models.values() if one.entity == entity)
            key = model.entities[entity]
            columns = ", ".join([key, *sorted(owner.dimensions[name] for of, name in asked if of == entity)])
            source += f"\nleft join (select {columns} from {owner.relation}) {entity} using ({key})"
        return source + (f"\nwhere {lasts} = (select max({lasts}) from {model.relation})" if lasts else "")

    def mart_sql(self, metric: Metric, by: tuple[str, ...] | None = None) -> str | None:
        """The metric from the mart that publishes it, by those key columns; None where no mart holds what it needs.

        What does not add up is read at the mart's grain (`by` None), or a ratio's sums over the dates that it may not
        be summed over.
        """
        parts = self.parts(metric)
        if len({part.mart for part in parts}) > 1 or parts[0].mart is None:
            return None
        mart, measures = parts[0].mart, [self.measure_of(part) for part in parts]
        sums = [f"sum({part.column})" for part in parts]
        if not all(one.is_additive for one in measures):
            lasting = all(one.is_additive or one.lasts for one in measures)
            by = by or ((self.keys[mart][0],) if lasting else self.keys[mart])
            sums = sums if lasting else [str(part.column) for part in parts]
        elif by is None:
            by = ()
        of = "".join(f"{key}, " for key in by)
        grouped = f"\ngroup by {', '.join(by)}" if by and sums[0].startswith("sum(") else ""
        what = _quotient(sums)
        named = what if what == metric.name else f"{what} as {metric.name}"
        return f"select {of}{named}\nfrom {mart}{grouped}"


def read(folder: Path = FOLDER) -> Layer:
    """The layer the project declares."""
    pages = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.yml"))]
    models = {one["name"]: _semantics(one) for page in pages for one in page["semantic_models"]}
    metrics = {one["name"]: _metric(one) for page in pages for one in page.get("metrics", ())}
    return Layer(models, metrics, dict(_keys(PROJECT / "models" / "marts")))


def _semantics(said: dict[str, Any]) -> Semantics:
    entities = {one["name"]: one["expr"] for one in said["entities"]}
    primary = [one["name"] for one in said["entities"] if one["type"] == "primary"]
    relation = _REF.fullmatch(said["model"])
    if relation is None:
        raise ValueError(f"{said['name']} reads no ref()")
    return Semantics(
        name=said["name"],
        relation=relation[1],
        description=said["description"],
        entity=said.get("primary_entity") or primary[0],
        entities=entities,
        dimensions={one["name"]: str(one.get("expr", one["name"])) for one in said["dimensions"]},
        measures={one["name"]: _measure(one) for one in said.get("measures", ())},
        group_by=said.get("config", {}).get("meta", {}).get("group_by", {}),
    )


def _measure(said: dict[str, Any]) -> Measure:
    lasts = said.get("non_additive_dimension", {}).get("name")
    return Measure(said["name"], said["agg"], said["expr"], said.get("agg_params", {}).get("percentile"), lasts)


def _metric(said: dict[str, Any]) -> Metric:
    params, meta = said["type_params"], said["config"]["meta"]
    mart, _, column = meta.get("mart", "").partition(".")
    return Metric(
        name=said["name"],
        label=said["label"],
        description=" ".join(said["description"].split()),
        is_not=meta["is_not"],
        see=meta["see"],
        mart=mart or None,
        column=column or None,
        measure=params.get("measure"),
        filter=" ".join(said.get("filter", "").split()),
        numerator=params.get("numerator"),
        denominator=params.get("denominator"),
    )


def _keys(folder: Path) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The columns of each mart's key test."""
    for path in sorted(folder.glob("*/*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models", ()):
            for test in model.get("data_tests", ()):
                if isinstance(test, dict) and "is_key" in test:
                    yield model["name"], tuple(test["is_key"]["arguments"]["columns"])


def _quotient(sums: list[str]) -> str:
    return sums[0] if len(sums) == 1 else f"{sums[0]} / nullif({sums[1]}, 0)"
