"""docs/metrics.md, written from the semantic layer so that it cannot disagree with it.

Each metric: its definition in words, formula, SQL on a published file, an example with numbers, and what it is not. The
examples are a few rows for each semantic model (`models/metrics/examples`), small enough to count by hand; their
numbers are computed here, and a test lets MetricFlow compute them too.

`python -m orchestration.metrics_page --write` makes the page, `--check` says (exit 1) whether it is current.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb

from orchestration.metrics import FOLDER, Layer, Metric, Semantics, read

PAGE = Path(__file__).resolve().parent.parent / "docs" / "metrics.md"
EXAMPLES = FOLDER / "examples"
_DETAIL = ("fct_appointments", "fct_lead_submissions")
"""What a metric without a mart is read from in detail.duckdb."""
_HEAD = """# Metrics

Written from the semantic layer ([models/metrics](../dbt_project/models/metrics)) by
`python -m orchestration.metrics_page --write`; do not edit.

Each number and each rate is defined once, over the facts, and can be asked by any dimension it has. After `make demo`,
with `source .venv/bin/activate` and `export UPLOG_HOME=var/demo`:

```sh
home=$(realpath "$UPLOG_HOME")
export UPLOG_LOG=$home/log.duckdb UPLOG_WAREHOUSE=$home/warehouse.duckdb
cd dbt_project
dbt parse --profiles-dir .
mf query --metrics show_rate --group-by platform,metric_time__week
```

The marts publish the same numbers; a test holds every metric against its mart, cell by cell. The words are those of
[definitions.md](definitions.md): where this page and that one differ, that one rules. A rate is a quotient of sums,
never a mean of rates. SQL is for `uplog query` on the file named in its first line. Of employees a file holds groups of
five or more ([privacy.md](privacy.md#groups)): sums over a published period are the same, cells are coarser. Examples
are counted over the rows at the head of each section.
"""


def page(layer: Layer) -> str:
    """The whole page."""
    with closing(examples(layer)) as connection:
        sections = [_section(layer, model, connection) for model in layer.models.values() if model.measures]
    return "\n".join([_HEAD, _contents(layer), *sections])


def examples(layer: Layer) -> duckdb.DuckDBPyConnection:
    """A database in memory that holds each relation's example rows."""
    connection = duckdb.connect(":memory:")
    connection.execute("set timezone = 'UTC'")
    for relation in sorted({model.relation for model in layer.models.values() if model.measures}):
        connection.execute(f"create table {relation} as from read_csv('{EXAMPLES / relation}.csv')")
    return connection


def value(layer: Layer, metric: Metric, connection: duckdb.DuckDBPyConnection) -> Any:
    """The metric over the example rows."""
    return connection.execute(layer.fact_sql(metric)).fetchall()[0][0]


def published_sql(layer: Layer, metric: Metric) -> tuple[str, str]:
    """The file that answers a metric, and the SQL to ask it with."""
    found = layer.mart_sql(metric)
    if found is not None:
        return "marts", found
    relation = layer.model_of(metric).relation
    return ("detail" if relation in _DETAIL else "marts"), layer.fact_sql(metric)


def _contents(layer: Layer) -> str:
    rows = ["| metric | is | from |", "|---|---|---|"]
    rows += [f"| [`{one.name}`](#{one.name}) | {one.label} | `{_from(layer, one)}` |" for one in layer.metrics.values()]
    return "\n".join(rows)


def _from(layer: Layer, metric: Metric) -> str:
    return metric.mart or layer.parts(metric)[0].mart or layer.model_of(metric).relation


def _section(layer: Layer, model: Semantics, connection: duckdb.DuckDBPyConnection) -> str:
    metrics = [one for one in layer.metrics.values() if layer.model_of(one) is model]
    with (EXAMPLES / f"{model.relation}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    table = [_row(header), _row("---" for _ in header), *map(_row, rows)]
    text = "\n\n".join(_entry(layer, one, connection) for one in metrics)
    head = f"\n## {model.name.replace('_', ' ').capitalize()}\n\n{model.description} Semantic model `{model.name}`, "
    return f"{head}over `{model.relation}`; example:\n\n" + "\n".join(table) + f"\n\n{text}"


def _row(cells: Iterator[str] | list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _entry(layer: Layer, metric: Metric, connection: duckdb.DuckDBPyConnection) -> str:
    file, sql = published_sql(layer, metric)
    lines = [
        f"### `{metric.name}`",
        "",
        f"**{metric.label}.** {metric.description} ([definition](definitions.md#{metric.see}))",
        "",
        f"- Formula: {_formula(layer, metric)}",
        f"- Example: {_example(layer, metric, connection)}",
        f"- *Not*: {metric.is_not[0].lower()}{metric.is_not[1:]}",
        "",
        "```sql",
        f"-- {file}",
        sql,
        "```",
    ]
    return "\n".join(lines)


def _formula(layer: Layer, metric: Metric) -> str:
    if metric.numerator is not None:
        return " / ".join(f"[`{one.name}`](#{one.name})" for one in layer.parts(metric))
    condition = layer.condition(metric)
    return f"`{layer.measure_of(metric).over('')}`" + (f" where `{condition}`" if condition else "")


def _example(layer: Layer, metric: Metric, connection: duckdb.DuckDBPyConnection) -> str:
    found = value(layer, metric, connection)
    if metric.numerator is None:
        return _number(found)
    numbers = [_number(value(layer, part, connection)) for part in layer.parts(metric)]
    return f"{' / '.join(numbers)} = {_number(found)}"


def _number(found: Any) -> str:
    if found is None:
        return "null"
    return f"{float(found):.3f}".rstrip("0").rstrip(".")


def main(arguments: list[str]) -> int:
    """Write or check the page; the exit code."""
    text = page(read()).rstrip("\n") + "\n"
    if arguments == ["--write"]:
        PAGE.write_text(text, encoding="utf-8")
        return 0
    if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != text:
        print("docs/metrics.md is not current: run `python -m orchestration.metrics_page --write`", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
