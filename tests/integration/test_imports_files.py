"""Files into Kafka: the good lines go, the bad are named, the same file twice gives the same events."""

from __future__ import annotations

import csv
import json
import os
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from kafka import TopicPartition

from ingestion import kafka_client
from ingestion.errors import BrokerUnavailable, UplogError, UsageError
from ingestion.imports import import_files
from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.topics import TOPICS
from tests.examples import EXAMPLES, import_example, outside
from tests.lander_events import lead

CASES = Path(__file__).parents[1] / "cases" / "readers"


def in_kafka(settings: Settings) -> list[tuple[str, bytes, dict[str, Any]]]:
    """Every event held, as topic, key and envelope."""
    partitions = [TopicPartition(topic, n) for topic in TOPICS for n in range(settings.kafka_partitions)]
    found: list[tuple[str, bytes, dict[str, Any]]] = []
    reader = kafka_client.consumer(settings, auto_offset_reset="earliest")
    try:
        left = sum(kafka_client.end_offsets(reader, partitions).values())
        reader.assign(partitions)
        reader.seek_to_beginning(*partitions)
        while len(found) < left:
            for records in reader.poll(timeout_ms=5000).values():
                found += [(one.topic, one.key, msgspec.json.decode(one.value)) for one in records]
    finally:
        reader.close()
    return found


def test_every_example_is_acknowledged_whole_and_twice_gives_the_same_ids(with_broker: Settings) -> None:
    with Producer(with_broker) as shared:
        for _ in range(2):
            for source in outside():
                report = import_example(with_broker, source, shared)
                assert report.read == report.sent > 0, source.name
            import_files(with_broker, "cloudevents", [EXAMPLES / "cloudevents.jsonl"], producer=shared)
    held = in_kafka(with_broker)
    assert len(held) == sum(shared.acknowledged.values())
    times_seen = Counter((event["source"], event["id"], msgspec.json.encode(event["data"])) for _, _, event in held)
    assert set(times_seen.values()) == {2}
    topic_of = {source.type: source.topic for source in sources().values()}
    assert all(topic_of[event["type"]] == topic and key.decode() == event["subject"] for topic, key, event in held)


def test_good_lines_go_and_bad_ones_are_named_by_file_and_line(with_broker: Settings) -> None:
    path = CASES / "ragged.csv"
    report = import_files(with_broker, "autohome.lead", [path, CASES / "nul.csv"])
    assert (report.read, report.sent, report.rejected_count) == (7, 4, 3)
    assert [(one.file, one.line) for one in report.rejected] == [
        (str(path), 3),
        (str(path), 4),
        (str(CASES / "nul.csv"), 2),
    ]
    assert report.rejected[2].reason == "NUL in text"
    assert [key for _, key, _ in in_kafka(with_broker)].count(b"AH1") == 1


