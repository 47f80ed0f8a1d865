"""The collector over real HTTP: every vendor's signature made here, every 2xx found in Kafka, all else refused."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from ingestion import broker, kafka_client
from ingestion.lander import land
from ingestion.settings import Settings
from ingestion.sources import sources
from tests.collecting import (
    CORP,
    NEW,
    OLD,
    OTHER_AES,
    WRONG,
    Running,
    Signed,
    aes,
    collecting,
    dingtalk,
    douyin,
    in_kafka,
    now_text,
    sealed,
    standard,
    tencent_meeting,
    unsealed,
    wecom,
    whole,
    zoom,
)
from tests.lander_events import lead

EXAMPLES = Path(__file__).parents[2] / "examples"
PHONE = "13800000001"
pytestmark = pytest.mark.slow_start


def first_of(name: str) -> bytes:
    """The first record of a source's example, as a push would carry it."""
    source = sources()[name]
    text = (EXAMPLES / source.example).read_text(encoding="utf-8")
    answer = json.loads(text.splitlines()[0] if source.example.endswith(".jsonl") else text)
    if isinstance(answer, list):
        answer = answer[0]
    return json.dumps(next(iter(source.records(answer))), ensure_ascii=False).encode()


PUSHED: dict[str, tuple[str, Callable[..., Signed]]] = {
    "feiyu": ("feiyu.lead", lambda body, **with_: standard("/webhooks/feiyu", body, **with_)),
    "tencent_meeting": ("tencent_meeting.webhook", tencent_meeting),
    "douyin": ("douyin.live_minute", douyin),
    "dingtalk": ("dingtalk.attendance", dingtalk),
    "wecom": ("wecom.checkin", wecom),
}
if "zoom.webhook" in sources():
    PUSHED["zoom"] = ("zoom.webhook", zoom)


def valid(door: str, **with_: Any) -> Signed:
    """A valid call of one door."""
    if door == "events":
        return whole(lead(1), **with_)
    name, sign = PUSHED[door]
    return sign(first_of(name), **with_)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, Running]]:
    home = tmp_path_factory.mktemp("collector") / "home"
    settings = Settings(home=home, kafka_bootstrap=None)
    broker.start(home)
    try:
        with collecting(settings, home / "collector.log") as running:
            yield settings, running
    finally:
        broker.stop(home)


@pytest.fixture
def to(served: tuple[Settings, Running]) -> httpx.Client:
    return served[1].client


@pytest.fixture
def held(served: tuple[Settings, Running]) -> Callable[[], int]:
    return lambda: len(in_kafka(served[0]))


def test_collector_sends_a_structured_event_as_it_came(served: tuple[Settings, Running], to: httpx.Client) -> None:
    body = lead(501)
    answer = whole(body).send(to)
    assert (answer.status_code, answer.json()) == (200, {"accepted": 1})
    assert ("leads.autohome", b"L501", body) in in_kafka(served[0])


def test_collector_sends_a_batch_whole_or_not_at_all(to: httpx.Client, held: Callable[[], int]) -> None:
    before = held()
    batch = b"[" + lead(502) + b" ,\n" + lead(503) + b"]"
    media = "application/cloudevents-batch+json"
    assert standard("/events", batch, media=media).send(to).json() == {"accepted": 2}
    assert standard("/events", b"[]", media=media).send(to).json() == {"accepted": 0}
    broken = b"[" + lead(504) + b"," + lead(505, type="nobody.lead.v1") + b"]"
    refused = standard("/events", broken, media=media).send(to)
    assert (refused.status_code, refused.json()) == (
        422,
        {"error": "type_unknown", "detail": "[1].type: no such source"},
    )
    assert standard("/events", lead(506), media=media).send(to).status_code == 422
    assert held() == before + 2


