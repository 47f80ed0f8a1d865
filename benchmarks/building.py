"""How long builds take on a large log, how much memory, and how fast the marts answer.

    python -m benchmarks.building [--home HOME] [--stores 100] [--days 240] [--new 100000] [--json]

The log is a simulated group's, imported and landed as any other (240 days of a hundred stores are about ten million
events; making it takes far longer than the builds). HOME keeps it, so that a second run starts at the builds: delete
it to begin anew. Measured are a full build of what landed before the last `--new` events, the build after those, and
typical questions to the marts; tests are not run, as they judge and do not build. Each build is a process of its own:
seconds are wall clock, memory the highest resident size of the process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from ingestion import broker
from ingestion.lander import land
from ingestion.log import open_for_reading
from ingestion.producer import Producer
from ingestion.settings import Settings
from orchestration import simulation

_CHUNK = 2_000
_LAST_DAY = date(2026, 10, 31)
"""The simulated group's last day, in the past: Kafka stamps what it is given with the real time, and the lander refuses
what happened after that."""
_BUILD = """
import json, resource, sys, time
from pathlib import Path
from ingestion.settings import settings
from orchestration.dbt_runs import run_dbt
seconds = {}
last = [time.perf_counter(), None]
def progress(what, number, of):
    now = time.perf_counter()
    if last[1]:
        seconds[last[1]] = now - last[0]
    last[:] = now, what
began = time.perf_counter()
known_at = sys.argv[2] if len(sys.argv) > 2 else None
models, _ = run_dbt(settings(), Path(sys.argv[1]), as_known_at=known_at, progress=progress, tests="none")
took = time.perf_counter() - began
used = resource.getrusage(resource.RUSAGE_SELF)
slowest = sorted(seconds.items(), key=lambda item: -item[1])[:12]
print(json.dumps({"seconds": round(took, 1), "cpu_seconds": round(used.ru_utime + used.ru_stime, 1), "models": models,
  "peak_mib": used.ru_maxrss // 1024, "slowest": {name: round(of, 2) for name, of in slowest}}))
"""
QUESTIONS = {
    "funnel by platform": "select platform, sum(valid_leads), sum(showed_leads), sum(ordered_leads) "
    "from conversion.mart_conversion_funnel group by platform",
    "response of a store": "select week_start_date, sum(le_5m), sum(eligible_5m) from conversion.mart_response_sla "
    "where store_id = 'S001' group by all order by all",
    "activity of a month": "select store_id, sum(orders) from conversion.mart_activity_daily "
    "where date_day between date '2026-10-01' and date '2026-10-31' group by all",
    "hours by week": "select week_start_date, sum(customer_facing_hours), sum(shift_hours), sum(control_hours) "
    "from workload.mart_workload_week group by all order by all",
}


def fill(settings: Settings, stores: int, days: int) -> None:
    """Import and land a simulated group, some thousand files a landing."""
    world = simulation.world(stores=stores, days=days, seed=7, start=_LAST_DAY - timedelta(days=days - 1))
    deliveries = iter(world.deliveries())
    broker.start(settings.home)
    try:
        with Producer(settings) as producer:
            while chunk := list(islice(deliveries, _CHUNK)):
                last = max(one.delivered_at for one in chunk)
                os.environ["UPLOG_NOW"] = datetime.fromtimestamp(last, UTC).isoformat()
                simulation.send_deliveries(settings, chunk, producer)
                producer.flush()
                land(settings)
    finally:
        os.environ.pop("UPLOG_NOW", None)
        broker.stop(settings.home)


def before(settings: Settings, new: int) -> tuple[str, int, int]:
    """When all but about the last `new` events had landed; how many events that were, and how many came after."""
    with open_for_reading(settings.log_path) as log:
        rows = log.execute("select landed_at, events from raw.batches order by batch_id desc").fetchall()
    later = 0
    for landed_at, events in rows:
        if later >= new:
            return landed_at.isoformat(), sum(row[1] for row in rows) - later, later
        later += events
    raise SystemExit(f"the log holds fewer than {new} events")


def built(settings: Settings, warehouse: Path, *known_at: str) -> dict[str, Any]:
    """Figures of one build of `warehouse`."""
    environment = {**os.environ, "UPLOG_HOME": str(settings.home)}
    command = [sys.executable, "-c", _BUILD, str(warehouse), *known_at]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr[-2000:])
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


def asked(warehouse: Path) -> dict[str, float]:
    """Seconds of each question, the least of three, on a connection of its own."""
    took = {}
    for name, sql in QUESTIONS.items():
        times = []
        for _ in range(3):
            with duckdb.connect(str(warehouse), read_only=True) as connection:
                began = time.perf_counter()
                connection.execute(sql).fetchall()
                times.append(time.perf_counter() - began)
        took[name] = round(min(times), 3)
    return took


def measured(home: Path, stores: int, days: int, new: int) -> dict[str, Any]:
    """All figures."""
    settings = Settings(home=home, kafka_bootstrap=None)
    if not settings.log_path.exists():
        fill(settings, stores, days)
    known_at, events, later = before(settings, new)
    warehouse = home / "measured.duckdb"
    warehouse.unlink(missing_ok=True)
    full = built(settings, warehouse, known_at)
    again = built(settings, warehouse)
    size = warehouse.stat().st_size >> 20
    return {
        "events": events,
        "full_build": full,
        "new_events": later,
        "build_after_new": again,
        "warehouse_mib": size,
        "questions": asked(warehouse),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path)
    parser.add_argument("--stores", type=int, default=100)
    parser.add_argument("--days", type=int, default=240)
    parser.add_argument("--new", type=int, default=100_000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        figures = measured(given.home or Path(folder), given.stores, given.days, given.new)
    print(json.dumps(figures) if given.json else "\n".join(f"{name:18} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
