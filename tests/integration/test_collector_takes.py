"""What the collector takes over real HTTP: every vendor's signature made here, every 2xx found in Kafka."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ingestion import kafka_client
from ingestion.lander import land
from ingestion.settings import Settings
from ingestion.sources import sources
from tests.collecting import (
    CORP,
    EXAMPLES,
    NEW,
    OLD,
    PUSHED,
    WRONG,
    Running,
    Signed,
    aes,
    collecting,
    dingtalk,
    douyin,
    first_of,
    in_kafka,
    standard,
    tencent_meeting,
    unsealed,
    valid,
    wecom,
    whole,
    zoom,
)
from tests.lander_events import lead

PHONE = "13800000001"
VENDORS = Path(__file__).parents[1] / "cases" / "vendors"
pytestmark = pytest.mark.slow_start


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


@pytest.mark.parametrize(("sign", "name"), [(tencent_meeting, "enroll.cancel"), (zoom, "meeting.updated")])
def test_collector_acknowledges_what_a_subscription_sends_beside_our_events_and_takes_none_of_it(
    to: httpx.Client,
    served: tuple[Settings, Running],
    held: Callable[[], int],
    sign: Callable[[bytes], Signed],
    name: str,
) -> None:
    before = held()
    assert sign((VENDORS / f"{sign.__name__}-{name}.json").read_bytes()).send(to).status_code == 200
    assert held() == before
    assert served[1].outcomes(sign.__name__)["ignored"] >= 1


@pytest.mark.parametrize(
    ("sign", "event"), [(tencent_meeting, "meeting.participant-joined"), (zoom, "meeting.participant_joined")]
)
def test_collector_refuses_one_of_our_events_that_is_broken(
    to: httpx.Client, sign: Callable[[bytes], Signed], event: str
) -> None:
    body = json.dumps({"event": event, "trace_id": "t", "event_ts": 1, "payload": []}).encode()
    assert sign(body).send(to).status_code == 422


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
