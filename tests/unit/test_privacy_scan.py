"""The scan finds what was planted, in every form, and keeps still at what only looks like it."""

from __future__ import annotations

import base64
import hashlib
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations.privacy import Hit, Scanner, require_clean
from expectations.privacy.columns import free_text_columns
from expectations.privacy.files import scan_file, scan_text, scan_tree
from expectations.privacy.tables import scan_database
from ingestion.errors import GateFailed

PHONE = "13800138000"
LEAKS = {
    "plain": PHONE,
    "in a sentence": f"请打{PHONE}，谢谢",
    "beside letters": f"tel{PHONE}",
    "+86": f"+86{PHONE}",
    "+86 and a blank": "+86 138 0013 8000",
    "+86, a blank, eleven digits": f"+86 {PHONE}",
    "0086": f"0086-{PHONE}",
    "0086, a blank, eleven digits": f"0086 {PHONE}",
    "86, a wide blank, eleven digits": f"86\u3000{PHONE}",
    "+86 in full width": "＋８６ １３８００１３８０００",
    "86": f"86{PHONE}",
    "leading zero": f"0{PHONE}",
    "dashes": "138-0013-8000",
    "blanks": "138 0013 8000",
    "blanks 3 3 5": "138 001 38000",
    "pairs": "13 80 01 38 00 0",
    "single digits": "1 3 8 0 0 1 3 8 0 0 0",
    "dots": "138.0013.8000",
    "slash": "138/0013/8000",
    "brackets": "(138)0013-8000",
    "zero-width": "138\u200b0013\u200b8000",
    "full width": "１３８００１３８０００",
    "mixed width": "138００１３8000",
    "circled": "①③⑧⓪⓪①③⑧⓪⓪⓪",
    "Chinese": "一三八零零一三八零零零",
    "Chinese with 幺": "幺三八〇〇幺三八〇〇〇",
    "Chinese capitals": "壹叁捌零零壹叁捌零零零",
    "Arabic-Indic": "١٣٨٠٠١٣٨٠٠٠",
    "middle hidden": "138****8000",
    "middle crossed out": "138××××8000",
    "made a double": f"{PHONE}.0",
    "commas": "138,0013,8000",
    "commas for thousands": "13,800,138,000",
    "base64": base64.b64encode(PHONE.encode()).decode(),
    "base64 without padding": base64.b64encode(PHONE.encode()).decode().rstrip("="),
    "base64 of +86": base64.b64encode(f"+86{PHONE}".encode()).decode(),
    "base64 of JSON": base64.b64encode(json.dumps({"phone": PHONE}).encode()).decode(),
    "base64 of UTF-16": base64.b64encode(PHONE.encode("utf-16-le")).decode(),
    "base64 of UTF-16 with a mark": base64.b64encode(PHONE.encode("utf-16")).decode(),
    "base64 of UTF-16, big end first": base64.b64encode(f"x{PHONE}".encode("utf-16-be")).decode(),
    "hex of UTF-16": PHONE.encode("utf-16-be").hex(),
    "hex with dashes": b"138-0013-8000".hex(),
    "percent": "138%2D0013%2D8000",
    "percent, full width": "".join(f"%EF%BC%{0x90 + int(digit):X}" for digit in PHONE),
    "entities": "".join(f"&#{ord(digit)};" for digit in PHONE),
    "blanks that do not break, in HTML": "138&nbsp;0013&nbsp;8000",
    "marks of direction": f"\u202d{PHONE[:3]}\u200e{PHONE[3:]}\u202c",
    "blanks around dashes": "138 - 0013 - 8000",
    "mathematics": "".join(chr(0x1D7CE + int(digit)) for digit in PHONE),
    "keycaps": "".join(f"{digit}\ufe0f\u20e3" for digit in PHONE),
    "as Java writes a double": "1.3912345678E10",
    "base64 in a URL": f"https://x.example/u/{base64.urlsafe_b64encode(PHONE.encode()).decode()}",
    "hex": PHONE.encode().hex(),
    "full width in JSON": json.dumps({"phone": "１３８００１３８０００"}),
    "Chinese in JSON in JSON": json.dumps(json.dumps("一三八零零一三八零零零")),
}
HARMLESS = [
    "2026-10-13 14:15:16.138001+08",
    "2026-10-13T14:15:16.138001Z",
    "1730000000000",
    "1730000000",
    "1732459200.1380013",
    "1732459200.5",
    "1732459200.0",
    "113.944123,22.538212",
    "[150,1200,1800]",
    "13,800,138,000.50",
    "0.13888888888888889",
    "13800.138000",
    "7303113800138000123",
    "1234567890123456789",
    "000012-20261101T020000Z",
    "1.xDwLs13800138000abcdeQ",
    "c13800138000abcd1",
    hashlib.md5(b"x13800138000", usedforsecurity=False).hexdigest(),
    "a13800138000bcdef13800138000bcde",
    "01380013-8000-4138-8001-138000138000",
    "15  3  8  120  0  1  38  0  0  0  7",
    "13 45 67 12 9 8 8 1",
    "400-820-8820",
    "listening on 192.168.10.205",
    "浙江店 12345",
    "110101199003074513",
    "MTIzNDU2Nzg5MDEyMw==",
    "秦PLUS DM-i 2026款",
    json.dumps("秦PLUS DM-i 2026款，C:\\users\\uffff"),
]


