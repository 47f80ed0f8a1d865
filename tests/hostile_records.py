"""The records of `examples/`, each with one value replaced by another that no vendor should send, or left out.

A file of each source in its own format: answers one a line, exports with title and header, a markup file a change.
Into what a contract marks personal or free text goes the number and the name of a person who does not exist as well.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import random
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from ingestion.contract import Source, fields_of
from ingestion.readers.mapping import ExportMapping, mapping_for
from ingestion.readers.text import encoding_of
from ingestion.simulator.files import xlsx_file
from tests.examples import EXAMPLES

PHONE, NAME = "13911112222", "欧阳娜娜"
PHONES = [PHONE, f"{PHONE}.0", "139,1111,2222", f"+86 {PHONE[:3]} {PHONE[3:7]} {PHONE[7:]}", f"86{PHONE}"]
TEXTS = [
    "", " ", "soon", "９", "-1", "0", "1", "true", "NaN", "1e400", "∞", "9" * 40, "x" * 300, "[]", "{}", "'", "\\u0000",
    "0000-00-00", "0001-01-01 00:00:00", "1970-01-01 00:00:00", "2026-10-01", "2026-02-30 10:00:00",
    "2026-13-45 99:99:99", "9999-12-31 23:59:59", "24:00", "25:61", "20261301T990000", "99991231T235959",
    "FREQ=YEARLY;COUNT=99999", "FREQ=SECONDLY", "DROP TABLE raw.events; --", "{{ ref('x') }}",
]  # fmt: skip
NUMBERS = [0, -1, 1.5, 10**10, 10**12, 253_402_300_800_000, 10**18, 2**63 - 1, -(2**63), 1e300]
LEFT_OUT = object()
_XML_TEXT = re.compile(r"(?<=>)[^<>\n]+(?=<)")
_ICS_VALUE = re.compile(r"^(?P<name>[A-Z\-]+)[^:\n]*:(?P<value>.+)$", re.MULTILINE)


def hostile_files(source: Source, folder: Path, rng: random.Random, per_value: int) -> list[Path]:
    """Files of `source` in `folder`, with up to `per_value` changes of each value of its example."""
    folder.mkdir(parents=True)
    example = EXAMPLES / source.example
    made = _Changes(source, rng, per_value)
    if example.suffix in {".json", ".jsonl"}:
        text = example.read_text(encoding="utf-8")
        answers = [json.loads(line) for line in ([text] if example.suffix == ".json" else text.splitlines())]
        answers = answers[0] if isinstance(answers[0], list) else answers
        lines = [json.dumps(changed, ensure_ascii=False) for answer in answers for changed in made.of_answer(answer)]
        return [_written(folder / "answers.jsonl", "\n".join(lines).encode())]
    if example.suffix in {".csv", ".xlsx"}:
        mapping = mapping_for(source)
        assert mapping is not None
        title, header, rows = _table(example, mapping)
        changed = [row for row in rows for row in made.of_row(row, header, mapping)]
        if example.suffix == ".xlsx":
            return [_written(folder / "export.xlsx", xlsx_file(header, changed, title))]
        out = io.StringIO()
        csv.writer(out).writerows([*([[title]] if title else []), header, *changed])
        return [_written(folder / "export.csv", out.getvalue().encode("gb18030"))]
    text = example.read_text(encoding="utf-8")
    return [
        _written(folder / f"{number}{example.suffix}", changed.encode())
        for number, changed in enumerate(made.of_markup(text, _ICS_VALUE if example.suffix == ".ics" else _XML_TEXT))
    ]


class _Changes:
    def __init__(self, source: Source, rng: random.Random, per_value: int) -> None:
        self._rng = rng
        self._per_value = per_value
        self._of_persons: dict[str, list[Any]] = {}
        for field in fields_of(source.contract):
            name = field.path.replace("[]", "")
            if field.personal == "name":
                self._of_persons[name] = [NAME]
            elif field.personal is not None:
                self._of_persons[name] = PHONES
            elif field.free_text:
                self._of_persons[name] = [f"打{one}找我" for one in PHONES]

    def of_answer(self, answer: Any) -> Iterator[Any]:
        for path, old in _places(answer):
            name = ".".join(part for part in path if isinstance(part, str))
            for new in self._chosen(name, _like(old)):
                changed = copy.deepcopy(answer)
                holder = changed
                for part in path[:-1]:
                    holder = holder[part]
                if new is not LEFT_OUT:
                    holder[path[-1]] = new
                elif isinstance(holder, dict):
                    del holder[path[-1]]
                yield changed

    def of_row(self, row: list[Any], header: list[str], mapping: ExportMapping) -> Iterator[list[Any]]:
        fields = {header: name for name, column in mapping.fields.items() for header in column.headers}
        for at, head in enumerate(header):
            for new in self._chosen(fields.get(head, head), [*TEXTS, *map(str, NUMBERS)]):
                yield [*row[:at], new, *row[at + 1 :]]

    def of_markup(self, text: str, values: re.Pattern[str]) -> Iterator[str]:
        for found in values.finditer(text):
            group = "value" if "value" in values.groupindex else 0
            name = found["name"].lower() if "name" in values.groupindex else ""
            for new in self._chosen(name, TEXTS):
                yield text[: found.start(group)] + new + text[found.end(group) :]

    def _chosen(self, name: str, others: Iterable[Any]) -> list[Any]:
        """Some of `others`, and of what tells of a person one where it belongs."""
        some = list(others)
        found = self._rng.sample(some, min(self._per_value, len(some)))
        persons = next((those for field, those in self._of_persons.items() if f".{name}".endswith(f".{field}")), [])
        return found + self._rng.sample(persons, min(1, len(persons)))


def _places(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Every value below `node` with its path, lists and objects included; of a list the first two."""
    if path:
        yield path, node
    if isinstance(node, dict):
        for name, inner in node.items():
            yield from _places(inner, (*path, name))
    elif isinstance(node, list):
        for at, inner in enumerate(node[:2]):
            yield from _places(inner, (*path, at))


def _like(old: Any) -> list[Any]:
    """What may stand for `old`: values of its type that mean nothing, and some of others."""
    if isinstance(old, bool):
        return [None, LEFT_OUT, not old, 0, 1, "是", ""]
    if isinstance(old, int | float):
        return [None, LEFT_OUT, *NUMBERS, *map(str, NUMBERS), "", [], {}]
    if isinstance(old, str):
        return [None, LEFT_OUT, *TEXTS, *NUMBERS[:4], [], {}]
    return [None, LEFT_OUT, [], {}, [None], "", 0]


def _table(example: Path, mapping: ExportMapping) -> tuple[str | None, list[str], list[list[Any]]]:
    """Title, header and records of an export."""
    if example.suffix == ".xlsx":
        rows = CalamineWorkbook.from_path(str(example)).get_sheet_by_index(0).to_python()
    else:
        with example.open("rb") as file:
            encoding = encoding_of(file)
        with example.open(encoding=encoding, newline="") as text:
            rows = list(csv.reader(text))
    known = {header for column in mapping.fields.values() for header in column.headers}
    at = max(range(min(5, len(rows))), key=lambda row: len(known.intersection(map(str, rows[row]))))
    title = str(rows[0][0]) if at else None
    whole = [[str(cell) for cell in row] for row in rows[at + 1 :] if sum(cell != "" for cell in row) * 2 > len(row)]
    return title, [str(cell) for cell in rows[at]], whole


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path
