"""CSV and XLSX as dealers have them, and as they break."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ingestion.errors import UsageError
from ingestion.readers import payloads
from ingestion.readers.mapping import ExportMapping, mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Columns, Found, Refusal, Skipped
from ingestion.simulator.files import xlsx_file
from ingestion.sources import source_named

CASES = Path(__file__).parents[1] / "cases" / "readers"
LEAD = source_named("autohome.lead")
ROSTER = source_named("hr.roster")


def read(
    name: str | Path, source: Any = LEAD, mapping: ExportMapping | None = None
) -> tuple[dict[int, dict[str, Any]], dict[int, str]]:
    path = CASES / name
    with open_regular(path) as file:
        found = list(payloads(file, path, source, mapping or mapping_for(source)))
    good = {one.line: one.content for one in found if isinstance(one, Found)}
    bad = {one.line: one.reason for one in found if isinstance(one, Refusal)}
    assert len(good) + len(bad) == len(found) - sum(isinstance(one, Columns | Skipped) for one in found)
    return good, bad


@pytest.mark.parametrize(
    "name",
    ["leads-utf8.csv", "leads-utf8-bom.csv", "leads-gb18030.csv", "leads-utf16-bom.csv", "leads-utf16-le.csv"],
)
def test_csv_in_each_encoding_reads_the_same(name: str) -> None:
    good, bad = read(name)
    assert bad == {}
    assert list(good) == [2, 4, 5]  # the first record has a line break in a quoted cell
    assert good[2] == {
        "lead_id": "AH1",
        "dealer_id": "A1001",
        "submitted_at": "2026-10-13 10:02:11",
        "customer_name": "陈先生",
        "customer_phone": "13800010001",
        "remark": "周六来,带家人\n两位",
        "updated_at": "2026-10-13 10:14:30",
    }
    assert good[4]["remark"] == '他说"再看看"'
    assert good[4]["submitted_at"] == "2026-10-13 11:20:00"
    assert good[5] == {
        "lead_id": "AH3",
        "dealer_id": "A1001",
        "submitted_at": "2026-10-14 09:15:02",
        "customer_name": "马先生",
    }


def test_csv_with_old_line_ends_reads_the_same_records() -> None:
    good, bad = read("leads-cr.csv")
    assert [payload["lead_id"] for payload in good.values()] == ["AH1", "AH2", "AH3"]
    assert bad == {}


@pytest.mark.parametrize("name", ["leads-tabs.csv", "leads-semicolons.csv", "leads-pipes.csv"])
def test_csv_with_another_delimiter_is_recognised(name: str) -> None:
    good, bad = read(name)
    assert [payload["lead_id"] for payload in good.values()] == ["AH1", "AH2"]
    assert next(iter(good.values()))["remark"] == "周六来,带家人"
    assert bad == {}


def test_encoding_given_by_the_mapping_overrides_the_found_one() -> None:
    mapping = mapping_for(LEAD)
    assert mapping is not None
    forced = ExportMapping(source=mapping.source, fields=mapping.fields, encoding="latin-1")
    with pytest.raises(UsageError, match="no column '线索编号'"):
        read("leads-gb18030.csv", mapping=forced)
    with pytest.raises(UsageError, match="unknown encoding"):
        read("leads-utf8.csv", mapping=ExportMapping(source="", fields=mapping.fields, encoding="klingon"))


def test_title_above_the_header_and_totals_below_are_no_records() -> None:
    good, bad = read("title-and-total.csv")
    assert list(good) == [4, 6]
    assert bad == {}


@pytest.mark.parametrize(
    "foot",
    [
        "合计：2",
        "合计,2",
        "合计：2,,,",
        "共2条",
        '"共 1,234 条记录",,,',
        "总条数：2,,,",
        "记录数:2",
        "导出时间：2026-10-01 12:00",
        "导出人：张三,,,",
        "共2条,,,导出时间：2026-10-01",
    ],
)
def test_foot_of_an_export_is_no_record_however_few_cells_it_has(foot: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(
        f"线索编号,经销商编号,提交时间,备注\nAH1,A1,2026-10-01 10:00:00,\nAH2,A1,2026-10-01 10:00:00,\n{foot}\n"
    )
    with open_regular(path) as file:
        _, *found = payloads(file, path, LEAD, mapping_for(LEAD))
    assert [type(one) for one in found] == [Found, Found, Skipped]


@pytest.mark.parametrize("row", ["共2条,A1,2026-10-01 10:00:00,", "导出,A1,2026-10-01 10:00:00,合计", "总部1,,,"])
def test_record_that_begins_like_a_foot_is_judged_as_a_record(row: str, tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(f"线索编号,经销商编号,提交时间,备注\n{row}\n")
    with open_regular(path) as file:
        _, found = payloads(file, path, LEAD, mapping_for(LEAD))
    assert not isinstance(found, Skipped)


def test_header_that_comes_again_is_left_out_and_told(tmp_path: Path) -> None:
    """By cells that are merged over two rows, as a workbook's reader gives them, and by exports in one file."""
    path = tmp_path / "export.csv"
    head, row = "线索编号,经销商编号,提交时间,备注", "A1001,2026-10-01 10:00:00,"
    path.write_text(f"{head}\n{head},\nAH1,{row}\n{head}\nAH2,{row}线索编号\n")
    with open_regular(path) as file:
        _, *found = payloads(file, path, LEAD, mapping_for(LEAD))
    assert [one.line for one in found if isinstance(one, Found)] == [3, 5]
    assert [one for one in found if isinstance(one, Skipped)] == [Skipped(n, "the header again") for n in (2, 4)]


