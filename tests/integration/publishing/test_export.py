"""Exported tables read back by a second reader equal the published file; what cannot be exported says so."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from ingestion.errors import UplogError, UsageError
from ingestion.settings import Settings
from publishing import export_formats
from publishing.export import export

LONG = "长" * 30_000
TEXTS = ["=1+1", "＝cmd", 'say "hi", 你好\nsecond line', "", None, LONG]
AT = datetime(2026, 10, 5, 1, 2, 3, tzinfo=UTC)


@pytest.fixture
def odd(fresh: Settings) -> Settings:
    """A published file whose values are hard to carry."""
    build = fresh.published_path / "builds" / "b1"
    build.mkdir(parents=True)
    for file in ("marts", "people"):
        with duckdb.connect(build / f"{file}.duckdb") as connection:
            connection.execute(
                "create table mart_odd (id bigint, note varchar, money decimal(18,2), rate double,"
                " started_at timestamptz, day date, is_open boolean, large decimal(38,2), tags varchar[]);"
                "comment on table mart_odd is 'Grain: note.'; comment on column mart_odd.note is '备注';"
                "create table mart_other as select 1 as one"
            )
            for at, text in enumerate(TEXTS):
                connection.execute(
                    "insert into mart_odd values (?, ?, -12.30, 0.1::double + 0.2::double, ?, ?, true,"
                    " 123456789012345678.25, ['a', '乙'])",
                    [at, text, AT, date(2026, 10, 5)],
                )
        (fresh.published_path / f"{file}.duckdb").symlink_to(f"builds/b1/{file}.duckdb")
    return fresh


def test_csv_read_back_equals_the_table_and_runs_no_formula(odd: Settings) -> None:
    path = export(odd, ["mart_odd"]).folder / "mart_odd.csv"

    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["note"] for row in rows] == ["'=1+1", "'＝cmd", TEXTS[2], "", "", LONG]
    first = {name: value for name, value in rows[0].items() if name not in ("id", "note")}
    assert first == {
        "money": "-12.30",
        "rate": repr(0.1 + 0.2),
        "started_at": "2026-10-05 01:02:03.000000Z",
        "day": "2026-10-05",
        "is_open": "true",
        "large": "123456789012345678.25",
        "tags": "[a, 乙]",
    }
    lines = path.read_text(encoding="utf-8").splitlines()
    assert any(line.startswith('3,"",') for line in lines)
    assert any(line.startswith("4,,") for line in lines)


def test_parquet_read_back_equals_the_table(odd: Settings) -> None:
    rows = pq.read_table(export(odd, ["mart_odd"], format="parquet").folder / "mart_odd.parquet").to_pylist()

    assert [row["note"] for row in rows] == TEXTS
    assert rows[0]["money"] == Decimal("-12.30")
    assert rows[0]["large"] == Decimal("123456789012345678.25")
    assert rows[0]["started_at"] == AT
    assert rows[0]["rate"] == 0.1 + 0.2
    assert rows[0]["tags"] == ["a", "乙"]


def test_workbook_read_back_has_typed_cells_and_describes_its_tables(odd: Settings) -> None:
    book = CalamineWorkbook.from_path(str(export(odd, format="xlsx").folder / "marts.xlsx"))

    assert book.sheet_names == ["about", "mart_odd", "mart_other"]
    about = book.get_sheet_by_name("about").to_python()
    assert about[0][:2] == ["build", "b1"]
    assert ["mart_odd", "mart_odd", "note", "VARCHAR", "备注"] in about
    _, *rows = book.get_sheet_by_name("mart_odd").to_python()
    assert [row[1] for row in rows] == [text or "" for text in TEXTS]
    assert rows[0][2:] == [
        -12.3,
        0.3,  # the 16 digits xlsxwriter writes
        AT.replace(tzinfo=None),
        AT.date(),
        True,
        "123456789012345678.25",
        "[a, 乙]",
    ]


def test_workbook_of_more_rows_than_a_sheet_is_refused_before_anything_is_written(
    odd: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export_formats, "_EXCEL_ROWS", len(TEXTS))
    with pytest.raises(UsageError, match=r"mart_odd has 6 rows .* --format csv or parquet"):
        export(odd, format="xlsx")
    assert not (odd.home / "exports").exists()


def test_workbook_with_too_long_a_text_is_refused_and_the_earlier_one_stays(odd: Settings) -> None:
    book = export(odd, format="xlsx").folder / "marts.xlsx"
    before = book.read_bytes()
    with duckdb.connect(odd.published_path / "marts.duckdb") as connection:
        connection.execute("insert into mart_odd (note) values (repeat('x', 32768))")

    with pytest.raises(UsageError, match=r"mart_odd\.note has a text longer"):
        export(odd, format="xlsx")
    assert book.read_bytes() == before
    assert sorted(path.name for path in book.parent.iterdir()) == [".export.lock", "export.json", "marts.xlsx"]


def test_workbook_that_the_disk_cannot_hold_is_one_line_and_leaves_nothing(odd: Settings) -> None:
    code = (
        "import resource, sys; from orchestration.cli import main\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (6000, 6000))\n"
        "sys.exit(main(['export', '--format', 'xlsx']))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr == "uplog: File too large: check the path, its rights and the disk\n"
    assert [path.name for path in (odd.home / "exports" / "b1").iterdir()] == [".export.lock"]


@pytest.mark.parametrize(("file", "mode"), [("marts", 0o644), ("people", 0o600)])
def test_files_have_the_mode_of_the_published_one(odd: Settings, file: str, mode: int) -> None:
    made = export(odd, file=file)
    assert {(made.folder / name).stat().st_mode & 0o777 for name in (*made.files, "export.json")} == {mode}


def test_unknown_table_names_the_nearest_or_its_file_and_a_dry_run_writes_nothing(odd: Settings) -> None:
    with pytest.raises(UsageError, match=r"no table 'mart_od': did you mean mart_odd\?"):
        export(odd, ["mart_od"])
    with duckdb.connect(odd.published_path / "builds" / "b1" / "people.duckdb") as connection:
        connection.execute("create table my_odd as select 1 as one")
    with pytest.raises(UsageError, match="my_odd is not in marts, but in people: give `--file people`"):
        export(odd, ["my_odd"])
    assert export(odd, dry_run=True).files == ("mart_odd.csv", "mart_other.csv")
    assert not (odd.home / "exports").exists()


def test_export_killed_while_writing_leaves_the_earlier_files_and_the_next_cleans_up(odd: Settings) -> None:
    folder = export(odd).folder
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.name != ".export.lock"}
    code = (
        "import os, signal, publishing.export as e\nfrom ingestion.settings import settings\n"
        "real = e.write_csv\n"
        "def write(connection, table, path):\n"
        "    real(connection, table, path)\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        "e.write_csv = write\ne.export(settings())\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == -9

    assert (folder / ".draft-export" / "mart_odd.csv").exists()
    assert {name: (folder / name).read_bytes() for name in before} == before
    export(odd)
    assert not (folder / ".draft-export").exists()


def test_export_says_what_it_wrote_as_json(odd: Settings, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    from orchestration.cli import main

    assert main(["export", "mart_other", "--format", "parquet", "--out", str(tmp_path / "out"), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["files"] == ["mart_other.parquet"]
    assert said["build_id"] == "b1"
    assert said == json.loads((tmp_path / "out" / "export.json").read_text(encoding="utf-8"))


def test_export_before_publishing_says_to_publish(fresh: Settings) -> None:
    with pytest.raises(UplogError, match="uplog publish"):
        export(fresh)
