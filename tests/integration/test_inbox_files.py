"""Files in the drop folder: taken, imported, moved, with a report; nothing else is touched."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ingestion import inbox
from ingestion.errors import BrokerUnavailable
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


def test_take_without_a_broker_leaves_the_file(fresh: Settings) -> None:
    path = drop(fresh, "hr.store", "stores.json", (EXAMPLES / "hr.store.json").read_bytes())
    with pytest.raises(BrokerUnavailable):
        inbox.take(fresh)
    assert path.exists()
