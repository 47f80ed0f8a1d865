"""Whether the contracts still read every stored event: compared with the schemas of a git revision.

Stored events are read for ever, and a dead letter is replayed by the contract of the day. So a change may add a field
that has a default, or a version; it may not take away, rename or retype a field, require one, narrow what it may hold,
turn personal into plain or plain into personal, take away a version, nor move what makes an event's identity or place.
A field that no contract named may be dropped from now on: no model reads it, and what has landed stays as it is.

`python -m ingestion.evolution` (in `make lint`) compares with where this branch left `main`, on `main` with the commit
before; without either (a shallow clone, no git) it says so and passes.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.catalogue import SCHEMAS, documents
from ingestion.errors import UplogError

Schemas = Mapping[str, Mapping[str, Any]]
"""JSON Schemas by event type (`autohome.lead.v1`)."""

_HOME = Path(__file__).parent.parent
_IDENTITY = {"topic": "the topic", "key": "the key", "event_id": "the event id", "account": "the account"}
_LIMITS = ("pattern", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength", "maxLength",
           "minItems", "maxItems", "multipleOf")  # fmt: skip


@dataclass(frozen=True)
class Breach:
    """A change that would break stored events: the event type, the field's path (none: the contract), and what."""

    contract: str
    field: str
    what: str

    def __str__(self) -> str:
        return f"{self.contract}{f' {self.field}' if self.field else ''}: {self.what}"


@dataclass(frozen=True)
class _Field:
    types: frozenset[str]
    is_required: bool
    values: frozenset[str] | None
    limits: Mapping[str, Any]


def check_against(revision: str, home: Path = _HOME) -> list[Breach]:
    """What the contracts of this code break of those at `revision`: of git, or a folder of schemas.

    Raises:
        UplogError: git knows no such revision, or it holds no schemas.
    """
    return breaches(schemas_at(revision, home), present())


def present() -> Schemas:
    """The schemas of the contracts as they are in this code."""
    found = documents()
    return {Path(name).stem: json.loads(text) for name, text in found.items() if name.startswith(SCHEMAS)}


def schemas_at(revision: str, home: Path = _HOME) -> Schemas:
    """The schemas that `revision` of the repository around `home` holds, or the folder of that name.

    Raises:
        UplogError: git knows no such revision, or it holds no schemas.
    """
    if Path(revision).is_dir():
        texts = {path.name: path.read_bytes() for path in Path(revision).glob("*.json")}
    else:
        texts = dict(_archived(revision, home))
    if not texts:
        raise UplogError(f"{revision} holds no schemas", f"give a revision that has {SCHEMAS}, or a folder of schemas")
    return {name.removesuffix(".json"): json.loads(text) for name, text in texts.items()}


def _archived(revision: str, home: Path) -> Iterator[tuple[str, bytes]]:
    done = _git(home, "archive", "--format=tar", f"{revision}:{SCHEMAS}")
    if done.returncode:
        why = done.stderr.decode(errors="replace").strip().splitlines()[-1:] or ["no answer"]
        raise UplogError(f"git does not give the schemas of {revision}: {why[0]}", "give a commit, branch or tag")
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".json") and (file := archive.extractfile(member)):
                yield Path(member.name).name, file.read()


