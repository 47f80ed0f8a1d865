"""Workbooks made to hurt: each is refused in one line, within 256 MiB and 2 seconds of CPU."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path

import pytest

from ingestion.errors import UsageError
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found, Refusal
from ingestion.sources import source_named

ROSTER = source_named("hr.roster")
SHEET = "xl/worksheets/sheet1.xml"
WORKBOOK = (
    b'<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    b'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">%s'
    b'<sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
RELATIONS = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" '
    b'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings" '
    b'Target="sharedStrings.xml"/></Relationships>'
)
ROOT = (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    b'Target="xl/workbook.xml"/></Relationships>'
)
HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"
HEADER = ("工号", "日期", "门店编码", "是否休息", "更新时间")
MEASURED = """
import json, sys, time
from pathlib import Path
from ingestion.errors import UsageError
from ingestion.readers import payloads
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.sources import source_named
source, path, reason = source_named("hr.roster"), Path(sys.argv[1]), None
mapping = mapping_for(source)
began = time.process_time()
try:
    with open_regular(path) as file:
        for _ in payloads(file, path, source, mapping):
            pass
except UsageError as refused:
    reason = str(refused)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(json.dumps([reason, time.process_time() - began, int(status["VmHWM"].split()[0]) / 1024]))
"""


def workbook(
    path: Path, sheet: Iterable[bytes], strings: Iterable[bytes] = (b"<sst/>",), properties: bytes = b"", **more: bytes
) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        archive.writestr("_rels/.rels", ROOT)
        archive.writestr("xl/workbook.xml", WORKBOOK % properties)
        archive.writestr("xl/_rels/workbook.xml.rels", RELATIONS)
        for name, pieces in (("xl/sharedStrings.xml", strings), (SHEET, sheet)):
            with archive.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece)
        for name, content in more.items():
            archive.writestr(f"xl/media/{name}", content)
    return path


def cells(row: bytes, times: int) -> Iterable[bytes]:
    yield HEAD
    for _ in range(times // 1_000):
        yield row * 1_000
    yield TAIL


def spaces(path: Path) -> Path:
    return workbook(path, [HEAD, *[b" " * (1 << 20)] * 205, TAIL])


def cells_without_a_place(path: Path) -> Path:
    return workbook(path, cells(b"<row>" + b"<c><v>1</v></c>" * 20 + b"</row>", 400_000))


def rows_of_one_long_text(path: Path) -> Path:
    text = b"<sst><si><t>" + b"x" * 900_000 + b"</t></si></sst>"
    return workbook(path, cells(b'<row><c t="s"><v>0</v></c></row>', 100_000), [text])


def million_texts(path: Path) -> Path:
    return workbook(path, [HEAD, TAIL], [b"<sst>", *[b"<si><t>a</t></si>" * 1_000] * 1_000, b"</sst>"])


def row_too_many(path: Path) -> Path:
    return workbook(path, [HEAD, b'<row r="1048577"><c r="A1048577"><v>1</v></c></row>', TAIL])


def column_too_many(path: Path) -> Path:
    return workbook(path, [HEAD, b'<row r="1"><c r="XFE1"><v>1</v></c></row>', TAIL])


def archive_within(path: Path) -> Path:
    return workbook(path, [HEAD, TAIL], **{"inner.zip": spaces(path.with_suffix(".inner")).read_bytes()})


def formula_without_its_result(path: Path) -> Path:
    return workbook(path, [HEAD, b'<row r="7"><c r="B7"><f>A1*2</f></c></row>', TAIL])


def formula_with_an_untyped_blank(path: Path) -> Path:
    return workbook(path, [HEAD, b'<row r="7"><c r="B7"><f>A1*2</f><v></v></c></row>', TAIL])


def entities_in_utf_16(path: Path) -> Path:
    text = '<!DOCTYPE s [<!ENTITY a "b">]><sst/>'.encode("utf-16-le")
    return workbook(path, [HEAD, TAIL], [text])


def size_that_lies(path: Path) -> Path:
    """The directory says the sheet is its first 64 bytes, with their checksum: what Python's zipfile then believes."""
    content = spaces(path).read_bytes()
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(SHEET)
    real = (
        part.CRC.to_bytes(4, "little") + part.compress_size.to_bytes(4, "little") + part.file_size.to_bytes(4, "little")
    )
    seen = zlib.crc32((HEAD + b" " * 64)[:64])
    lie = seen.to_bytes(4, "little") + part.compress_size.to_bytes(4, "little") + (64).to_bytes(4, "little")
    path.write_bytes(content.replace(real, lie))
    with zipfile.ZipFile(path) as archive:
        assert len(archive.read(SHEET)) == 64
    return path


def part_longer_than_it_says(path: Path) -> Path:
    """The same lie where nothing is large: whoever trusts the directory stops before the last row."""
    rows = b'<row r="1"><c r="A1" t="str"><v>x</v></c></row>' * 9
    content = workbook(path, [HEAD, rows, TAIL]).read_bytes()
    with zipfile.ZipFile(path) as archive:
        part = archive.getinfo(SHEET)
    sizes = part.compress_size.to_bytes(4, "little") + part.file_size.to_bytes(4, "little")
    lie = part.compress_size.to_bytes(4, "little") + (part.file_size - len(TAIL)).to_bytes(4, "little")
    path.write_bytes(content.replace(sizes, lie))
    return path


def comment_behind(path: Path) -> Path:
    with zipfile.ZipFile(workbook(path, [HEAD, TAIL]), "a") as archive:
        archive.comment = b"PK"
    return path


def bytes_behind(path: Path) -> Path:
    path.write_bytes(workbook(path, [HEAD, TAIL]).read_bytes() + b"more")
    return path


