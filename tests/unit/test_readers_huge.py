"""Huge cells, lines and objects: each costs its own record, and no more memory than a line may have."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

MEASURED = """
import json, sys
from pathlib import Path
from ingestion.events import EventMaker
from ingestion.outcomes import events_of
from ingestion.personal.secrets import new_secrets
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found, Refusal
from ingestion.sources import source_named

def peak():
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0]) / 1024

source, path = source_named("autohome.lead"), Path(sys.argv[1])
maker, mapping, good, bad = EventMaker(source, secrets=new_secrets()), mapping_for(source), [], {}
before = peak()
with open_regular(path) as file:
    for one in events_of(payloads(file, path, source, mapping), maker):
        if isinstance(one, Found):
            good.append(one.line)
        elif isinstance(one, Refusal):
            bad[one.line] = one.reason
print(json.dumps([good, bad, peak() - before]))
"""
HEADER = "线索编号,经销商编号,提交时间,备注\n".encode()


def row(number: int, remark: bytes = b"x") -> bytes:
    return b'A%d,D,2026-10-01 10:00:00,"%s"\n' % (number, remark)


def cell_of_10_mb(path: Path) -> Path:
    path = path.with_suffix(".csv")
    path.write_bytes(HEADER + row(1) + row(2, b"x" * (10 << 20)) + row(3))
    return path


def cell_of_2_mb(path: Path) -> Path:
    path = path.with_suffix(".csv")
    path.write_bytes(HEADER + row(1) + row(2, b"x" * (2 << 20)) + row(3))
    return path


def line_of_100_mb(path: Path) -> Path:
    path = path.with_suffix(".csv")
    with path.open("wb") as file:
        file.write(HEADER + row(1) + b"A2,D,")
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b"\n" + row(3))
    return path


def line_of_100_mb_of_json(path: Path) -> Path:
    path = path.with_suffix(".jsonl")
    with path.open("wb") as file:
        file.write(lead(1) + b'\n{"a":"')
        for _ in range(100):
            file.write(b"x" * (1 << 20))
        file.write(b'"}\n' + lead(3) + b"\n")
    return path


def million_keys(path: Path) -> Path:
    path = path.with_suffix(".jsonl")
    keys = b",".join(b'"%d":0' % n for n in range(1_000_000))
    path.write_bytes(lead(1) + b"\n{" + keys + b"}\n" + lead(3) + b"\n")
    return path


def event_over_1_mib(path: Path) -> Path:
    path = path.with_suffix(".jsonl")
    path.write_bytes(lead(1) + b"\n" + lead(2, remark="x" * (2 << 20)) + b"\n" + lead(3) + b"\n")
    return path


def lead(number: int, **more: str) -> bytes:
    found = {"lead_id": f"A{number}", "dealer_id": "D", "submitted_at": "2026-10-01 10:00:00", **more}
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    ("made", "line", "reason"),
    [
        (cell_of_10_mb, 3, "not in the file's encoding, or over 4 MiB"),
        (cell_of_2_mb, 3, "a cell over 1 MiB"),
        (line_of_100_mb, 3, "not in the file's encoding, or over 4 MiB"),
        (line_of_100_mb_of_json, 2, "over 4 MiB"),
        (million_keys, 2, "over 4 MiB"),
        (event_over_1_mib, 2, "an event has at most 1048576"),
    ],
)
def test_huge_record_is_refused_by_its_line_within_bounded_memory(
    made: Callable[[Path], Path], line: int, reason: str, tmp_path: Path
) -> None:
    path = made(tmp_path / "huge")
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, text=True)
    good, bad, mebibytes = json.loads(done.stdout)
    assert good == [line - 1, line + 1]
    assert bad.keys() == {str(line)}
    assert reason in bad[str(line)]
    assert mebibytes <= 48