@pytest.mark.parametrize("text", LEAKS.values(), ids=LEAKS)
def test_scan_of_a_mobile_number_in_this_form_finds_it(text: str) -> None:
    assert Scanner().kinds(text)["phone"] == 1


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("身份证110101199003074514", "id"),
        ("110101 19900307 4514", "id"),
        ("粤B12345", "plate"),
        ("沪ＡＤ１２３４５", "plate"),
        (json.dumps("粤B12345"), "plate"),
        ("car=%E7%B2%A4B12345", "plate"),
        ("粤B\u00a0\u200b12345", "plate"),
        (base64.b64encode(b"110101199003074514").decode(), "id"),
        (b"110101199003074514".hex(), "id"),
    ],
)
def test_scan_of_an_id_or_a_plate_finds_it(text: str, kind: str) -> None:
    assert dict(Scanner().kinds(text)) == {kind: 1}


@pytest.mark.parametrize("text", HARMLESS)
def test_scan_of_what_only_looks_like_one_finds_nothing(text: str) -> None:
    assert not Scanner().kinds(text)


@pytest.mark.parametrize("canary", ["13911112222", "欧阳娜娜", "wxid_k3v9qpl2", "粤B13579"])
def test_scan_of_a_canary_finds_it_and_what_was_made_of_it(canary: str) -> None:
    scanner = Scanner([canary])
    made = [
        canary,
        f"客户：{canary}",
        json.dumps({"name": canary}),
        json.dumps(json.dumps(canary)),
        hashlib.sha256(canary.encode()).hexdigest(),
        hashlib.md5(canary.encode(), usedforsecurity=False).hexdigest().upper(),
        base64.b64encode(canary.encode()).decode(),
    ]
    if canary.isdigit():
        made.append(hashlib.sha256(f"+86{canary}".encode()).hexdigest())

    assert all(scanner.kinds(text)["canary"] for text in made)
    assert not scanner.kinds(hashlib.sha256(b"somebody else").hexdigest())


@pytest.fixture
def planted(tmp_path: Path) -> Iterator[tuple[Path, duckdb.DuckDBPyConnection]]:
    path = tmp_path / "marts.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table mart_quiet as select 1.5 as hours, now() as at, 1730000000000 as ms, 'S1' as id"
        )
        yield path, connection