def _git(home: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(["git", "-C", str(home), *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        raise UplogError("there is no git here", "install it, or give a folder of schemas") from None


def breaches(before: Schemas, now: Schemas) -> list[Breach]:
    """Every change between two sets of schemas that would break events stored under the first."""
    found: list[Breach] = []
    for contract, old in sorted(before.items()):
        new = now.get(contract)
        if new is None:
            found.append(Breach(contract, "", "the version is gone; stored events of it are still read"))
        else:
            found += _of_contract(contract, old, new)
    return found


def _of_contract(contract: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Breach]:
    then, now = dict(_fields(old, old, "", True)), dict(_fields(new, new, "", True))
    for path, field in then.items():
        if path not in now:
            if _parent(path) in now and not path.endswith("[]"):
                yield Breach(contract, path, "the field is gone or was renamed; keep it, or make a new version")
            continue
        for what in _of_field(field, now[path]):
            yield Breach(contract, path, what)
    for path, field in now.items():
        if path not in then and field.is_required and _parent(path) in then:
            yield Breach(contract, path, "a new field is required; give it a default")
    if "x-uplog" in old:
        yield from _of_identity(contract, old["x-uplog"], new["x-uplog"], then)


def _of_field(old: _Field, new: _Field) -> Iterator[str]:
    if old.types - {"null"} != new.types - {"null"}:
        yield f"the type changed from {_said(old.types)} to {_said(new.types)}; make a new version"
    elif "null" in old.types and "null" not in new.types:
        yield "it may no longer be null"
    if new.is_required and not old.is_required:
        yield "it is required now; keep its default"
    if new.values is not None and not (old.values is not None and old.values <= new.values):
        gone = "any other" if old.values is None else ", ".join(sorted(old.values - new.values))
        yield f"it may no longer be {gone}"
    for name, limit in new.limits.items():
        if old.limits.get(name) != limit:
            yield f"{name} is {limit} now, it was {old.limits.get(name, 'not limited')}"


def _of_identity(
    contract: str, old: Mapping[str, Any], new: Mapping[str, Any], named: Mapping[str, _Field]
) -> Iterator[Breach]:
    for name, says in _IDENTITY.items():
        if old[name] != new[name]:
            what = (
                f"{says} changed from {_text(old[name])} to {_text(new[name])}; the same record would be another event"
            )
            yield Breach(contract, "", what)
    for path in sorted(old["personal"].keys() | new["personal"].keys()):
        then, now = (side["personal"].get(path, "not personal") for side in (old, new))
        if then != now and not (now == "dropped" and path not in named):
            yield Breach(contract, path, f"it was stored as {then} and would be read as {now}; make a new version")


def _fields(
    schema: Mapping[str, Any], node: Mapping[str, Any], path: str, required: bool
) -> Iterator[tuple[str, _Field]]:
    """Every place of a schema by its dotted path (`payload[].operator`), its own first."""
    options = [_resolved(schema, option) for option in _resolved(schema, node).get("anyOf", [node])]
    enums = [frozenset(map(json.dumps, option["enum"])) for option in options if "enum" in option]
    yield (
        path,
        _Field(
            frozenset(name for option in options for name in _types(option)),
            required,
            frozenset().union(*enums) if enums else None,
            {name: option[name] for option in options for name in _LIMITS if name in option},
        ),
    )
    for option in options:
        for name, inner in option.get("properties", {}).items():
            yield from _fields(schema, inner, f"{path}.{name}" if path else name, name in option.get("required", ()))
        for name in ("items", "additionalProperties"):
            if isinstance(option.get(name), dict):
                yield from _fields(schema, option[name], f"{path}[]", False)


def _resolved(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in node:
        node = schema["$defs"][node["$ref"].rpartition("/")[2]]
    return node


def _types(option: Mapping[str, Any]) -> list[str]:
    if "enum" in option:
        return sorted({"null" if value is None else type(value).__name__ for value in option["enum"]})
    named = option.get("type", "anything")
    names = named if isinstance(named, list) else [named]
    return [f"{name} ({option['format']})" if "format" in option else name for name in names]


def _parent(path: str) -> str:
    return path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]


def _said(types: frozenset[str]) -> str:
    return " or ".join(sorted(types - {"null"}))


def _text(value: Any) -> str:
    return ", ".join(value) if isinstance(value, list) else str(value)


def base(home: Path = _HOME) -> tuple[str | None, str]:
    """The revision to compare this tree with, and which that is; None and why there is none."""
    try:
        head = _revision(home, "rev-parse", "--verify", "HEAD")
    except UplogError as absent:
        return None, absent.what
    if head is None:
        return None, "this is no git repository"
    for branch in ("origin/main", "main"):
        fork = _revision(home, "merge-base", "HEAD", branch)
        if fork not in (None, head):
            return fork, f"where this branch left {branch}"
    before = _revision(home, "rev-parse", "--verify", "HEAD~")
    return (before, "the commit before") if before else (None, "there is no earlier commit in this clone")


def _revision(home: Path, *arguments: str) -> str | None:
    done = _git(home, *arguments)
    return done.stdout.decode().strip() if done.returncode == 0 else None


def main() -> int:
    """Compare with `base`: exit 1 and a line for each breach."""
    revision, which = base()
    if revision is None:
        print(f"contracts are not compared with earlier ones: {which}")
        return 0
    try:
        found = check_against(revision)
    except UplogError as wrong:
        print(f"contracts are not compared with {which}: {wrong.what}")
        return 0
    for one in found:
        print(one, file=sys.stderr)
    if not found:
        print(f"contracts read what those of {revision[:9]} ({which}) read")
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
