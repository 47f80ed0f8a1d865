"""Files in the drop folder: taken, imported, moved, with a report; nothing else is touched."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from ingestion import inbox
from ingestion.errors import BrokerUnavailable, UplogError
from ingestion.settings import Settings

EXAMPLES = Path(__file__).parents[2] / "examples"


def drop(settings: Settings, source: str, name: str, content: bytes) -> Path:
    folder = settings.home / "inbox" / source
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (1, 1))
    return path


def test_take_good_file_moves_it_to_done_with_a_report(with_broker: Settings) -> None:
    path = drop(with_broker, "hr.store", "stores.json", (EXAMPLES / "hr.store.json").read_bytes())
    (taken,) = inbox.take(with_broker)
    assert taken.moved_to == path.parent / "done" / "stores.json"
    assert not path.exists()
    report = json.loads(taken.moved_to.with_name("stores.json.report.json").read_text(encoding="utf-8"))
    assert (report["sent"], report["error"], report["rejected"]) == (2, None, [])
    assert inbox.take(with_broker) == []


def test_take_file_that_cannot_be_read_moves_it_to_rejected_with_the_reason(with_broker: Settings) -> None:
    drop(with_broker, "wecom.checkin", "answer.json", b'{"errcode": 40014, "errmsg": "invalid access_token"}')
    (taken,) = inbox.take(with_broker)
    assert taken.moved_to.parent.name == "rejected"
    report = json.loads(taken.moved_to.with_name("answer.json.report.json").read_text(encoding="utf-8"))
    assert "40014" in json.dumps(report)


@pytest.mark.parametrize(("ahead_hours", "is_taken"), [(8, True), (0.01, False)])
def test_waiting_file_dated_in_another_zone_is_taken_and_one_being_written_is_not(
    fresh: Settings, ahead_hours: float, is_taken: bool
) -> None:
    """A ZIP keeps local times: unpacked elsewhere its files lie hours ahead. Minutes are a share with another clock."""
    path = drop(fresh, "hr.store", "stores.json", b"{}")
    at = time.time() + ahead_hours * 3600
    os.utime(path, (at, at))

    assert [one.path for one in inbox.waiting(fresh)] == [path] * is_taken


def test_take_closes_the_folders_of_what_was_taken_to_others(fresh: Settings) -> None:
    before = os.umask(0o022)
    try:
        path = drop(fresh, "autohome.lead", "a*.csv", b"")
        inbox.take(fresh)
    finally:
        os.umask(before)

    modes = {name: (path.parent / name).stat().st_mode & 0o777 for name in ("done", "rejected")}
    assert modes == {"done": 0o750, "rejected": 0o750}


def test_take_file_without_a_column_names_the_field_in_its_report(with_broker: Settings) -> None:
    export = "线索编号,经销商编号,提交时间,客户手机号码\nA,D,2026-10-01 10:00:00,13800000001\n"
    drop(with_broker, "autohome.lead", "leads.csv", export.encode())
    (taken,) = inbox.take(with_broker)
    report = json.loads(taken.moved_to.with_name("leads.csv.report.json").read_text(encoding="utf-8"))
    assert report["missing"]["customer_phone"] == "'手机号码', the nearest is '客户手机号码'"
    assert "13800000001" not in json.dumps(report)


def test_take_same_name_twice_keeps_both(with_broker: Settings) -> None:
    for _ in range(2):
        drop(with_broker, "hr.store", "stores.json", (EXAMPLES / "hr.store.json").read_bytes())
        inbox.take(with_broker)
    kept = {path.name for path in (with_broker.home / "inbox/hr.store/done").iterdir()}
    assert {"stores.json", "stores.json.1"} <= kept


def test_waiting_leaves_links_hidden_unfinished_and_unknown_alone(fresh: Settings, tmp_path: Path) -> None:
    secret = tmp_path / "secret.json"
    secret.write_text("{}")
    drop(fresh, "hr.store", ".hidden.json", b"{}")
    drop(fresh, "no.such.source", "a.json", b"{}")
    unfinished = drop(fresh, "hr.store", "growing.json", b"{")
    os.utime(unfinished)
    (fresh.home / "inbox/hr.store/link.json").symlink_to(secret)
    (fresh.home / "inbox/hr.store/folder").mkdir()
    assert inbox.waiting(fresh) == []


def test_waiting_leaves_pipes_and_folders_that_are_links_alone(fresh: Settings, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    old = outside / "a.json"
    old.write_text("{}")
    os.utime(old, (1, 1))
    inbox_folder = fresh.home / "inbox"
    inbox_folder.mkdir(parents=True)
    (inbox_folder / "hr.store").symlink_to(outside)
    (inbox_folder / "hr.employee").mkdir()
    os.mkfifo(inbox_folder / "hr.employee" / "pipe.json")
    os.utime(inbox_folder / "hr.employee" / "pipe.json", (1, 1))
    assert inbox.waiting(fresh) == []


@pytest.mark.parametrize("name", ["*.json", "a[1].json", "{a,b}.json", "a\nb.json", "a\\..\\b.json", "a\udcff.json"])
def test_take_name_of_a_pattern_is_rejected_unread(fresh: Settings, name: str) -> None:
    path = drop(fresh, "hr.store", name, (EXAMPLES / "hr.store.json").read_bytes())
    (taken,) = inbox.take(fresh)
    assert taken.moved_to == path.parent / "rejected" / name
    assert "rename it" in str(taken.error)
    assert "rename it" in taken.moved_to.with_name(name + ".report.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", ["done", "rejected"])
def test_take_where_a_folder_leads_out_of_the_inbox_sends_nothing(fresh: Settings, tmp_path: Path, folder: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    path = drop(fresh, "hr.store", "stores.json", (EXAMPLES / "hr.store.json").read_bytes())
    (path.parent / folder).symlink_to(outside)
    with pytest.raises(UplogError, match="is not a folder of its own"):
        inbox.take(fresh)
    assert path.exists()
    assert list(outside.iterdir()) == []


def test_take_writes_over_nothing_that_lies_in_wait(fresh: Settings, tmp_path: Path) -> None:
    target = tmp_path / "target"
    path = drop(fresh, "hr.store", "a*.json", b"{}")
    (path.parent / "rejected").mkdir()
    (path.parent / "rejected" / "a*.json.report.json").symlink_to(target)
    (taken,) = inbox.take(fresh)
    assert taken.moved_to.name == "a*.json.1"
    assert not target.exists()


def test_take_without_a_broker_leaves_the_file(fresh: Settings) -> None:
    path = drop(fresh, "hr.store", "stores.json", (EXAMPLES / "hr.store.json").read_bytes())
    with pytest.raises(BrokerUnavailable):
        inbox.take(fresh)
    assert path.exists()