def test_collector_makes_an_event_of_a_binary_call(served: tuple[Settings, Running], to: httpx.Client) -> None:
    event = json.loads(lead(507))
    data = json.dumps(event["data"]).encode()
    call = standard("/events", data)
    call.headers |= {f"ce-{name}": event[name] for name in ("specversion", "id", "source", "type", "time")}
    call.headers |= {"ce-subject": "L507", "ce-note": "%E5%91%A8%E6%9C%AB"}
    assert call.send(to).status_code == 200
    (value,) = [value for _, key, value in in_kafka(served[0]) if key == b"L507"]
    assert json.loads(value)["note"] == "周末"
    assert b'"data":' + data in value
    for broken in (data + b',"id":"x"', data + b',"other":"x"', b"{} {}", b""):
        call.content, headers = broken, dict(call.headers)
        call.headers = headers | standard("/events", broken).headers
        assert call.send(to).status_code == 422


def test_collector_puts_no_personal_value_into_key_or_identity(
    served: tuple[Settings, Running], to: httpx.Client
) -> None:
    assert whole(lead(508, id=f"{PHONE}~1", subject=PHONE, source=f"/autohome/{PHONE}")).send(to).status_code == 200
    assert standard("/webhooks/feiyu", first_of("feiyu.lead")).send(to).status_code == 200
    found = in_kafka(served[0])
    assert not any(PHONE.encode() in (key or b"") for _, key, _ in found)
    (value,) = [value for _, _, value in found if b'"L508"' in value]
    event = json.loads(value)
    assert PHONE not in event["id"] + event["subject"] + event["source"]


@pytest.mark.parametrize("door", PUSHED)
def test_collector_sends_what_a_vendor_pushes(
    served: tuple[Settings, Running], to: httpx.Client, held: Callable[[], int], door: str
) -> None:
    before = held()
    answer = valid(door).send(to)
    assert answer.status_code == 200, answer.text
    assert valid(door, key=OLD).send(to).status_code == 200
    assert held() == before + 2
    name, _ = PUSHED[door]
    events = [json.loads(value) for _, _, value in in_kafka(served[0])]
    found = [event for event in events if event["type"] == sources()[name].type]
    assert found[-1]["data"] == json.loads(first_of(name))
    assert found[-1]["source"].startswith(f"/{door}/")


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


def test_collector_answers_the_proofs_of_an_address(to: httpx.Client) -> None:
    assert tencent_meeting("测试ab+/".encode(), check=True).send(to).text == "测试ab+/"
    assert tencent_meeting(b"x", check=True, key=WRONG).send(to).status_code == 401
    assert wecom(b"1616140317555161061", check=True).send(to).text == "1616140317555161061"
    assert wecom(b"1", check=True, key=WRONG).send(to).status_code == 401
    challenge = json.dumps({"event": "verify_webhook", "client_key": "", "content": {"challenge": 12345}}).encode()
    assert douyin(challenge).send(to).json() == {"challenge": 12345}
    answer = dingtalk(b'{"EventType":"check_url"}').send(to).json()
    assert unsealed(answer["encrypt"]) == (b"success", CORP.encode())
    from tests.collecting import _sorted_sha1

    signed = _sorted_sha1(NEW, answer["timeStamp"], answer["nonce"], answer["encrypt"])
    assert answer["msg_signature"] == signed


@pytest.mark.skipif("zoom.webhook" not in sources(), reason="no such source yet")
def test_collector_answers_zooms_challenge_with_the_key_that_signed(to: httpx.Client) -> None:
    import hashlib
    import hmac

    body = b'{"payload":{"plainToken":"qgg8vlvZRS6UYooatFL8Aw"},"event":"endpoint.url_validation"}'
    for key in (NEW, OLD):
        proof = hmac.new(key.encode(), b"qgg8vlvZRS6UYooatFL8Aw", hashlib.sha256).hexdigest()
        answer = zoom(body, key=key).send(to)
        assert answer.json() == {"plainToken": "qgg8vlvZRS6UYooatFL8Aw", "encryptedToken": proof}
    assert zoom(body, key=WRONG).send(to).status_code == 401


