"""How fast the lander is, how much memory it takes, and how many bytes an event has in the log.

    python -m benchmarks.landing [--events 1000000] [--workers 2] [--json]

Events are the simulator's own mix, repeated under other accounts with other phone numbers until there are enough,
held by the embedded broker before the clock starts. `land()` runs in a process of its own; its time includes the
start of its workers. Memory is the highest sum over the lander and its workers, seen every 50 ms, shared pages
counted once (Pss). The broker shares the machine, as in the development set-up.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.processes import watched
from ingestion import broker
from ingestion.imports import import_files
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from ingestion.simulator import simulate

Sent = tuple[str, bytes, bytes]
_MOBILE = re.compile(rb'"1[3-9]\d{9}"')
_LAND = (
    "import json, time\nfrom ingestion.lander import land\nfrom ingestion.settings import settings\n"
    "began = time.perf_counter()\nreport = land(settings())\n"
    "print(json.dumps({'seconds': time.perf_counter() - began, 'received': report.received, 'events': report.events,"
    " 'duplicates': report.duplicates, 'dead': report.dead, 'batches': report.batches}))\n"
)


class Collected:
    """Stands where a producer would, and keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []

    def send_many(self, topic: str, events: Iterable[tuple[bytes, bytes]]) -> None:
        self.sent += [(topic, key, value) for key, value in events]


def simulated(settings: Settings) -> list[Sent]:
    """The events of a simulated group, in order of delivery."""
    collected: Any = Collected()
    with tempfile.TemporaryDirectory() as directory:
        for delivery in simulate(stores=6, days=28).deliveries():
            file = Path(directory) / delivery.filename
            file.write_bytes(delivery.content)
            pulled_at = datetime.fromtimestamp(delivery.pulled_at, UTC)
            import_files(
                settings, delivery.source, [file], account=delivery.account, pulled_at=pulled_at, producer=collected
            )
    sent: list[Sent] = collected.sent
    return sent


def repeated(base: list[Sent], count: int) -> Iterator[Sent]:
    """`count` events: `base` as it is, then again and again under other accounts with other phone numbers."""
    for number in range(count):
        copy, at = divmod(number, len(base))
        topic, key, value = base[at]
        if copy:
            value = value.replace(b'"source":"/', b'"source":"/%d-' % copy, 1)
            value = _MOBILE.sub(partial(_other_number, copy), value)
        yield topic, key, value


def _other_number(copy: int, found: re.Match[bytes]) -> bytes:
    prefix, rest = found[0][1:4], int(found[0][4:-1])
    return b'"%s%08d"' % (prefix, (rest + copy * 7_654_321) % 10**8)


def landed(home: Path, workers: int) -> dict[str, Any]:
    """Figures of one landing of everything the broker holds."""
    run = watched(_LAND, environment={"UPLOG_HOME": str(home), "UPLOG_LANDING_WORKERS": str(workers)})
    found: dict[str, Any] = json.loads(run.output)
    return found | {
        "peak_mib": run.peak_mib,
        "cpu_us_per_event": round(run.cpu_seconds * 1e6 / found["received"], 1),
    }


def measured(count: int, workers: int) -> dict[str, Any]:
    """Sends `count` events to a broker of its own, lands them, and says how that went."""
    with tempfile.TemporaryDirectory() as directory:
        home = Path(directory) / "home"
        settings = Settings(home=home, kafka_bootstrap=None)
        base = simulated(settings)
        broker.start(home)
        try:
            began = time.perf_counter()
            with Producer(settings) as producer:
                for topic, key, value in repeated(base, count):
                    producer.send(topic, key, value)
            sending = time.perf_counter() - began
            sent_bytes = sum(len(value) for _, _, value in base) / len(base)
            load = os.getloadavg()[0]
            found = landed(home, workers)
        finally:
            broker.stop(home)
        with open_for_reading(settings.log_path) as log:
            stored = log.execute("select count(*) from raw.events").fetchone()
        events = int(stored[0]) if stored else 0
        return found | {
            "workers": workers,
            "events_per_second": round(found["received"] / found["seconds"]),
            "stored_bytes_per_event": round(settings.log_path.stat().st_size / events, 1),
            "vault_bytes_per_event": round(settings.vault_path.stat().st_size / events, 1),
            "sent_bytes_per_event": round(sent_bytes),
            "sent_per_second": round(count / sending),
            "load_before": round(load, 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measured(asked.events, asked.workers)
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:24} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
