"""What is written from the contracts, so that it cannot disagree with them: the catalogue of sources, and dbt's shapes.

`python -m ingestion.catalogue --write` makes docs/sources.md, docs/schemas/*.json and the dbt project's
macros/log/payload_shape.sql, `--check` says (exit 1) which of them are not current.
"""

from __future__ import annotations

import inspect
import json
import sys
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ingestion import payload_shapes
from ingestion.contract import At, Field, Source, fields_of
from ingestion.sources import sources

SCHEMAS = "docs/schemas"

_UNITS = {
    "s": "epoch seconds",
    "ms": "epoch milliseconds",
    "local": "local text, Asia/Shanghai",
    "iso": "RFC 3339",
    "loose": "ISO 8601 as senders write it, else local to Asia/Shanghai",
    "day": "a business day, Asia/Shanghai",
}
_HEAD = """# Sources

Written from the contracts by `python -m ingestion.catalogue --write`; do not edit.

Every record travels as a CloudEvent 1.0 in structured JSON: `id source type subject time data`, and `pulledat` for
the time of the pull. `source` is `/<vendor>/<account>`, `subject` the record's own key. Where a vendor gives no event
id, `id` is the subject and a keyed hash of the content, so that a changed record is a new event and an unchanged one a
duplicate. Unknown fields are kept. *Assumed* shapes have no public specification: their headers stand in one mapping
file each. Whole events of other producers come by `uplog import --source cloudevents`.

Schemas for producers are in [schemas](schemas): they describe the `data` member.
"""


def documents() -> dict[str, str]:
    """Every generated file, by its path in the repository, with its text."""
    found = {
        "docs/sources.md": _page(sources().values()),
        "dbt_project/macros/log/payload_shape.sql": payload_shapes.macro(sources().values()),
    }
    for source in sources().values():
        for version in source.contracts:
            found[f"{SCHEMAS}/{source.name}.v{version}.json"] = schema(source, version)
    return found


def schema(source: Source, version: int) -> str:
    """The JSON Schema of one contract, as text; `x-uplog` is what `ingestion.evolution` must know beside the shape."""
    described = msgspec.json.schema(source.contracts[version])
    personal = {field.path: field.personal for field in fields_of(source.contracts[version]) if field.personal}
    for struct in described["$defs"].values():
        struct["description"] = inspect.cleandoc(struct.get("description", ""))
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{source.name}.v{version}"}
    own = {
        "topic": source.topic,
        "key": list(source.key),
        "event_id": source.event_id,
        "account": source.account,
        "personal": personal,
    }
    return json.dumps(head | described | {"x-uplog": own}, ensure_ascii=False, indent=2) + "\n"


def stale(root: Path) -> list[str]:
    """The generated files under `root` that are missing, not current, or of a source that is gone."""
    wanted = documents()
    found = [name for name, text in wanted.items() if _read(root / name) != text]
    left = {f"{SCHEMAS}/{path.name}" for path in (root / SCHEMAS).glob("*.json")} - wanted.keys()
    return sorted(found) + sorted(left)


def write(root: Path) -> None:
    """Write every generated file and remove schemas of sources that are gone."""
    wanted = documents()
    for name, text in wanted.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    for path in (root / SCHEMAS).glob("*.json"):
        if f"{SCHEMAS}/{path.name}" not in wanted:
            path.unlink()


def _page(listed: Iterable[Source]) -> str:
    listed = list(listed)
    rows = [
        f"| [{s.name}](#{s.name.replace('.', '')}) | {s.topic} | {_origin(s)} | `{s.staging}` | `{s.fact}` |"
        for s in listed
    ]
    table = "\n".join(["| source | topic | shape | staging model | fact |", "|---|---|---|---|---|", *rows])
    return "\n".join([_HEAD, table, *(_section(source) for source in listed)])


def _section(source: Source) -> str:
    fields = fields_of(source.contract)
    summary = (source.contract.__doc__ or "").strip().split("\n\n")[0].replace("\n", " ")
    personal = [f"`{field.path}` ({field.personal})" for field in fields if field.personal]
    free = [f"`{field.path}`" for field in fields if field.free_text]
    facts = [
        ("vendor", source.vendor),
        ("event type", f"`{source.type}`, on topic `{source.topic}`"),
        ("key (subject)", ", ".join(f"`{path}`" for path in source.key)),
        ("event id", f"`{source.event_id}`" if source.event_id else "key and keyed hash of the content"),
        ("account", _account(source)),
        ("occurred at", _time(source.occurred_at)),
        ("newest version by", _clock(source)),
        ("personal fields", ", ".join(personal) or "none"),
        ("free text", ", ".join(free) or "none"),
        ("shape", _origin(source)),
        ("example", _example(source)),
        ("mapping", f"[{source.mapping}](../ingestion/mappings/{source.mapping})" if source.mapping else "none"),
        ("schema", f"[{source.type}.json](schemas/{source.type}.json)"),
        ("goes to", f"`{source.staging}`, then `{source.fact}`"),
    ]
    lines = [f"\n## {source.name}\n", *([summary, ""] if summary else [])]
    lines += ["| | |", "|---|---|", *(f"| {name} | {text} |" for name, text in facts)]
    lines += ["", "| field | type | |", "|---|---|---|", *map(_field, fields)]
    return "\n".join([*lines, ""])


def _field(field: Field) -> str:
    notes = [*(["required"] if field.required else []), *([f"personal: {field.personal}"] if field.personal else [])]
    if field.free_text:
        notes.append("free text")
    if field.is_word:
        notes.append("a word, masked like free text")
    return f"| `{field.path}` | {field.type} | {', '.join(notes)} |"


def _account(source: Source) -> str:
    if source.account is None:
        return "given at import" + (", which asks for it" if source.asks_account else ", else `default`")
    is_person = any(field.path == source.account and field.personal for field in fields_of(source.contract))
    return f"`{source.account}`" + (": whose answer it is, given at import where it leaves that out" * is_person)


def _clock(source: Source) -> str:
    if source.version_clock is None:
        return "the time of the pull"
    is_sure = any(field.path == source.version_clock and field.required for field in fields_of(source.contract))
    return f"`{source.version_clock}`" + ("" if is_sure else ", else the time of the pull")


def _example(source: Source) -> str:
    link = f"[{source.example}](../examples/{source.example})"
    return f"{link}, imported with `--account {source.example_account}`" if source.example_account else link


def _time(at: At) -> str:
    return f"{', else '.join(f'`{path}`' for path in at.paths)}, {_UNITS[at.unit]}"


def _origin(source: Source) -> str:
    return "assumed" if source.is_assumed else f"public: {source.vendor_page}"


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def main(arguments: list[str]) -> int:
    """`--write` or `--check`, in the repository this package stands in."""
    root = Path(__file__).parent.parent
    if arguments == ["--write"]:
        write(root)
        return 0
    if arguments != ["--check"]:
        print("usage: python -m ingestion.catalogue --write | --check", file=sys.stderr)
        return 2
    found = stale(root)
    if found:
        print(f"not current: {', '.join(found)}: run python -m ingestion.catalogue --write", file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