def test_collector_acknowledges_and_counts_what_is_no_record_of_ours(
    served: tuple[Settings, Running], to: httpx.Client, held: Callable[[], int]
) -> None:
    before = held()
    xml = "<xml><Event><![CDATA[subscribe]]></Event><FromUserName>张伟</FromUserName><i>1</i><i>2</i></xml>"
    assert wecom(xml.encode()).send(to).text == "success"
    other = dingtalk(b'{"EventType":"user_add_org","UserId":["u1"]}').send(to).json()
    assert unsealed(other["encrypt"])[0] == b"success"
    assert served[1].outcomes("wecom")["ignored"] >= 1
    assert held() == before


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
    text = Path(f"/proc/{running.process.pid}/statm").read_text()
    return int(text.split()[1]) * 4096


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


def test_collector_takes_the_same_valid_call_again_and_the_lander_counts_it(
    with_broker: Settings, tmp_path: Path
) -> None:
    with collecting(with_broker, tmp_path / "log") as running:
        call, push = whole(lead(1)), tencent_meeting(first_of("tencent_meeting.webhook"))
        assert [one.send(running.client).status_code for one in (call, call, push, push)] == [200] * 4
    assert running.process.returncode == 0
    with collecting(with_broker, tmp_path / "log") as running:  # after a restart, still inside the window
        assert call.send(running.client).status_code == 200
    report = land(with_broker)
    assert (report.received, report.events, report.duplicates, report.dead) == (5, 2, 3, 0)


def test_collector_says_503_while_kafka_is_away_and_takes_calls_when_it_is_back(
    with_broker: Settings, tmp_path: Path
) -> None:
    with collecting(with_broker, tmp_path / "log") as running:
        to = running.client
        assert whole(lead(1)).send(to).status_code == 200
        broker.stop(with_broker.home)
        began = time.monotonic()
        answer = whole(lead(2)).send(to)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert time.monotonic() - began < 4, "noticed before the wait for an acknowledgement is over"
        began = time.monotonic()
        assert [whole(lead(n)).send(to).status_code for n in range(3, 6)] == [503] * 3
        assert time.monotonic() - began < 3, "once it is known, it is said at once"
        assert (to.get("/readyz").status_code, to.get("/healthz").status_code) == (503, 200)
        broker.start(with_broker.home)
        until = time.monotonic() + 30
        while to.get("/readyz").status_code != 200 and time.monotonic() < until:
            time.sleep(0.1)
        assert [whole(lead(n)).send(to).status_code for n in range(2, 6)] == [200] * 4
        assert running.outcomes("events") == {"accepted": 5, "unavailable": 4}
    keys = {key for _, key, _ in in_kafka(with_broker)}
    assert keys == {f"L{n}".encode() for n in range(2, 6)}


def test_collector_starts_without_a_broker_and_says_503(fresh: Settings, tmp_path: Path) -> None:
    with collecting(fresh, tmp_path / "log") as running:
        assert whole(lead(1)).send(running.client).status_code == 503
        assert running.client.get("/readyz").status_code == 503