def test_totals_before_the_end_are_refused_by_line() -> None:
    good, bad = read("total-in-the-middle.csv")
    assert list(good) == [2, 4]
    assert bad == {3: "a row of totals before the end of the file"}


def test_ragged_rows_are_refused_by_line_and_the_rest_read() -> None:
    good, bad = read("ragged.csv")
    assert list(good) == [2, 5, 6]  # line 5 has blank cells too many, which say nothing
    assert bad == {
        3: "8 columns where the header has 7: its cells are shifted",
        4: "3 columns where the header has 7: its cells are shifted",
    }


def test_shifted_cells_are_refused_with_the_column_and_no_value() -> None:
    good, bad = read("shifted.csv")
    assert list(good) == [2, 3, 5]
    assert bad == {4: "submitted_at (提交时间): not a date with a time"}


@pytest.mark.parametrize("name", ["mixed-encodings-utf8.csv", "mixed-encodings-gb18030.csv"])
def test_line_in_another_encoding_is_refused_and_the_rest_read(name: str) -> None:
    good, bad = read(name)
    assert list(good) == [2, 4]
    assert bad == {3: "not in the file's encoding, or over 4 MiB"}


def test_quote_that_is_never_closed_costs_a_bounded_number_of_lines() -> None:
    good, bad = read("unclosed-quote.csv")
    assert bad == {3: "a quote that is never closed (lines 3 to 202)"}
    assert list(good) == [2, *range(203, 261)]


def test_what_excel_has_damaged_is_refused_and_never_guessed() -> None:
    good, bad = read("excel-damage.csv")
    assert good[3]["customer_phone"] == "13800010001"  # ="138…" is how exports keep digits
    assert bad == {
        2: "customer_phone (手机号码): scientific notation, Excel has dropped digits; export the column as text",
        4: "customer_name (客户姓名): an Excel error stands in the cell",
        5: "submitted_at (提交时间): day is out of range for month",
        6: "submitted_at (提交时间): a date without a time",
        7: "lead_id (线索编号): blank",
    }


