"""What the collector refuses over real HTTP, and that nothing of it is in Kafka, a log or a figure."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from ingestion.settings import Settings
from ingestion.sources import sources
from tests.collecting import (
    CORP,
    EXAMPLES,
    NEW,
    OLD,
    OTHER_AES,
    PUSHED,
    WRONG,
    Running,
    Signed,
    dingtalk,
    first_of,
    now_text,
    sealed,
    standard,
    tencent_meeting,
    valid,
    wecom,
    whole,
)
from tests.lander_events import lead

HOSTILE = sorted((Path(__file__).parents[1] / "cases" / "hostile").glob("*.bin"))
STATUSES = {"accepted": 200, "too_large": 413}
PHONE = "13800000001"
pytestmark = pytest.mark.slow_start


def faults(door: str) -> Iterator[tuple[str, Signed]]:
    """Calls of a door that nobody with its keys would make."""
    signature = {"events": "webhook-signature", "feiyu": "webhook-signature", "zoom": "x-zm-signature"}
    signature |= {"tencent_meeting": "signature", "douyin": "x-douyin-signature"}
    signature |= {"dingtalk": "signature", "wecom": "msg_signature"}
    name = signature[door]

    def changed(how: Callable[[dict[str, str]], None]) -> Signed:
        call = valid(door)
        how(call.params if door in ("dingtalk", "wecom") else call.headers)
        return call

    yield "no_signature", changed(lambda where: where.pop(name) and None)
    yield "empty_signature", changed(lambda where: where.update({name: ""}))
    yield "wrong_key", valid(door, key=WRONG)
    yield "empty_key", valid(door, key="")
    yield "truncated", changed(lambda where: where.update({name: where[name][:-1]}))
    yield "longer", changed(lambda where: where.update({name: where[name] + "0"}))
    yield "upper_case", changed(lambda where: where.update({name: where[name].swapcase()}))
    yield "another_algorithm", changed(lambda where: where.update({name: "v1a," + "0" * 64}))
    if door == "douyin":  # signs no time
        return
    ms = door in ("tencent_meeting", "dingtalk")
    for shift in (-302, 302):
        yield f"stale_{shift}", valid(door, at=now_text(shift, ms))
    yield "wide_digits", valid(door, at=now_text(ms=ms).translate({ord("0") + n: 0xFF10 + n for n in range(10)}))
    yield "no_number", valid(door, at="now")
    yield "endless_number", valid(door, at="1" * 400)
    yield "negative", valid(door, at="-" + now_text(ms=ms))


@pytest.mark.parametrize("door", ["events", *PUSHED])
def test_collector_refuses_forged_and_stale_calls(to: httpx.Client, held: Callable[[], int], door: str) -> None:
    before = held()
    answered = {what: call.send(to).status_code for what, call in faults(door)}
    assert answered == dict.fromkeys(answered, 401)
    assert held() == before


def test_collector_refuses_a_signature_over_other_bytes(to: httpx.Client, held: Callable[[], int]) -> None:
    before = held()
    for call in (whole(lead(509)), standard("/webhooks/feiyu", first_of("feiyu.lead"))):
        call.content = json.dumps(json.loads(call.content), indent=1).encode()
        assert call.send(to).status_code == 401
    call = whole(lead(510), id="msg_a")
    call.headers["webhook-id"] = "MSG_A"
    assert call.send(to).status_code == 401
    call = dingtalk(first_of("dingtalk.attendance"))
    call.content = json.dumps({"encrypt": sealed(b"{}")}).encode()
    assert call.send(to).status_code == 401
    assert held() == before


def test_collector_refuses_what_decides_and_comes_twice(to: httpx.Client) -> None:
    for name in ("webhook-id", "webhook-timestamp", "webhook-signature"):
        call = whole(lead(511))
        headers = [*call.headers.items(), (name, call.headers[name])]
        assert to.post("/events", content=call.content, headers=headers).status_code == 401
    call = wecom(first_of("wecom.checkin"))
    twice = [*call.params.items(), ("msg_signature", "0")]
    assert to.post(call.path, content=call.content, headers=call.headers, params=twice).status_code == 401


def test_collector_refuses_envelopes_for_others_or_of_other_keys(to: httpx.Client) -> None:
    for sign in (dingtalk, wecom):
        for envelope in (
            {"receive_id": "someone"},
            {"receive_id": ""},
            {"receive_id": CORP + "0"},
            {"aes_key": OTHER_AES},
        ):
            assert sign(b"{}", **envelope).send(to).status_code == 401
    assert tencent_meeting(b"not base64 of json").send(to).status_code == 422


@pytest.mark.parametrize("encoding", ["nonsense", "hex", "gbk"])
def test_collector_refuses_xml_that_names_an_encoding_no_parser_knows(to: httpx.Client, encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?><xml><Encrypt>x</Encrypt></xml>'.encode()
    call = wecom(b"x")
    call.content = xml

    assert call.send(to).status_code == 401
    assert wecom(xml).send(to).status_code == 422


def test_collector_reads_no_entity_and_no_document_type(to: httpx.Client, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("read me")
    entity = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]><xml><Encrypt>&e;</Encrypt></xml>'
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    laughs = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><xml><Encrypt>&l9;</Encrypt></xml>'
    harmless = '<!DOCTYPE x [<!ENTITY e "ha">]><xml><Encrypt>&e;</Encrypt></xml>'
    for xml in (entity, laughs, harmless):
        call = wecom(b"x")
        call.content = xml.encode()
        assert call.send(to).status_code == 401
        assert wecom(xml.encode()).send(to).status_code == 422


def test_collector_names_the_path_of_what_breaks_a_contract(to: httpx.Client, held: Callable[[], int]) -> None:
    before = held()
    expected = {
        "feiyu": "clue_id: missing",
        "tencent_meeting": "event: missing",
    }
    for door, detail in expected.items():
        name, sign = PUSHED[door]
        record = json.loads(first_of(name))
        del record[detail.partition(":")[0]]
        answer = sign(json.dumps(record).encode()).send(to)
        assert (answer.status_code, answer.json()) == (422, {"error": "contract_violated", "detail": detail})
    lead_id = json.loads(lead(512))
    lead_id["data"]["lead_id"] = 13800000001
    answer = whole(json.dumps(lead_id).encode()).send(to)
    assert answer.status_code == 422
    assert answer.json()["detail"] == "data.lead_id: expected `str`, got `int`"
    for body in (
        b"",
        b"[1,2]",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"\xff",
        b'"' + b"[" * 50_000,
        lead(1, time="2099-01-01"),
    ):
        assert whole(body).send(to).status_code == 422
        assert standard("/webhooks/feiyu", body).send(to).status_code == 422
    assert held() == before


def test_collector_answers_hostile_bodies_with_the_reason_the_lander_would_give(
    to: httpx.Client, held: Callable[[], int]
) -> None:
    """One by one and inside a batch; of a body that is no JSON the batch is none either."""
    before, wrong, taken = held(), {}, 0
    for path in HOSTILE:
        expected, body = path.name.split("--")[0], path.read_bytes()
        answer = whole(body).send(to)
        said = "accepted" if answer.status_code == 200 else answer.json()["error"]
        taken += answer.status_code == 200
        if said != expected or answer.status_code != STATUSES.get(expected, 422):
            wrong[path.name] = (answer.status_code, said)
        if expected != "accepted":
            batch = b"[" + lead(520) + b"," + body + b"]"
            in_batch = standard("/events", batch, media="application/cloudevents-batch+json").send(to)
            if in_batch.status_code not in (413, 422) or in_batch.json()["error"] not in (expected, "unreadable"):
                wrong[f"{path.name} in a batch"] = (in_batch.status_code, in_batch.text)
    assert wrong == {}
    assert held() == before + taken


def test_collector_refuses_a_hundred_thousand_of_nothing_at_once(to: httpx.Client, held: Callable[[], int]) -> None:
    before = held()
    array = b"[" + b"0," * 100_000 + b"0]"
    assert standard("/webhooks/feiyu", array).send(to).json()["detail"] == "[0].expected an object"
    assert standard("/events", array, media="application/cloudevents-batch+json").send(to).status_code == 422
    keys = b"{" + b",".join(b'"%d":0' % n for n in range(90_000)) + b"}"
    assert standard("/webhooks/feiyu", keys).send(to).json()["error"] == "contract_violated"
    assert held() == before


def test_collector_lets_nobody_outside_forget_a_person_or_join_tokens(
    to: httpx.Client, held: Callable[[], int]
) -> None:
    before = held()
    for name in ("uplog.tombstone", "uplog.alias"):
        data = json.loads((EXAMPLES / sources()[name].example).read_text(encoding="utf-8"))[0]
        event = json.loads(lead(1)) | {"type": sources()[name].type, "data": data}
        answer = whole(json.dumps(event).encode()).send(to)
        assert (answer.status_code, answer.json()["detail"]) == (422, "type: not taken from outside")
        assert standard(f"/webhooks/{name}", json.dumps(data).encode()).send(to).status_code == 404
    assert held() == before


def test_collector_takes_one_mebibyte_and_not_a_byte_more(to: httpx.Client, held: Callable[[], int]) -> None:
    room = 1_048_576 - len(lead(513, remark=""))
    before = held()
    assert whole(lead(513, remark="x" * room)).send(to).status_code == 200
    assert whole(lead(513, remark="x" * (room + 1))).send(to).status_code == 413
    record = json.loads(first_of("feiyu.lead")) | {"remark": ""}
    record["remark"] = "x" * (1_048_576 - len(json.dumps(record)))
    body = json.dumps(record).encode()
    assert len(body) == 1_048_576, "the call fits, the event it becomes does not"
    assert standard("/webhooks/feiyu", body).send(to).status_code == 413
    assert held() == before + 1


def test_collector_stops_reading_an_endless_body(served: tuple[Settings, Running]) -> None:
    _, running = served
    before = resident(running)
    with socket.create_connection((running.client.base_url.host, running.client.base_url.port or 0)) as caller:
        caller.settimeout(20)
        head = "POST /events HTTP/1.1\r\nhost: x\r\ncontent-type: application/cloudevents+json\r\n"
        caller.sendall(f"{head}transfer-encoding: chunked\r\n\r\n".encode())
        chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
        sent = 0
        try:
            while sent < 100 << 20:
                caller.sendall(chunk)
                sent += len(chunk)
            answer = caller.recv(100)
        except OSError:
            answer = b""
    assert sent < 20 << 20
    assert answer.startswith(b"HTTP/1.1 413") or answer == b""
    assert served[1].outcomes("events")["too_large"] >= 1
    assert resident(running) - before < 8 << 20


def resident(running: Running) -> int:
    """Bytes of the collector and its workers."""
    pids = [running.process.pid, *running.workers()]
    return sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in pids) * 4096


def test_collector_says_which_door_method_and_type_it_takes(to: httpx.Client) -> None:
    assert to.post("/webhooks/nobody").status_code == 404
    assert to.post("/webhooks/autohome.lead").status_code == 404  # a vendor without keys
    assert to.post("/elsewhere").status_code == 404
    assert to.get("/events").status_code == 405
    refused = to.get("/webhooks/feiyu")
    assert (refused.status_code, refused.headers["allow"]) == (405, "POST")
    assert to.put("/webhooks/wecom").status_code == 405
    for media in ("text/plain", "application/json", "", "application/cloudevents+json; charset=gb18030"):
        call = whole(lead(514))
        call.headers["content-type"] = media
        assert call.send(to).status_code == 415
    call = whole(lead(514))
    call.headers["content-encoding"] = "gzip"
    assert call.send(to).status_code == 415
    call = standard("/webhooks/feiyu", b"{}", media="application/x-www-form-urlencoded")
    assert call.send(to).status_code == 415


def test_collector_writes_one_json_line_a_call_without_persons_or_secrets(
    served: tuple[Settings, Running], to: httpx.Client
) -> None:
    _, running = served
    call = whole(lead(515, subject=PHONE, remark=f"电话{PHONE}"))
    assert call.send(to).status_code == 200
    assert to.post("/webhooks/nobody", params={"signature": "s3cr3t", "name": "王先生"}).status_code == 404
    lines = running.lines()
    assert [line["status"] for line in lines if line["event"] == "call"][-2:] == [200, 404]
    said = running.log.read_text() + to.get("/metrics").text
    for hidden in (PHONE, "王", "s3cr3t", NEW, OLD, CORP, call.headers["webhook-signature"], "nobody", "signature="):
        assert hidden not in said
    assert re.search(r'uplog_collect_events_total\{topic="leads.autohome"\} \d', said)
