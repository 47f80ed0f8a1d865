"""Hostile records: the file's name says the reason it must get (or `accepted`), wherever in a batch it stands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.events import event_for
from ingestion.lander.chunks import SCHEMA, ChunkMaker
from ingestion.lander.decode import Decoder
from ingestion.lander.reasons import REASONS, Refused
from ingestion.lander.sealing import opened
from ingestion.personal.secrets import new_secrets
from ingestion.sources import sources
from ingestion.topics import CONTROL
from tests.lander_events import KAFKA_MS, TOPIC, Record, chunk_of, keys, lead

HOSTILE = sorted((Path(__file__).parents[1] / "cases" / "hostile").glob("*.bin"))
EXAMPLES = Path(__file__).parents[2] / "examples"
SECRETS = new_secrets()
DECODER = Decoder(SECRETS)


def generated() -> dict[str, tuple[str, bytes | None]]:
    """Cases too large, or nothing at all, to keep as files."""
    plain = lead(1)
    room = 1_048_576 - len(lead(1, remark=""))
    return {
        "null": ("null_value", None),
        "one_byte_over": ("too_large", lead(1, remark="x" * (room + 1))),
        "just_at_the_limit": ("accepted", lead(1, remark="x" * room)),
        "deep_100000": ("too_deep", plain.replace('"周末来店"'.encode(), b"[" * 100_000 + b"]" * 100_000)),
        "deep_unclosed": ("too_deep", b"[" * 100_000),
        "a_million_of_nothing": ("not_json", b" " * 1_000_000),
        "many_keys": (
            "accepted",
            plain.replace(b'"lead_id"', ",".join(f'"k{n}":1' for n in range(50_000)).encode() + b',"lead_id"'),
        ),
        "brackets_in_text": ("accepted", lead(1, remark='[{"\\' * 500)),
    }


def verdict(value: bytes | None) -> str:
    try:
        DECODER.row(value, KAFKA_MS * 1000)
    except Refused as refused:
        return refused.reason
    return "accepted"


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_decode_of_a_hostile_record_gives_its_reason(path: Path) -> None:
    assert verdict(path.read_bytes()) == path.name.split("--")[0]


@pytest.mark.parametrize("name", generated())
def test_decode_of_a_generated_record_gives_its_reason(name: str) -> None:
    reason, value = generated()[name]
    assert verdict(value) == reason


def test_hostile_cases_cover_every_reason_that_decoding_gives() -> None:
    covered = {path.name.split("--")[0] for path in HOSTILE} | {reason for reason, _ in generated().values()}
    assert covered == {*REASONS, "accepted"} - {"id_collision"}
    assert len(HOSTILE) >= 200


@pytest.mark.parametrize("path", HOSTILE, ids=lambda path: path.stem)
def test_chunk_with_a_hostile_record_anywhere_keeps_its_mates(path: Path) -> None:
    value = path.read_bytes()
    for at in range(3):
        mates = [lead(10), lead(11)]
        mates.insert(at, value)
        rows = chunk_of(mates).records.to_pylist()
        assert [row["offset"] for row in rows] == [0, 1, 2]
        reasons = [row["reason"] or "accepted" for row in rows]
        assert reasons.pop(at) == path.name.split("--")[0]
        assert reasons == ["accepted"] * 2


def test_chunk_of_hostile_records_only_seals_each_value() -> None:
    dead = [path.read_bytes() for path in HOSTILE if not path.name.startswith("accepted")]
    rows = chunk_of(dead).records.to_pylist()
    for offset, (value, row) in enumerate(zip(dead, rows, strict=True)):
        assert opened(row["value"], f"leads.autohome/1/0/{offset}", b"k" * 32) == value
        assert row["data"] is None
        assert row["detail"]


def test_chunk_of_refused_records_shows_no_personal_value() -> None:
    event = json.loads(lead(1))
    event["data"] |= {"lead_id": 13800138000, "remark": {"13800138000": 1}}
    event["ext13800138000"] = {"a": "13800138000"}
    rows = chunk_of([json.dumps(event).encode(), lead(1, type="13800138000")]).records.to_pylist()
    assert "13800138000" not in str([{**row, "value": None} for row in rows])
    assert all(b"13800138000" not in row["value"] for row in rows)


def test_chunk_of_an_accepted_record_holds_tokens_and_masks() -> None:
    secrets = new_secrets()
    phone = "13912345678"
    chunk = chunk_of([lead(1, remark=f"电话{phone}", id=phone, subject=phone, wechat="粤B12345")], secrets)
    (row,) = chunk.records.to_pylist()
    text = str(row)
    assert "13800000001" not in text
    assert phone not in text
    assert "王" not in text
    assert row["event_id"] == row["subject"] == secrets.keyed_hex(phone)
    assert json.loads(row["extensions"]) == {"pulledat": "2026-10-01T01:00:00Z", "wechat": "[plate]"}
    data = json.loads(row["data"])
    assert data["customer_phone"]["class"] == "mobile"
    assert data["remark"] == "电话[phone]"
    assert len(chunk.originals) == 2


def test_chunk_of_the_same_data_in_other_bytes_has_another_content_hash() -> None:
    event = json.loads(lead(1))
    texts = [
        lead(1),
        lead(1, subject="other", time="2026-10-02T00:00:00Z"),
        json.dumps(event, ensure_ascii=False, indent=1).encode(),
        json.dumps({"data": event.pop("data"), **event}, ensure_ascii=False, separators=(",", ":")).encode(),
    ]
    hashes = [row["content_hash"] for row in chunk_of(texts, SECRETS).records.to_pylist()]
    assert hashes[0] == hashes[1] == hashes[3] != hashes[2]


def test_chunk_of_a_record_without_kafka_time_measures_against_the_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UPLOG_NOW", "2026-09-29T00:00:00+08:00")
    (row,) = ChunkMaker(keys()).chunk([Record(0, lead(1), timestamp=-1)]).records.to_pylist()
    assert (row["reason"], row["kafka_at"]) == ("time_implausible", None)


@pytest.mark.parametrize("name", [name for name, source in sources().items() if source.topic == CONTROL])
def test_chunk_takes_what_uplog_says_to_itself_from_its_own_topic_alone(name: str) -> None:
    source = sources()[name]
    payload = json.loads((EXAMPLES / source.example).read_text())[0]
    value = event_for(source, payload, secrets=SECRETS).value
    records = [Record(0, value), Record(0, value, topic=CONTROL)]
    made = ChunkMaker(keys(SECRETS)).chunk(records)
    rows = made.records.to_pylist()
    assert [(row["topic"], row["reason"], row["type"]) for row in rows] == [
        (TOPIC, "type_unknown", None),
        (CONTROL, None, source.type),
    ]


def test_chunk_of_no_records_is_empty() -> None:
    chunk = chunk_of([])
    assert chunk.records.num_rows == 0
    assert chunk.records.schema == SCHEMA