def test_column_of_long_numbers_that_all_end_in_zeros_is_refused_and_one_such_number_is_not(tmp_path: Path) -> None:
    head, time = "线索编号,经销商编号,提交时间\n", "2026-10-01 10:00:00"
    rounded = ["7400000000000010000", "7400000000000020000", "7400000000000030000", "AH1"]
    path = tmp_path / "export.csv"
    path.write_text(head + "".join(f"{one},A1001,{time}\n" for one in rounded))
    good, bad = read(path)
    assert [one["lead_id"] for one in good.values()] == ["AH1"]
    assert list(bad) == [2, 3, 4]
    assert bad[2].startswith("lead_id (线索编号): all long numbers end in zeros, Excel has dropped digits")
    path.write_text(head + "".join(f"{one},7400000000000000000,{time}\n" for one in [*rounded, "7400000000000040001"]))
    assert len(read(path)[0]) == 5


def test_missing_column_names_the_nearest_header() -> None:
    with pytest.raises(UsageError) as refused:
        read("missing-column.csv")
    assert "no column '提交时间' (for submitted_at), the nearest is '线索提交日期'" in str(refused.value)


def test_two_columns_for_one_field_are_refused() -> None:
    with pytest.raises(UsageError, match=r"two columns for customer_phone, the second .*: take one out"):
        read("duplicate-header.csv")


def test_columns_the_mapping_does_not_know_are_kept_under_their_header() -> None:
    good, _ = read("unknown-columns.csv")
    assert good[2]["自定义"] == "甲"
    assert good[2]["自定义 (5)"] == "乙"
    assert good[2]["column 6"] == "丙"


def test_header_alone_gives_no_records() -> None:
    assert read("header-only.csv") == ({}, {})


def test_empty_file_is_refused_in_one_line() -> None:
    with pytest.raises(UsageError, match=r"empty.csv is empty: export it again"):
        read("empty.csv")


@pytest.mark.parametrize(
    ("content", "encoding", "header_row", "said"),
    [
        (b"\n , \n", None, None, "has no header row: it holds no text"),
        ("线索编号\n1\n".encode("gb18030"), "utf-8", None, "line 1: not in the file's encoding"),
        ("线索编号\n1\n".encode(), None, 9, "the mapping says row 9, which is blank or not among the first 2"),
    ],
)
def test_file_without_a_header_says_why(
    tmp_path: Path, content: bytes, encoding: str | None, header_row: int | None, said: str
) -> None:
    path = tmp_path / "export.csv"
    path.write_bytes(content)
    mapping = mapping_for(LEAD)
    assert mapping is not None
    with open_regular(path) as file, pytest.raises(UsageError) as refused:
        list(payloads(file, path, LEAD, replace(mapping, encoding=encoding, header_row=header_row)))
    assert said in str(refused.value)


