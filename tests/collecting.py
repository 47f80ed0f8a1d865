"""A collector in a process of its own, and vendors' calls signed here by the vendors' rules, not by our code."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import signal
import subprocess
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from ingestion import kafka_client
from ingestion.settings import Settings
from ingestion.sources import sources
from ingestion.topics import TOPICS
from tests.lander_events import lead

EXAMPLES = Path(__file__).parents[1] / "examples"
NEW, OLD, WRONG = "new-key-0123456789abcdef", "old-key-0123456789abcdef", "not-a-key-0123456789abcde"
AES, OTHER_AES = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG", "0123456789abcdefghijklmnopqrstuvwxyzABCDEFG"
CORP = "ding0123456789"
_KEYS = f"{NEW} {OLD}"
ENVIRONMENT = {
    "UPLOG_COLLECT_WORKERS": "1",
    "UPLOG_COLLECT_KEYS__EVENTS": _KEYS,
    "UPLOG_COLLECT_KEYS__FEIYU": _KEYS,
    "UPLOG_COLLECT_KEYS__TENCENT_MEETING": _KEYS,
    "UPLOG_COLLECT_KEYS__DOUYIN": _KEYS,
    "UPLOG_COLLECT_KEYS__DINGTALK": _KEYS,
    "UPLOG_COLLECT_AES_KEYS__DINGTALK": AES,
    "UPLOG_COLLECT_RECEIVE_IDS__DINGTALK": CORP,
    "UPLOG_COLLECT_KEYS__WECOM": _KEYS,
    "UPLOG_COLLECT_AES_KEYS__WECOM": AES,
    "UPLOG_COLLECT_RECEIVE_IDS__WECOM": CORP,
    "UPLOG_COLLECT_KEYS__ZOOM": _KEYS,
}


@dataclass
class Signed:
    """One call, ready to send; `named` says where the signature and the time stand."""

    path: str
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    params: dict[str, str] = field(default_factory=dict)
    method: str = "POST"

    def send(self, to: httpx.Client) -> httpx.Response:
        headers = [(name.encode(), value.encode()) for name, value in self.headers.items()]
        return to.request(self.method, self.path, content=self.content, headers=headers, params=self.params)


def now_text(shift: float = 0, ms: bool = False) -> str:
    return str(round((time.time() + shift) * (1000 if ms else 1)))


def standard(
    path: str, body: bytes, *, key: str = NEW, at: str | None = None, media: str = "application/json", id: str = "msg_1"
) -> Signed:
    at = at or now_text()
    digest = hmac.new(key.encode(), f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    signature = "v1," + b64encode(digest).decode()
    headers = {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": signature, "content-type": media}
    return Signed(path, body, headers)


def whole(body: bytes, **others: Any) -> Signed:
    return standard("/events", body, media="application/cloudevents+json", **others)


def zoom(body: bytes, *, key: str = NEW, at: str | None = None) -> Signed:
    at = at or now_text()
    digest = hmac.new(key.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    headers = {
        "x-zm-request-timestamp": at,
        "x-zm-signature": f"v0={digest}",
        "content-type": "application/json; charset=utf-8",
    }
    return Signed("/webhooks/zoom", body, headers)


def douyin(body: bytes, *, key: str = NEW, at: str | None = None) -> Signed:
    digest = hashlib.sha1(key.encode() + body).hexdigest()
    return Signed("/webhooks/douyin", body, {"x-douyin-signature": digest, "content-type": "application/json"})


def _sorted_sha1(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def tencent_meeting(body: bytes, *, key: str = NEW, at: str | None = None, check: bool = False) -> Signed:
    at = at or now_text(ms=True)
    data = b64encode(body).decode()
    headers = {"timestamp": at, "nonce": "4711", "signature": _sorted_sha1(key, at, "4711", data)}
    if check:
        return Signed("/webhooks/tencent_meeting", headers=headers, params={"check_str": data}, method="GET")
    content = json.dumps({"data": data}).encode()
    return Signed("/webhooks/tencent_meeting", content, {**headers, "content-type": "application/json"})


def aes(plain: bytes, aes_key: str = AES) -> str:
    key = b64decode(aes_key + "=")
    left = 32 - len(plain) % 32
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return b64encode(cipher.update(plain + bytes([left]) * left) + cipher.finalize()).decode()


def sealed(message: bytes, aes_key: str = AES, receive_id: str = CORP) -> str:
    return aes(os.urandom(16) + len(message).to_bytes(4, "big") + message + receive_id.encode(), aes_key)


def unsealed(text: str) -> tuple[bytes, bytes]:
    """The message and the receiver's id."""
    key = b64decode(AES + "=")
    cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
    plain = cipher.update(b64decode(text)) + cipher.finalize()
    plain = plain[: -plain[-1]]
    end = 20 + int.from_bytes(plain[16:20], "big")
    return plain[20:end], plain[end:]


