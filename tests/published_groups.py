"""A simulated group of employees, published for real: three tables over one cube, each row naming whom it sums.

No such column would ever be published; it is how a test reads off the files what each figure is a sum of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random

import duckdb

from expectations.manifest import Manifest, Model
from publishing import files
from publishing.differencing import computable
from publishing.groups import OTHER
from publishing.rollup import AS_OF

WEEK = "2026-10-12"
ROLES = ("sales", "dcc", "aftersales", "manager")
KINDS = ("morning", "training", "oem", "review", "live", "price")
CUBE = "int_hours_people"
GRAINS = {
    "mart_hours": ("week_start_date", "store_id"),
    "mart_role_hours": ("week_start_date", "role"),
    "mart_kind_hours": ("week_start_date", "store_id", "level", "kind"),
}
Sum = frozenset[str]


def warehouse(path: Path, seed: int, sizes: Sequence[int], *, brands: int = 2) -> Path:
    """One week of a group: everybody's hours by kind, nothing of a kind for some. Whoever is in two worlds of one seed
    did the same in both.
    """
    rows = []
    for number, size in enumerate(sizes):
        store, brand = f"S{number:03d}", f"B{number % brands}"
        for place in range(size):
            person = f"{store}E{place:02d}"
            rng = Random(f"{seed}:{person}")
            role = rng.choices(ROLES, (60, 15, 20, 5))[0]
            done = [(rng.choice(("store", "oem")), kind) for kind in KINDS if rng.random() < 0.4] or [("store", "desk")]
            rows += [
                (WEEK, store, brand, role, *what, person, f"{person}/{what[1]}", rng.random() * 9) for what in done
            ]
    with duckdb.connect(str(path)) as made:
        made.execute(
            f"create table {CUBE} (week_start_date date, store_id text, brand text, role text, level text, kind text,"
            " employee_id text, part text, hours double)"
        )
        made.executemany(f"insert into {CUBE} values (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        for name, cell in GRAINS.items():
            made.execute(f"create table {name} as {_sql(cell, CUBE)}")
    return path


def _sql(cell: Sequence[str], relation: str) -> str:
    names = ", ".join(cell)
    return (
        f"select {names}, count(distinct employee_id) as persons, sum(hours) as hours, list(distinct part) as summed "
        f"from {relation} group by {names}"
    )


def manifest(*, has_as_of: bool = False) -> Manifest:
    """The cube and its three marts as dbt would describe them; with a table of `as_of` when asked."""

    def model(name: str, cell: tuple[str, ...]) -> Model:
        is_mart = name in GRAINS
        return Model(
            name=name,
            relation=f'"warehouse"."main"."{name}"',
            description="",
            columns=tuple((column, "") for column in (*cell, "persons", "hours", "summed")),
            files=frozenset({"marts"} if is_mart else ()),
            people_only=frozenset(),
            is_pooled=False,
            subject="E" if is_mart else None,
            cube=CUBE if is_mart else None,
            cell=cell,
            sql=_sql(cell, f'"warehouse"."main"."{CUBE}"') if is_mart else "",
            parents=(CUBE,) if is_mart else (),
            key=cell,
        )

    cubes = (CUBE, *((AS_OF,) if has_as_of else ()))
    return Manifest({name: model(name, GRAINS.get(name, ())) for name in (*cubes, *GRAINS)}, "warehouse")


def published(folder: Path, built: Path, before: Path | None = None, *, has_as_of: bool = False) -> Path:
    """Marts written from a warehouse into a folder of their own, as publishing writes them."""
    folder.mkdir()
    files.write(folder / "marts.duckdb", "marts", manifest(has_as_of=has_as_of), built, (), before=before)
    return folder


def sums(folder: Path) -> dict[str, list[Sum]]:
    """What each row of each published table sums, by the table's name."""
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        return {
            name: [frozenset(summed) for (summed,) in marts.execute(f"select summed from {name}").fetchall()]
            for name in GRAINS
        }


def given_away(*folders: Path) -> list[Sum]:
    """Groups of fewer than five whose hours can be computed from these publications taken together."""
    rows = [row for folder in folders for table in sums(folder).values() for row in table]
    known = sorted(frozenset[str]().union(*rows))
    place = {one: number for number, one in enumerate(known)}
    found = computable([one.partition("/")[0] for one in known], [frozenset(place[one] for one in row) for row in rows])
    return [frozenset(known[number] for number in one) for one in found]


def share_elsewhere(folder: Path) -> Mapping[str, float]:
    """Of each table by store, the share of what it sums that stands in `other` stores."""
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as marts:
        return {
            name: marts.execute(
                f"select sum(len(summed) * cast(starts_with(store_id, '{OTHER}') as int)) / sum(len(summed)) "
                f"from {name}"
            ).fetchall()[0][0]
            or 0.0
            for name, cell in GRAINS.items()
            if "store_id" in cell
        }