def test_collector_asked_to_stop_answers_what_is_under_way(with_broker: Settings, tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with collecting(with_broker, tmp_path / "log") as running, ThreadPoolExecutor(8) as many:

        def post(number: int) -> int | None:
            try:
                return whole(lead(number)).send(running.client).status_code
            except httpx.HTTPError:
                return None

        sent = [many.submit(post, number) for number in range(300)]
        while sum(one.done() for one in sent) < 60:
            time.sleep(0.005)
        running.process.terminate()
        answers = [one.result() for one in sent]
        assert running.process.wait(30) == 0
    taken = {f"L{number}".encode() for number, answer in enumerate(answers) if answer == 200}
    assert set(answers) <= {200, 503, None}
    assert len(taken) >= 60
    assert taken <= {key for _, key, _ in in_kafka(with_broker)}


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


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"UPLOG_COLLECT_KEYS__EVENTS": ""}, "UPLOG_COLLECT_KEYS__EVENTS is blank"),
        ({"UPLOG_COLLECT_KEYS__FEIYU": "  "}, "UPLOG_COLLECT_KEYS__FEIYU is blank"),
        ({"UPLOG_COLLECT_KEYS__FEIYUU": "k"}, "did you mean UPLOG_COLLECT_KEYS__FEIYU"),
        ({"UPLOG_COLLECT_KEYS__UPLOG": "k"}, "is for no vendor"),
        ({"UPLOG_COLLECT_KEYS__WECOM": "k"}, "UPLOG_COLLECT_AES_KEYS__WECOM is missing"),
        (
            {"UPLOG_COLLECT_KEYS__DINGTALK": "k", "UPLOG_COLLECT_AES_KEYS__DINGTALK": "k" * 43},
            "UPLOG_COLLECT_RECEIVE_IDS__DINGTALK is missing",
        ),
        (
            {"UPLOG_COLLECT_KEYS__TENCENT_MEETING": "k", "UPLOG_COLLECT_AES_KEYS__TENCENT_MEETING": "short"},
            "not 43 characters",
        ),
        ({"UPLOG_COLLECT_KEYS__EVENTS": "whsec_%%%"}, "not base64"),
        ({"UPLOG_COLLECT_PORT": "70000"}, "UPLOG_COLLECT_PORT is wrong"),
        ({}, "no door has a key"),
    ],
    ids=lambda value: "" if isinstance(value, dict) else value[:30],
)
def test_collect_with_wrong_settings_says_so_and_exits_2(
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    environment: dict[str, str],
    says: str,
) -> None:
    from orchestration.cli import main

    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert main(["collect", "--dry-run"]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1
    assert "%%%" not in said
    assert "short" not in said


def test_collect_where_another_listens_exits_1(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from orchestration.cli import main

    monkeypatch.setenv("UPLOG_COLLECT_KEYS__EVENTS", NEW)
    monkeypatch.setattr("ingestion.collector.logs.configure", lambda level: None)
    with socket.create_server(("127.0.0.1", 0)) as other:
        assert main(["collect", "--port", str(other.getsockname()[1])]) == 1
    assert "UPLOG_COLLECT_PORT" in capsys.readouterr().err


def test_collector_opens_a_sealed_tencent_meeting_call(with_broker: Settings, tmp_path: Path) -> None:
    import base64

    record = first_of("tencent_meeting.webhook")
    with collecting(with_broker, tmp_path / "log", UPLOG_COLLECT_AES_KEYS__TENCENT_MEETING="A" * 43) as running:
        call = tencent_meeting(base64.b64decode(aes(record, "A" * 43)))
        assert call.send(running.client).status_code == 200
        assert (
            tencent_meeting(base64.b64decode(aes(b"plain", "A" * 43)), check=True).send(running.client).text == "plain"
        )
        assert tencent_meeting(record).send(running.client).status_code == 401
    assert kafka_client.bootstrap(with_broker)
    assert len(in_kafka(with_broker)) == 1


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("openssl")), reason="needs curl and openssl")
def test_collector_takes_the_call_the_documents_show(to: httpx.Client, held: Callable[[], int]) -> None:
    text = (EXAMPLES.parent / "docs" / "collecting.md").read_text(encoding="utf-8")
    (script,) = [block for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) if "curl" in block]
    script = script.replace("localhost:8080", f"{to.base_url.host}:{to.base_url.port}")
    before = held()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        env={"PATH": os.environ["PATH"], "UPLOG_COLLECT_KEYS__FEIYU": NEW},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(done.stdout) == {"accepted": 1}
    assert held() == before + 1
