"""How fast a CSV goes into Kafka, what CPU a row costs, and how much memory it takes.

    python -m benchmarks.importing [--rows 1000000] [--workers 2] [--encoding gb18030] [--json]

The file is made here: a portal's lead export of 17 columns in Chinese, no two rows alike. `import_files` runs in a
process of its own; its time includes starting workers and the broker's last acknowledgement. CPU is that of the import
with its workers; the embedded broker's, on the same machine, stands beside it. Memory is the highest sum over the
import's processes, seen every 50 ms, shared pages counted once (Pss).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.processes import cpu_seconds, watched
from ingestion import broker

_HEADER = (
    "线索编号,经销商编号,提交时间,入库时间,下发时间,客户姓名,手机号码,车系编号,意向车系,"
    "线索类型,城市,线索状态,无效原因,直播间编号,备注,更新时间,客户端"
)
_SURNAMES = "王李张刘陈杨黄赵周吴"
_IMPORT = (
    "import json, sys, time\nfrom ingestion.imports import import_files\nfrom ingestion.settings import settings\n"
    "began = time.perf_counter()\nreport = import_files(settings(), 'autohome.lead', sys.argv[1:])\n"
    "print(json.dumps({'seconds': time.perf_counter() - began, 'read': report.read, 'sent': report.sent,"
    " 'rejected': report.rejected_count}))\n"
)


def write_export(path: Path, rows: int, encoding: str) -> None:
    """An export of that many leads."""
    chance = random.Random(7)
    began = datetime(2026, 9, 1)
    with path.open("w", encoding=encoding, newline="") as file:
        file.write(f"{_HEADER}\r\n")
        for number in range(rows):
            at = began + timedelta(seconds=number * 4_000_000 // rows)
            times = [
                f"{at + timedelta(seconds=later):%Y-%m-%d %H:%M:%S}" for later in (0, 2, 60, chance.randrange(10**4))
            ]
            file.write(
                f"AH26{number:09d},A100{number % 7},{times[0]},{times[1]},{times[2]},{chance.choice(_SURNAMES)}先生,"
                f"138{chance.randrange(10**8):08d},S500{number % 9},星EV,询底价,杭州,跟进中,,,"
                f'"周末来店,带家人{number % 100}，先电话",{times[3]},APP\r\n'
            )


def imported(home: Path, export: Path, workers: int) -> dict[str, Any]:
    """Figures of one import into a running broker."""
    run = watched(_IMPORT, str(export), environment={"UPLOG_HOME": str(home), "UPLOG_IMPORT_WORKERS": str(workers)})
    found: dict[str, Any] = json.loads(run.output)
    return found | {
        "rows_per_second": round(found["read"] / found["seconds"]),
        "cpu_us_per_row": round(run.cpu_seconds * 1e6 / found["read"], 1),
        "peak_mib": run.peak_mib,
    }


def measured(rows: int, workers: int, encoding: str) -> dict[str, Any]:
    """Makes an export, imports it into a broker of its own, and says how that went."""
    with tempfile.TemporaryDirectory() as directory:
        home, export = Path(directory) / "home", Path(directory) / "leads.csv"
        write_export(export, rows, encoding)
        address = broker.start(home)
        try:
            load = os.getloadavg()[0]
            found = imported(home, export, workers)
            broker_cpu = cpu_seconds(address.pid)
        finally:
            broker.stop(home)
        return found | {
            "workers": workers,
            "encoding": encoding,
            "file_mib": round(export.stat().st_size / 2**20),
            "broker_cpu_us_per_row": round(broker_cpu * 1e6 / found["read"], 1),
            "load_before": round(load, 2),
        }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--encoding", default="gb18030")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = measured(asked.rows, asked.workers, asked.encoding)
    print(json.dumps(figures) if asked.json else "\n".join(f"{name:24} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    main()