def test_field_that_no_column_fills_is_told_with_the_nearest_header(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text("线索编号,经销商编号,提交时间,客户手机号码\nA,D,2026-10-01 10:00:00,13800000001\n")
    with open_regular(path) as file:
        (columns, found) = payloads(file, path, LEAD, mapping_for(LEAD))
    assert isinstance(columns, Columns)
    assert columns.missing["customer_phone"] == "'手机号码', the nearest is '客户手机号码'"
    assert columns.missing["live_room_id"] == "'直播间编号'"
    assert isinstance(found, Found)


def test_own_mapping_with_formats_and_constants_is_followed() -> None:
    good, bad = read("missing-column.csv", mapping=mapping_for(LEAD, CASES / "own.yaml"))
    assert good == {
        2: {"lead_id": "AH1", "dealer_id": "A1001", "submitted_at": "2026-10-13 10:02:11"}
        | {"经销商编号": "A1001", "customer_name": "陈先生"}  # which own.yaml does not name, and which is personal
    }
    assert bad == {}


def test_workbook_with_title_sheets_and_merged_cells_is_read() -> None:
    good, bad = read("roster.xlsx", ROSTER)
    assert good[4] == {
        "employee_id": "E001",
        "day": "2026-10-14",
        "store_id": "S01",
        "is_rest_day": False,
        "shift_start": "09:00",
        "shift_end": "18:00",
        "updated_at": "2026-10-11 17:30:00",
    }
    assert good[5]["employee_id"] == "E001"  # merged with the row above
    assert good[5]["day"] == "2026-10-15"  # Excel's serial number
    assert good[5]["is_rest_day"] is True
    assert good[6]["shift_end"] == "00:00"
    assert good[6]["updated_at"] == "2026-10-11 17:30:00"  # the same
    assert good[7]["employee_id"] == "1003"  # a number, without a decimal point
    assert bad == {8: "is_rest_day (是否休息): a value the mapping does not list"}


def of_two_sheets(path: Path, second: list[str]) -> Path:
    """A workbook of roster rows on one sheet and the same header above `second` on another."""
    header = ["工号", "日期", "门店编码", "是否休息", "更新时间"]
    row = ["E1", "2026-10-13", "S1", "是", "2026-10-11 17:30:00"]
    with zipfile.ZipFile(io.BytesIO(xlsx_file(header, [row]))) as first:
        parts = {name: first.read(name) for name in first.namelist()}
    with zipfile.ZipFile(io.BytesIO(xlsx_file(header, [second] if second else []))) as other:
        parts["xl/worksheets/sheet2.xml"] = other.read("xl/worksheets/sheet1.xml")
    book, relations = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    parts[book] = parts[book].replace(b"</sheets>", b'<sheet name="Nov" sheetId="2" r:id="rId3"/></sheets>')
    sheet = re.findall(rb'<Relationship Id="rId1"[^>]*>', parts[relations])[0]
    added = sheet.replace(b"rId1", b"rId3").replace(b"sheet1", b"sheet2") + b"</Relationships>"
    parts[relations] = parts[relations].replace(b"</Relationships>", added)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def test_workbook_with_records_on_two_sheets_is_refused_and_a_template_beside_them_is_not(tmp_path: Path) -> None:
    mapping = mapping_for(ROSTER)
    assert mapping is not None
    path = of_two_sheets(tmp_path / "months.xlsx", ["E2", "2026-11-13", "S1", "否", "2026-11-11 17:30:00"])
    with open_regular(path) as file, pytest.raises(UsageError, match="has 2 sheets of records: Sheet1, Nov: save each"):
        list(payloads(file, path, ROSTER, mapping))
    for chosen, book in (("Nov", path), (None, of_two_sheets(tmp_path / "template.xlsx", []))):
        with open_regular(book) as file:
            found = list(payloads(file, book, ROSTER, replace(mapping, sheet=chosen)))
        assert [one.content["employee_id"] for one in found if isinstance(one, Found)] == ["E2" if chosen else "E1"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("far-cell.xlsx", "has a sheet of too many cells"),
        ("entities.xlsx", "declares a document type, which is forbidden"),
        ("macros.xlsx", "holds macros"),
        ("no-workbook.xlsx", "is no .xlsx"),
        ("truncated.xlsx", "is a damaged workbook, or cut short"),
        ("old.xls", "an .xls or an encrypted workbook"),
    ],
)
def test_hostile_workbook_is_refused_in_one_line(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        read(name, ROSTER)


def test_source_without_a_mapping_refuses_a_table() -> None:
    source = source_named("wecom.checkin")
    path = CASES / "leads-utf8.csv"
    with open_regular(path) as file, pytest.raises(UsageError, match="has no mapping"):
        payloads(file, path, source, mapping_for(source))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("wrong.yaml", "fills 'dealer', which autohome.lead does not have: the nearest is 'dealer_id'"),
        ("incomplete.yaml", "does not fill submitted_at"),
        ("bad-type.yaml", "is no mapping: fields"),
        ("not-yaml.yaml", "is not YAML: see its line"),
        ("none.yaml", "cannot be read"),
    ],
)
def test_mapping_that_is_wrong_says_where(name: str, reason: str) -> None:
    with pytest.raises(UsageError) as refused:
        mapping_for(LEAD, CASES / name)
    assert reason in str(refused.value)
