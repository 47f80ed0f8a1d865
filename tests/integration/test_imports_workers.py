"""A large CSV read by several processes gives what one gives, place by place, in the file's order."""

from __future__ import annotations

import os
import signal
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ingestion import import_workers, imports
from ingestion.errors import PassingFault, UsageError
from ingestion.import_workers import Job, chunks_of_workers
from ingestion.imports import import_files
from ingestion.outcomes import Chunk
from ingestion.readers.mapping import mapping_for
from ingestion.readers.opening import open_regular
from ingestion.settings import Settings
from ingestion.sources import source_named

HEADER = "线索编号,经销商编号,提交时间,客户姓名,手机号码,备注\n"


def export(path: Path, rows: int) -> Path:
    """Rows of which some run over lines, some are refused, some are blank, and totals in the middle and at the end."""
    with path.open("w", encoding="utf-8") as file:
        file.write("平台导出\n" + HEADER)
        for number in range(rows):
            if number % 97 == 0:
                file.write(f'L{number},A1,2026-10-13 10:02:11,王先生,13800010001,"两行\n备注 {"长" * 40}"\n')
            elif number % 1_001 == 0:
                file.write("合计,,,,,\n" if number % 2 else ",,,,,\n")
            elif number % 89 == 0:
                file.write(f"L{number},A1,2026-10-13 10:02:11\n")
            elif number % 83 == 0:
                file.write(f"L{number},A1,2026-02-30 10:02:11,王先生,1.38E+10,\n")
            else:
                file.write(f"L{number},A{number % 5},2026-10-13 10:02:11,王先生,13800010001,\n")
        file.write("合计,,,,,\n")
    return path


def job(settings: Settings, path: Path) -> Job:
    source = source_named("autohome.lead")
    return Job(settings, path, source.name, mapping_for(source), None, None, datetime(2026, 10, 20, tzinfo=UTC))


def places(chunks: list[Chunk]) -> tuple[list[object], list[object]]:
    return [event for chunk in chunks for event in chunk.events], [one for chunk in chunks for one in chunk.others]


@pytest.mark.parametrize("rows", [0, 3_999, 4_000, 9_500])
def test_several_readers_give_what_one_gives_in_its_order(fresh: Settings, tmp_path: Path, rows: int) -> None:
    path = export(tmp_path / "leads.csv", rows)
    settings = fresh.model_copy(update={"import_workers": 3})
    with open_regular(path) as file:
        alone = places(list(job(settings, path).chunks(file)))
        shared = places(list(chunks_of_workers(job(settings, path), file)))
    assert shared[0] == alone[0]
    assert shared[1] == alone[1]
    assert len(alone[0]) >= rows * 0.9


def test_chunks_cut_for_their_size_stay_in_order(fresh: Settings, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write(HEADER)
        file.writelines(f"L{n},A1,2026-10-13 10:02:11,王先生,13800010001,{'x' * 6_000}\n" for n in range(4_500))
    with open_regular(path) as opened:
        found = list(chunks_of_workers(job(fresh, path), opened))
    assert [chunk.is_whole for chunk in found].count(False) >= 2
    assert [event.key for event in places(found)[0]] == [b"L%d" % n for n in range(4_500)]


def test_large_file_is_shared_and_its_report_the_same(
    fresh: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = export(tmp_path / "leads.csv", 5_000)
    alone = import_files(fresh, "autohome.lead", [path], dry_run=True)
    monkeypatch.setattr(import_workers, "PAY_FROM_BYTES", 0)
    shared: list[Job] = []
    monkeypatch.setattr(
        imports, "chunks_of_workers", lambda job, *rest: shared.append(job) or chunks_of_workers(job, *rest)
    )
    assert import_files(fresh, "autohome.lead", [path], dry_run=True) == alone
    assert len(shared) == 1
    assert alone.rejected_count > 50
    assert [one.reason for one in alone.skipped] == ["a row of totals at the end"]


def test_error_of_a_worker_is_the_imports_own(fresh: Settings, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    path.write_text("线索编号,提交日\n1,2\n", encoding="utf-8")
    with open_regular(path) as file, pytest.raises(UsageError, match="no column '经销商编号'"):
        list(chunks_of_workers(job(fresh, path), file))


def test_file_replaced_meanwhile_is_refused(fresh: Settings, tmp_path: Path) -> None:
    path = export(tmp_path / "leads.csv", 10)
    with open_regular(path) as file:
        export(tmp_path / "other.csv", 20).replace(path)
        with pytest.raises(UsageError, match="was replaced while it was read"):
            list(chunks_of_workers(job(fresh, path), file))


def test_worker_that_dies_stops_the_import_with_what_to_do(fresh: Settings, tmp_path: Path) -> None:
    path = export(tmp_path / "leads.csv", 60_000)
    with open_regular(path) as file:
        chunks = chunks_of_workers(job(fresh, path), file)
        next(chunks)
        children = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
        os.kill(int(children[-1]), signal.SIGKILL)
        with pytest.raises(PassingFault, match="import again"):
            list(chunks)