def test_pull_time_is_the_files_unless_given(with_broker: Settings, tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes((EXAMPLES / "feiyu.lead.json").read_bytes())
    os.utime(path, (1_791_000_000, 1_791_000_000))
    import_files(with_broker, "feiyu.lead", [path])
    import_files(with_broker, "feiyu.lead", [path], pulled_at=datetime(2026, 10, 20, tzinfo=UTC))
    pulled = Counter(event["pulledat"] for _, _, event in in_kafka(with_broker))
    assert pulled == {"2026-10-03T04:00:00Z": 5, "2026-10-20T00:00:00Z": 5}


def test_dry_run_needs_no_broker_and_shows_the_first_rows(fresh: Settings) -> None:
    seen: list[tuple[str, int, int]] = []
    path = EXAMPLES / "autohome.lead.csv"
    report = import_files(fresh, "autohome.lead", [path], dry_run=True, progress=lambda *one: seen.append(one))
    assert (report.read, report.sent) == (6, 6)
    first = report.previews[0]
    assert (first["lead_id"], first["客户端"]) == ("AH2610130001", "APP")
    assert (first["customer_name"], first["customer_phone"]) == ("[name: title]", "[phone: mobile]")
    assert report.columns[str(path)]["手机号码"] == "customer_phone"
    assert [(one.line, one.reason) for one in report.skipped] == [(8, "a row of totals at the end")]
    assert seen == [(str(path), 6, 0)]


def test_dry_run_shows_no_number_that_stands_in_a_column_of_codes(fresh: Settings, tmp_path: Path) -> None:
    path = tmp_path / "leads.csv"
    rows = (EXAMPLES / "autohome.lead.csv").read_bytes().decode("gb18030").splitlines()
    titles, first = rows[0].split(","), rows[1].split(",")
    first[titles.index("无效原因")] = "13800138000"
    path.write_text("\n".join((f"{rows[0]},备13900139000", ",".join([*first, "是"]))), encoding="gb18030")
    report = import_files(fresh, "autohome.lead", [path], dry_run=True)
    shown = f"{report.previews} {report.columns} {report.missing}"
    assert report.previews[0]["备[phone]"] == "是"
    assert "13800138000" not in shown
    assert "13900139000" not in shown


@pytest.mark.parametrize(
    "name", ["../../autohome.lead", "autohome.lead'; drop table raw.events; --", "", "/etc/passwd"]
)
def test_name_that_is_no_source_is_refused(fresh: Settings, name: str) -> None:
    with pytest.raises(UsageError, match="unknown source"):
        import_files(fresh, name, [EXAMPLES / "autohome.lead.csv"])


def test_headers_and_cells_of_sql_stay_text(with_broker: Settings, tmp_path: Path) -> None:
    hostile = [
        '"; drop table raw.events; --',
        "'); attach 'x.duckdb'; --",
        "read_text('/etc/passwd')",
        "a.b[0]",
        "$.lead_id",
        "ä" * 1_000,
        "select",
    ]
    path = tmp_path / "hostile.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(["线索编号", "经销商编号", "提交时间", *hostile])
        rows.writerow(["A'; drop table raw.events; --", "D", "2026-10-01 10:00:00", *hostile])

    assert import_files(with_broker, "autohome.lead", [path]).sent == 1
    assert land(with_broker).events == 1
    with open_for_reading(with_broker.log_path) as log:
        ((event_id, data),) = log.execute("select subject, data from raw.events").fetchall()
    assert event_id == "A'; drop table raw.events; --"
    assert {header: json.loads(data)[header] for header in hostile} == dict(zip(hostile, hostile, strict=True))


def test_file_without_records_is_named(fresh: Settings, tmp_path: Path) -> None:
    header = tmp_path / "header.csv"
    header.write_bytes((EXAMPLES / "autohome.lead.csv").read_bytes().partition(b"\n")[0] + b"\n")
    report = import_files(fresh, "autohome.lead", [header, EXAMPLES / "autohome.lead.csv"], dry_run=True)
    assert (report.read, report.without_records) == (6, [str(header)])
    assert report.missing == {str(header): {}, str(EXAMPLES / "autohome.lead.csv"): {}}


def test_wrong_use_is_said_before_anything_is_sent(fresh: Settings) -> None:
    good = EXAMPLES / "autohome.lead.csv"
    with pytest.raises(UsageError, match="did you mean"):
        import_files(fresh, "autohome.leads", [good])
    with pytest.raises(UsageError, match="cannot be opened"):
        import_files(fresh, "autohome.lead", [good, CASES / "none.csv"])
    with pytest.raises(BrokerUnavailable):
        import_files(fresh, "autohome.lead", [good])


def test_error_answer_after_good_files_says_what_was_sent(with_broker: Settings) -> None:
    with pytest.raises(UplogError, match=r"error 42001.*12 records before it were sent"):
        import_files(with_broker, "wecom.checkin", [EXAMPLES / "wecom.checkin.json", CASES / "checkins-error.json"])
    assert len(in_kafka(with_broker)) == 12


@pytest.mark.parametrize("name", ["uplog.tombstone", "uplog.alias"])
def test_import_takes_no_tombstone_and_no_alias_from_outside(fresh: Settings, tmp_path: Path, name: str) -> None:
    example = EXAMPLES / sources()[name].example
    with pytest.raises(UsageError, match="not taken from outside"):
        import_files(fresh, name, [example], dry_run=True)
    data = msgspec.json.decode(example.read_bytes())[0]
    event = msgspec.json.decode(lead(1)) | {"type": sources()[name].type, "data": data}
    whole = tmp_path / "whole.json"
    whole.write_bytes(msgspec.json.encode(event))
    report = import_files(fresh, "cloudevents", [whole], dry_run=True)
    assert [place.reason for place in report.rejected] == ["type_unknown: type: not taken from outside"]
    assert report.sent == 0