def dingtalk(body: bytes, *, key: str = NEW, at: str | None = None, **envelope: str) -> Signed:
    at = at or now_text(ms=True)
    text = sealed(body, **envelope)
    params = {"signature": _sorted_sha1(key, at, "n-1", text), "timestamp": at, "nonce": "n-1"}
    content = json.dumps({"encrypt": text}).encode()
    return Signed("/webhooks/dingtalk", content, {"content-type": "application/json"}, params)


def wecom(body: bytes, *, key: str = NEW, at: str | None = None, check: bool = False, **envelope: str) -> Signed:
    at = at or now_text()
    text = sealed(body, **envelope)
    params = {"msg_signature": _sorted_sha1(key, at, "n-1", text), "timestamp": at, "nonce": "n-1"}
    if check:
        return Signed("/webhooks/wecom", params={**params, "echostr": text}, method="GET")
    xml = f"<xml><ToUserName><![CDATA[{CORP}]]></ToUserName><Encrypt><![CDATA[{text}]]></Encrypt></xml>"
    return Signed("/webhooks/wecom", xml.encode(), {"content-type": "text/xml"}, params)


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
    "zoom": ("zoom.webhook", zoom),
}
"""By door: the source of its example, and how its vendor signs."""


def valid(door: str, **with_: Any) -> Signed:
    """A valid call of one door."""
    if door == "events":
        return whole(lead(1), **with_)
    name, sign = PUSHED[door]
    return sign(first_of(name), **with_)


@dataclass
class Running:
    """A collector's process, where it listens, and the file its log goes to."""

    process: subprocess.Popen[bytes]
    log: Path
    client: httpx.Client

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log.read_text().splitlines()]

    def workers(self) -> list[int]:
        """The pids of its worker processes; none where it serves alone."""
        pid = self.process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def outcomes(self, door: str) -> dict[str, int]:
        found = {}
        for line in self.client.get("/metrics").text.splitlines():
            if line.startswith(f'uplog_collect_calls_total{{door="{door}"'):
                outcome = line.split('outcome="')[1].split('"')[0]
                found[outcome] = int(float(line.rsplit(" ", 1)[1]))
        return found


@contextmanager
def collecting(settings: Settings, log: Path, **environment: str) -> Iterator[Running]:
    """`uplog collect` on a free port with the keys above, ended by SIGTERM if it still runs."""
    given = {name: value for name, value in os.environ.items() if not name.startswith("UPLOG_")}
    given |= ENVIRONMENT | {"UPLOG_HOME": str(settings.home), "UPLOG_COLLECT_PORT": "0"} | environment
    if settings.kafka_bootstrap:
        given["UPLOG_KAFKA_BOOTSTRAP"] = settings.kafka_bootstrap
    with log.open("wb") as stderr:
        process = subprocess.Popen([Path(sys.executable).with_name("uplog"), "collect"], env=given, stderr=stderr)
    try:
        address = _address(process, log)
        with httpx.Client(base_url=address, timeout=30) as client:
            client.get("/healthz")  # answered once it is connected, or has given up for now
            yield Running(process, log, client)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        for line in log.read_text().splitlines():
            with suppress(ValueError):
                if (found := json.loads(line)).get("event") == "listening":
                    return str(found["address"])
        time.sleep(0.05)
    raise AssertionError(f"no collector: {log.read_text()}")


def in_kafka(settings: Settings) -> list[tuple[str, bytes | None, bytes]]:
    """Topic, key and value of everything the broker holds."""
    from kafka import TopicPartition

    partitions = [TopicPartition(topic, number) for topic in TOPICS for number in range(settings.kafka_partitions)]
    consumer = kafka_client.consumer(settings, auto_offset_reset="earliest")
    try:
        ends = {where: end for where, end in kafka_client.end_offsets(consumer, partitions).items() if end}
        if not ends:
            return []
        consumer.assign(sorted(ends))
        consumer.seek_to_beginning()
        found: list[tuple[str, bytes | None, bytes]] = []
        while ends and sum(consumer.position(where) for where in ends) < sum(ends.values()):
            for records in consumer.poll(timeout_ms=500).values():
                found += [(record.topic, record.key, record.value) for record in records]
        return found
    finally:
        consumer.close()
