"""Ten rounds of contraction end every chain, ring and tree of records in one component, however long or named."""

from __future__ import annotations

import random
from collections.abc import Iterable

import duckdb
import jinja2
import pytest

from orchestration.dbt_runs import PROJECT

Edge = tuple[int, str]


def _macros() -> jinja2.Template:
    text = (PROJECT / "macros" / "identity" / "label_round.sql").read_text(encoding="utf-8")
    return jinja2.Environment(extensions=["jinja2.ext.do"]).from_string(text)


def components(edges: Iterable[Edge]) -> dict[int, str]:
    """The component of each record, by the project's own macro and its own number of rounds."""
    returned: list[list[int]] = []
    module = _macros().make_module({"return": returned.append})
    str(module.label_rounds())  # type: ignore[attr-defined]
    rounds = returned[0]
    with duckdb.connect() as db:
        db.execute("create table edges (record integer, key varchar)")
        pairs = list(edges)
        db.execute(
            "insert into edges select unnest($1::integer[]), unnest($2::varchar[])",
            [[record for record, _ in pairs], [key for _, key in pairs]],
        )
        db.execute("create table round_0 as select key, cast(record as varchar) as label from edges")
        for number in rounds:
            sql = module.label_round(f"round_{number - 1}")  # type: ignore[attr-defined]
            db.execute(f"create table round_{number} as {sql}")
        db.execute("create table found as select distinct record, cast(record as varchar) as label from edges")
        for number in rounds:
            db.execute(
                f"create or replace table found as select f.record, coalesce(r.label, f.label) as label from found f "
                f"left join (select distinct was, label from round_{number}) r on r.was = f.label"
            )
        return dict(db.execute("select record, label from found").fetchall())


def chain(length: int, first: int = 0) -> list[Edge]:
    """Each record shares one key with the next."""
    return [(first + n + place, f"k{first + n}") for n in range(length) for place in (0, 1)]


def ring(length: int) -> list[Edge]:
    return [((n + place) % length, f"k{n}") for n in range(length) for place in (0, 1)]


def tree(size: int) -> list[Edge]:
    return [edge for n in range(1, size) for edge in ((n, f"k{n}"), (n // 2, f"k{n}"))]


@pytest.mark.parametrize(
    "edges",
    [
        pytest.param(chain(50), id="chain of 50"),
        pytest.param(chain(10_000), id="chain of 10,000"),
        pytest.param(ring(10_000), id="ring of 10,000"),
        pytest.param(tree(10_000), id="tree of 10,000"),
        pytest.param([(n, "one phone") for n in range(10_000)], id="10,000 records of one phone"),
    ],
)
def test_records_tied_by_any_chain_of_keys_become_one_customer(edges: list[Edge]) -> None:
    assert len(set(components(edges).values())) == 1


def test_records_in_shuffled_order_keep_their_components_apart() -> None:
    rng = random.Random(3)
    edges = [edge for start in range(0, 4_000, 40) for edge in chain(38, start)]
    names = list(range(4_100))
    rng.shuffle(names)
    renamed = [(names[record], key) for record, key in edges]
    rng.shuffle(renamed)
    found = components(renamed)
    assert len(set(found.values())) == 100
    assert all(found[names[start]] == found[names[start + 38]] for start in range(0, 4_000, 40))
