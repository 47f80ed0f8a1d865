"""How many vendors' calls a second the collector takes, how long one waits for Kafka, and whether any is lost.

    python -m benchmarks.collecting [--rate 2000] [--seconds 10] [--connections 64] [--json]

Signed Tencent Meeting calls, each another event, come at a steady rate from a process of their own; a call's time
runs from the moment it was due, so that a collector that falls behind is seen. The embedded broker shares the machine.
`lost` are calls answered 2xx whose event is not in Kafka. CPU is given by process, in µs a call.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import subprocess
import sys
import tempfile
import time
from base64 import b64encode
from pathlib import Path
from typing import Any

from kafka import TopicPartition

from benchmarks.processes import cpu_seconds, family
from ingestion import broker, kafka_client
from ingestion.settings import Settings

ROOT = Path(__file__).parents[1]
TOKEN = "benchmark-token-0123456789"
TOPIC = "meetings"


def calls(count: int) -> list[bytes]:
    """Whole HTTP requests, signed, each with an event of its own."""
    template = (ROOT / "examples" / "tencent_meeting.webhook.jsonl").read_text(encoding="utf-8").splitlines()[0]
    record = json.loads(template)
    made = []
    for number in range(count):
        record["trace_id"] = f"bench-{number:09d}"
        data = b64encode(json.dumps(record, ensure_ascii=False).encode()).decode()
        at, nonce = str(int(time.time())), str(number)
        signature = hashlib.sha1("".join(sorted([TOKEN, at, nonce, data])).encode()).hexdigest()
        body = b'{"data":"' + data.encode() + b'"}'
        head = (
            "POST /webhooks/tencent_meeting HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n"
            f"timestamp: {at}\r\nnonce: {nonce}\r\nsignature: {signature}\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        made.append(head.encode() + body)
    return made


async def posted(port: int, rate: int, requests: list[bytes], connections: int) -> dict[str, Any]:
    """Sends every request when it is due; milliseconds and statuses of all."""
    due = iter(enumerate(requests))
    took: list[float] = []
    statuses: dict[int, int] = {}
    began = time.perf_counter() + 0.2

    async def connection() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number, request in due:
            at = began + number / rate
            if (wait := at - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
            await reader.readexactly(length)
            status = int(head[9:12])
            statuses[status] = statuses.get(status, 0) + 1
            took.append((time.perf_counter() - at) * 1000)
        writer.close()

    await asyncio.gather(*(connection() for _ in range(connections)))
    seconds = time.perf_counter() - began
    took.sort()
    ranks = {f"p{share}_ms": round(took[min(len(took) - 1, len(took) * share // 100)], 1) for share in (50, 95, 99)}
    return {"seconds": seconds, "statuses": statuses, **ranks, "max_ms": round(took[-1], 1)}


def generated(asked: argparse.Namespace) -> None:
    """The load generator's process: figures as JSON on stdout."""
    import uvloop

    requests = calls(asked.rate * asked.seconds)
    used = time.process_time()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures = runner.run(posted(asked.port, asked.rate, requests, asked.connections))
    print(json.dumps(figures | {"cpu": time.process_time() - used}))


def measured(rate: int, seconds: int, connections: int) -> dict[str, Any]:
    """One run against a collector and a broker of its own."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        settings = Settings(home=home, kafka_bootstrap=None)
        environment = {**os.environ, "UPLOG_HOME": str(home), "UPLOG_COLLECT_PORT": "0"}
        environment |= {"UPLOG_COLLECT_KEYS__TENCENT_MEETING": TOKEN}
        address = broker.start(home)
        uplog = Path(sys.executable).with_name("uplog")
        collector = subprocess.Popen([uplog, "collect"], env=environment, stderr=(home / "log").open("wb"))
        try:
            port = _port(home / "log")
            warm_up = ["--generate", "--port", str(port), "--rate", "200", "--seconds", "1", "--connections", "32"]
            subprocess.run([sys.executable, "-m", "benchmarks.collecting", *warm_up], check=True, capture_output=True)
            processes = family(collector.pid)
            before = {pid: cpu_seconds(pid) for pid in (*processes, address.pid)}
            command = ["--generate", "--port", str(port), "--rate", str(rate), "--seconds", str(seconds)]
            command += ["--connections", str(connections)]
            run = subprocess.run(
                [sys.executable, "-m", "benchmarks.collecting", *command], check=True, capture_output=True
            )
            used = {pid: cpu_seconds(pid) - spent for pid, spent in before.items()}
            found = json.loads(run.stdout)
            stored = _stored(settings)
        finally:
            collector.terminate()
            collector.wait(30)
            broker.stop(home)
        sent = rate * seconds
        taken = found["statuses"].get("200", 0)
        return {
            "sent": sent,
            "taken": taken,
            "refused": sent - taken,
            "lost": taken + 200 - stored,
            "posts_per_second": round(taken / found["seconds"]),
            **{name: found[name] for name in ("p50_ms", "p95_ms", "p99_ms", "max_ms")},
            "collector_cpu_us": round(sum(used[pid] for pid in processes) * 1e6 / sent),
            "broker_cpu_us": round(used[address.pid] * 1e6 / sent),
            "generator_cpu_us": round(found["cpu"] * 1e6 / sent),
            "load": round(os.getloadavg()[0], 2),
        }


def _port(log: Path) -> int:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        for line in log.read_text().splitlines():
            if '"listening"' in line:
                return int(json.loads(line)["address"].rpartition(":")[2])
        time.sleep(0.1)
    raise SystemExit(f"no collector: {log.read_text()}")


def _stored(settings: Settings) -> int:
    consumer = kafka_client.consumer(settings)
    try:
        partitions = [TopicPartition(TOPIC, number) for number in range(settings.kafka_partitions)]
        return sum(kafka_client.end_offsets(consumer, partitions).values())
    finally:
        consumer.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=2_000)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--generate", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.generate:
        generated(asked)
        return
    figures = measured(asked.rate, asked.seconds, asked.connections)
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:20} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
