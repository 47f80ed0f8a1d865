"""A kept build without a person: what named them is a pseudonym, all else is as it was."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from ingestion.erasure.files import rewrite_database
from ingestion.erasure.finding import Person, Value

KEY, TOKEN = "0123456789abcdef", "1.abcdefghijklmnopqrstuv"
PERSON = Person(
    [
        Value("employee", "17", ("17",), "x17"),
        Value("account", "zhang.san", (TOKEN,), "0.account"),
        Value("key", KEY, (KEY,), "fedcba9876543210"),
    ]
)
BEFORE = [
    ("17", "17:2026-01-01", f"wecom:c:{KEY}:1", "payslip:17:2026-10", "order:17", [TOKEN]),
    ("170", "170:2026-01-01", "wecom:c:ffffffffffffffff:1", "payslip:170:2026-10", "17", ["17"]),
]


@pytest.fixture
def build(tmp_path: Path) -> Path:
    path = tmp_path / "people.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table facts (owner_employee_id text, consultant_key text, checkin_id text, payslip_id text,"
            " order_id text, tokens text)"
        )
        connection.executemany(
            "insert into facts values (?, ?, ?, ?, ?, ?)", [(*row[:5], str(row[5])) for row in BEFORE]
        )
    path.chmod(0o600)
    return path


def test_rewrite_of_a_build_replaces_staff_number_accounts_and_keyed_hashes_alone(build: Path) -> None:
    rewrite_database(build, PERSON, frozenset())
    with duckdb.connect(str(build), read_only=True) as connection:
        mine, other = connection.execute("from facts").fetchall()
    assert mine[:5] == ("x17", "x17:2026-01-01", "wecom:c:fedcba9876543210:1", "payslip:x17:2026-10", "order:17")
    assert mine[5] == "['0.account']"
    assert other == (*BEFORE[1][:5], str(BEFORE[1][5]))
    assert build.stat().st_mode & 0o777 == 0o600
    assert not {KEY.encode(), TOKEN.encode()} & {
        one for one in (KEY.encode(), TOKEN.encode()) if one in build.read_bytes()
    }