def parts_on_top_of_each_other(path: Path) -> Path:
    """Two names for one body, as in Fifield's bomb: the second entry begins where the first does."""
    content = bytearray(workbook(path, [HEAD, TAIL]).read_bytes())
    with zipfile.ZipFile(path) as archive:
        first, second = archive.infolist()[:2]
    at = content.rindex(second.header_offset.to_bytes(4, "little") + b"xl/workbook")
    content[at : at + 4] = first.header_offset.to_bytes(4, "little")
    path.write_bytes(content)
    return path


def archive_in_front(path: Path) -> Path:
    inner = spaces(path.with_suffix(".front")).read_bytes()
    path.write_bytes(inner + workbook(path, [HEAD, TAIL]).read_bytes())
    return path


def encrypted_part(path: Path) -> Path:
    content = bytearray(workbook(path, [HEAD, TAIL]).read_bytes())
    at = content.index(b"PK\x01\x02")
    content[at + 8] |= 1
    path.write_bytes(content)
    return path


HOSTILE: list[tuple[Callable[[Path], Path], str]] = [
    (spaces, "inflates to over 128 MiB"),
    (cells_without_a_place, "has a sheet of too many cells"),
    (rows_of_one_long_text, "has a sheet of too many cells"),
    (million_texts, "holds over 500000 different texts"),
    (row_too_many, "has a cell outside Excel's grid"),
    (column_too_many, "has a cell outside Excel's grid"),
    (archive_within, "holds another archive"),
    (formula_without_its_result, "holds a formula without its result in B7"),
    (formula_with_an_untyped_blank, "holds a formula without its result in B7"),
    (entities_in_utf_16, "has a part that is not in UTF-8"),
    (size_that_lies, "inflates to over 128 MiB"),
    (parts_on_top_of_each_other, "has parts on top of each other"),
    (archive_in_front, "holds more than its parts"),
    (comment_behind, "holds more than its parts"),
    (bytes_behind, "holds more than its parts"),
    (part_longer_than_it_says, "has a part that is not as long as it says"),
    (encrypted_part, "is encrypted: save it as .xlsx without a password"),
]


@pytest.mark.parametrize(("made", "reason"), HOSTILE, ids=[made.__name__ for made, _ in HOSTILE])
def test_hostile_workbook_is_refused_within_memory_and_time(
    made: Callable[[Path], Path], reason: str, tmp_path: Path
) -> None:
    path = made(tmp_path / "hostile.xlsx")
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, text=True)
    said, seconds, mebibytes = json.loads(done.stdout)
    assert reason in str(said)
    assert mebibytes <= 256
    assert seconds <= 2


def test_workbook_just_within_its_limits_takes_no_more_than_they_say(tmp_path: Path) -> None:
    text = b"<sst>" + b"<si><t>" + b"\xe6\xb1\x89" * 10 + b"</t></si></sst>"
    row = b"<row>" + b'<c t="s"><v>0</v></c>' * 14 + b"</row>"
    path = workbook(tmp_path / "large.xlsx", cells(row, 90_000), [text])
    done = subprocess.run([sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, text=True)
    said, _, mebibytes = json.loads(done.stdout)
    assert "has no column" in said  # it was opened
    assert mebibytes <= 256


def test_days_of_a_workbook_that_counts_from_1904_are_those_days(tmp_path: Path) -> None:
    header = "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in HEADER)
    row = '<c t="inlineStr"><is><t>E1</t></is></c><c><v>44846</v></c><c t="inlineStr"><is><t>S1</t></is></c>'
    row += '<c t="inlineStr"><is><t>是</t></is></c><c t="inlineStr"><is><t>2026-10-11 17:30:00</t></is></c>'
    sheet = [HEAD, f"<row>{header}</row><row>{row}</row>".encode(), TAIL]
    for properties, day in ((b'<workbookPr date1904="1"/>', "2026-10-13"), (b"", "2022-10-12")):
        path = workbook(tmp_path / "days.xlsx", sheet, properties=properties)
        with open_regular(path) as file:
            found = [one.content for one in payloads(file, path, ROSTER, mapping_for(ROSTER)) if isinstance(one, Found)]
        assert [(one["employee_id"], one["day"]) for one in found] == [("E1", day)]


def test_formula_whose_result_is_an_empty_text_is_a_blank_cell(tmp_path: Path) -> None:
    header = "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in HEADER)
    cells = "".join(f'<c t="inlineStr"><is><t>{one}</t></is></c>' for one in ("E1", "2026-10-13", "S1", "是"))
    for blank in (b'<c r="E2" t="str"><f>IF(A2="","x","")</f><v/></c>', b'<c r="E2" t="str"><f>""</f><v></v></c>'):
        sheet = [HEAD, f"<row>{header}</row><row>{cells}".encode(), blank, b"</row>", TAIL]
        path = workbook(tmp_path / "formula.xlsx", sheet)
        with open_regular(path) as file:
            found = list(payloads(file, path, ROSTER, mapping_for(ROSTER)))
        assert found[1:] == [Refusal(2, "updated_at (更新时间): blank")]


def test_damaged_workbook_at_every_byte_is_read_or_refused(tmp_path: Path) -> None:
    whole = (Path(__file__).parents[1] / "cases/readers/roster.xlsx").read_bytes()
    path = tmp_path / "damaged.xlsx"
    for at in range(0, len(whole), max(len(whole) // 60, 1)):
        for content in (whole[:at], whole[:at] + bytes([whole[at] ^ 0x55]) + whole[at + 1 :]):
            path.write_bytes(content)
            with suppress(UsageError), open_regular(path) as file:
                list(payloads(file, path, ROSTER, mapping_for(ROSTER)))