def test_scan_of_tables_finds_each_form_in_its_column(
    planted: tuple[Path, duckdb.DuckDBPyConnection],
) -> None:
    path, connection = planted
    connection.execute(
        "create table fct_leak (a varchar, b varchar[], c json, d bigint, e double, f decimal(18, 2), g double)"
    )
    for text in LEAKS.values():
        connection.execute(
            "insert into fct_leak values ($1, [$2], json_object('x', $3), $4, $4, $4, $4 + 0.5)",
            [text, text, text, int(PHONE)],
        )
    connection.close()

    hits = scan_database(path, Scanner())

    assert hits == [Hit("marts.duckdb", "fct_leak", column, "phone", len(LEAKS)) for column in "abcdef"]
    with pytest.raises(
        GateFailed, match=rf"marts.duckdb fct_leak.a: {len(LEAKS)} of kind phone \(and 5 more columns\)"
    ) as refused:
        require_clean(hits, "the draft")
    assert PHONE not in str(refused.value)


def test_scan_of_tables_without_any_finds_nothing(planted: tuple[Path, duckdb.DuckDBPyConnection]) -> None:
    path, connection = planted
    connection.execute("create table t (v varchar)")
    connection.executemany("insert into t values (?)", [[text] for text in HARMLESS])
    connection.close()

    assert scan_database(path, Scanner(), is_published=True) == []


def test_scan_of_what_is_published_refuses_exact_positions_and_free_text_by_schema(
    planted: tuple[Path, duckdb.DuckDBPyConnection],
) -> None:
    path, connection = planted
    connection.execute(
        "create table fct_a as select 31.23041 as latitude, 121.47 as longitude, '你好' as follow_record"
    )
    connection.execute(
        "create table fct_b as select 31.23 as latitude, '上海' as area, 5 as comments, 2 as latency_minutes"
    )
    connection.close()

    assert [(hit.table, hit.column, hit.kind) for hit in scan_database(path, Scanner(), is_published=True)] == [
        ("fct_a", "follow_record", "free text"),
        ("fct_a", "latitude", "exact position"),
    ]
    assert {"remark", "follow_record", "notes"} <= free_text_columns()


def test_scan_of_tables_asks_who_is_known_by_name_outside_reference(
    planted: tuple[Path, duckdb.DuckDBPyConnection],
) -> None:
    path, connection = planted
    connection.execute("create table fct_a as select '王小丽' as who")
    connection.execute("create table dim_vehicle as select '王小丽' as series")
    connection.close()

    hits = scan_database(path, Scanner(), known_names=lambda texts: sum(text == "王小丽" for text in texts))

    assert hits == [Hit("marts.duckdb", "fct_a", "who", "name", 1)]


def test_scan_of_a_tree_reads_every_kind_of_file(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "run.log").write_text(f"started\nsaw {PHONE}\n")
    (tmp_path / "page.html").write_text(f"<p>粤B12345</p><!-- {LEAKS['base64']} -->")
    (tmp_path / "manifest.json").write_text(json.dumps({"compiled": f"where phone = '{PHONE}'"}))
    with sqlite3.connect(tmp_path / "events.db") as events:
        events.execute("create table event_logs (id integer, at integer, event text, body blob)")
        row = [int(PHONE), 1_730_000_000_000, f'{{"message": "{PHONE}"}}', PHONE.encode()]
        events.execute("insert into event_logs values (?, ?, ?, ?)", row)
    with duckdb.connect() as connection:
        where = tmp_path / "day.parquet"
        connection.execute(f"copy (select '{PHONE}' as data, 1 as n) to '{where}' (format parquet)")
    (tmp_path / "blank.txt").write_text("nothing here\n")

    found = {(hit.file, hit.column, hit.kind): hit.count for hit in scan_tree(tmp_path, Scanner())}

    assert found == {
        ("logs/run.log", "-", "phone"): 1,
        ("page.html", "-", "phone"): 1,
        ("page.html", "-", "plate"): 1,
        ("manifest.json", "-", "phone"): 1,
        ("events.db", "id", "phone"): 1,
        ("events.db", "event", "phone"): 1,
        ("events.db", "body", "phone"): 1,
        ("day.parquet", "data", "phone"): 1,
    }
    assert scan_file(tmp_path / "blank.txt", Scanner()) == []


def test_scan_of_printed_lines_counts_them() -> None:
    lines = ["  store  leads ", "  S1        13 ", f"  {PHONE}     1 "]
    assert scan_text(lines, Scanner(), "query") == [Hit("query", "-", "-", "phone", 1)]
