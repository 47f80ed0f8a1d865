"""JSON answers, JSON Lines and whole CloudEvents; and files that are none."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.errors import UplogError, UsageError
from ingestion.personal.secrets import new_secrets
from ingestion.readers import payloads
from ingestion.readers.envelopes import events
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found, Payload, Refusal
from ingestion.sources import source_named

CASES = Path(__file__).parents[1] / "cases" / "readers"
EXAMPLES = Path(__file__).parents[2] / "examples"


def read(path: Path, source: str = "wecom.checkin") -> Iterator[Payload]:
    with open_regular(path) as file:
        yield from payloads(file, path, source_named(source), None)


def test_answer_in_its_wrapper_gives_its_records() -> None:
    found = list(read(EXAMPLES / "wecom.checkin.json"))
    assert [one.line for one in found] == list(range(1, 13))
    assert all(isinstance(one, Found) and "checkin_time" in one.content for one in found)


def test_answer_in_gb18030_is_read() -> None:
    (one,) = read(CASES / "checkins-gb18030.json")
    assert isinstance(one, Found)
    assert one.content["checkin_type"] == "上班打卡"


def test_error_answer_refuses_the_file_with_its_code() -> None:
    with pytest.raises(UplogError, match="wecom answered error 42001"):
        list(read(CASES / "checkins-error.json"))


@pytest.mark.parametrize(
    ("name", "reason"), [("duplicate-key.json", "an object has one key twice"), ("not.json", "is not JSON")]
)
def test_document_that_is_not_strict_json_is_refused(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        list(read(CASES / name))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"[" + b"[]," * 4_000_001 + b"0]", "holds over 4000000 values: give it as JSON Lines"),
        (b'{"a":"' + b"x" * (64 << 20) + b'"}', "is over 64 MiB: give it as JSON Lines"),
        (b"[" * 100_000, "is not JSON"),
    ],
)
def test_document_that_would_fill_memory_is_refused_unread(content: bytes, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=reason):
        list(read(path))


def test_answer_of_another_call_is_refused_and_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    with pytest.raises(UplogError, match=r"dingtalk.attendance.json: no checkindata in this answer"):
        list(read(EXAMPLES / "dingtalk.attendance.json"))
    empty = tmp_path / "empty.json"
    empty.write_text('{"errcode": 0, "errmsg": "ok"}')
    assert list(read(empty)) == []


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("dingtalk.signin", {"errcode": 0, "errmsg": "ok", "data": [{"userId": "u", "timestamp": 1792056600000}]}),
        ("volcengine.call", {"ResponseMetadata": {"RequestId": "r"}, "Result": {"List": [{"CallId": "c"}]}}),
        ("wav.statistics", {"Response": {"RequestId": "r", "ChannelCodes": [{"Id": 1}]}}),
    ],
)
def test_answer_whose_records_stand_elsewhere_is_another_call_s(
    source: str, answer: dict[str, object], tmp_path: Path
) -> None:
    path = tmp_path / "other.json"
    path.write_text(json.dumps(answer))
    with pytest.raises(UplogError, match=r"in this answer: it is another call's"):
        list(read(path, source))


@pytest.mark.parametrize(
    ("source", "answer"),
    [
        ("dingtalk.signin", {"errcode": 0, "errmsg": "ok", "result": {"next_cursor": 0}}),
        ("volcengine.call", {"ResponseMetadata": {"RequestId": "r"}, "Result": None}),
        ("wav.statistics", {"Response": {"RequestId": "r", "PageData": None, "NextCursor": None}}),
        ("feiyu.lead", {"code": 0, "message": "OK", "data": {"page_info": {"total_number": 0}, "list": None}}),
    ],
)
def test_answer_of_no_records_is_an_empty_one(source: str, answer: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(answer))
    assert list(read(path, source)) == []


def test_json_lines_keep_their_numbers_and_survive_bad_lines() -> None:
    found = list(read(CASES / "checkins.jsonl"))
    assert [one.line for one in found if isinstance(one, Found)] == [1, 1, 5, 6]
    refused = {one.line: one.reason for one in found if isinstance(one, Refusal)}
    assert refused.keys() == {3, 4}
    assert refused[3].startswith("not JSON")
    assert refused[4].startswith("wecom answered error 42001")


def test_cloudevents_are_judged_as_the_lander_would_and_sent_unchanged() -> None:
    path = CASES / "cloudevents-batch.json"
    with open_regular(path) as file:
        found = list(events(file, path, new_secrets()))
    (event,) = [one.content for one in found if isinstance(one, Found)]
    assert event.topic == "calls"
    assert event.key == b"gw-20261016-0001"
    assert event.value in path.read_bytes()
    reasons = {one.line: one.reason.split(":")[0] for one in found if isinstance(one, Refusal)}
    assert reasons == {2: "type_unknown", 3: "envelope_invalid", 4: "contract_violated", 5: "version_unknown"}


@pytest.mark.parametrize("name", ["autohome.lead.csv", "douyin.local_lead.jsonl", "wecom.checkin.json"])
def test_compressed_file_says_that_it_is_to_be_unpacked(name: str, tmp_path: Path) -> None:
    path = tmp_path / f"{name}.gz"
    path.write_bytes(gzip.compress((EXAMPLES / name).read_bytes()))
    with pytest.raises(UsageError, match="is compressed: unpack it"):
        list(read(path, name.rpartition(".")[0]))


def test_json_lines_by_another_name_say_how_to_name_them(tmp_path: Path) -> None:
    path = tmp_path / "leads.json"
    path.write_bytes((EXAMPLES / "douyin.local_lead.jsonl").read_bytes())
    with pytest.raises(UsageError, match=r"a document a line, name it \.jsonl"):
        list(read(path, "douyin.local_lead"))


def test_path_that_is_no_regular_file_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "link.csv"
    link.symlink_to(EXAMPLES / "autohome.lead.csv")
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    for path, reason in (
        (link, "is a link"),
        (pipe, "not a regular file"),
        (tmp_path, "not a regular file"),
        (tmp_path / "none.csv", "cannot be opened"),
        (Path("/dev/null"), "not a regular file"),
        (Path(f"{EXAMPLES}/\0.csv"), "cannot be opened: its name is wrong"),
    ):
        with pytest.raises(UsageError, match=reason):
            open_regular(path)
