"""What dbt wrote down about a build: the published models, where they stand, and their compiled SQL.

`config.meta` of a model says what publishing does with it: `published` (the files it goes to: marts, detail,
people), `people_only` (columns that are left out of all but people), `subject` (S, E, L or R: docs/privacy.md),
and for E `cube` (the one relation of person grain its SQL reads) and `cell` (the columns of its grain), or `pooled`:
estimates over ten stores and more at once, which have no cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.errors import Damaged, UplogError
from ingestion.settings import Settings

FILES = ("marts", "detail", "people")


@dataclass(frozen=True)
class Model:
    """One dbt model: `relation` as SQL names it (quoted, with its database), `key` the columns of its key test.

    `bounded` are counts of persons with a case, each with the count of all of them (`bounded_count` in its meta).
    """

    name: str
    relation: str
    description: str
    columns: tuple[tuple[str, str], ...]
    files: frozenset[str]
    people_only: frozenset[str]
    subject: str | None
    is_pooled: bool
    cube: str | None
    cell: tuple[str, ...]
    sql: str
    parents: tuple[str, ...]
    key: tuple[str, ...]
    bounded: tuple[tuple[str, str], ...] = ()

    def columns_in(self, file: str) -> tuple[tuple[str, str], ...]:
        """`(name, description)` of the columns this file may hold, in the contract's order."""
        if file == "people":
            return self.columns
        return tuple((name, says) for name, says in self.columns if name not in self.people_only)


@dataclass(frozen=True)
class Manifest:
    """The models of one build by name, and the name dbt knows the warehouse's database by."""

    models: Mapping[str, Model]
    database: str

    def published(self, file: str) -> list[Model]:
        """The models that go to `file`, by name."""
        return [model for _, model in sorted(self.models.items()) if file in model.files]

    def below(self, name: str) -> set[str]:
        """The models that read `name`, directly or through others."""
        found: set[str] = set()
        while True:
            more = {one.name for one in self.models.values() if {name, *found} & set(one.parents)} - found
            if not more:
                return found
            found |= more

    def relation(self, name: str) -> str | None:
        """How SQL names the table of a model, or None when there is no such model."""
        model = self.models.get(name)
        return model.relation if model else None


def kept_at(settings: Settings) -> Path:
    """Where the manifest of the build the warehouse holds is kept, out of the way of later dbt calls."""
    return settings.home / "dbt" / "manifest.json"


def read(path: Path) -> Manifest:
    """The manifest at `path`.

    Raises:
        UplogError: there is none: nothing was built yet.
        Damaged: it is no manifest.
    """
    try:
        found = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise UplogError("nothing is built yet", "run `uplog build` first") from None
    except ValueError:
        raise Damaged(f"{path} is no dbt manifest", "build again with `uplog build --full`") from None
    nodes = found.get("nodes", {})
    seeds_and_models = [node for node in nodes.values() if node["resource_type"] in ("model", "seed")]
    keys = _keys(nodes.values())
    models = {node["name"]: _model(node, nodes, keys.get(node["unique_id"], ())) for node in seeds_and_models}
    return Manifest(models, next((node["database"] for node in seeds_and_models), "warehouse"))


def _keys(nodes: Iterable[Mapping[str, Any]]) -> dict[str, tuple[str, ...]]:
    """The columns of each model's key test."""
    found: dict[str, tuple[str, ...]] = {}
    for node in nodes:
        test = node.get("test_metadata") or {}
        if test.get("name") == "is_key" and node.get("attached_node"):
            kwargs = test.get("kwargs", {})
            columns = kwargs.get("columns") or kwargs.get("arguments", {}).get("columns") or ()
            found[node["attached_node"]] = tuple(columns)
    return found


def _model(node: Mapping[str, Any], nodes: Mapping[str, Any], key: tuple[str, ...]) -> Model:
    meta = {**node.get("meta", {}), **node.get("config", {}).get("meta", {})}
    published = meta.get("published") or {}
    unknown = set(published) - set(FILES)
    if unknown:
        raise UplogError(f"{node['name']} is published to {', '.join(sorted(unknown))}", f"only {', '.join(FILES)} are")
    parents = [nodes[key]["name"] for key in node.get("depends_on", {}).get("nodes", []) if key in nodes]
    return Model(
        name=node["name"],
        relation=node.get("relation_name") or "",
        description=" ".join(node.get("description", "").split()),
        columns=tuple(
            (name, " ".join(column.get("description", "").split())) for name, column in node.get("columns", {}).items()
        ),
        files=frozenset(name for name, wanted in published.items() if wanted),
        people_only=frozenset(meta.get("people_only") or ()),
        subject=meta.get("subject"),
        is_pooled=bool(meta.get("pooled")),
        cube=meta.get("cube"),
        cell=tuple(meta.get("cell") or ()),
        sql=node.get("compiled_code") or "",
        parents=tuple(parents),
        key=key,
        bounded=tuple(
            (name, of)
            for name, column in node.get("columns", {}).items()
            if (of := {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}.get("bounded_count"))
        ),
    )
