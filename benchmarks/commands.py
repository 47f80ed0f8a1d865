"""How long the commands a person waits for take: `--help`, a build of a demo's log, the same build with nothing new.

    python -m benchmarks.commands --home HOME [--json]

HOME is one that `uplog demo` left. Each command runs in a process of its own; seconds are wall clock, the least of
three runs but for the full build, which runs once.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

UPLOG = Path(sys.executable).parent / "uplog"


def seconds(home: Path, *arguments: str, times: int = 3) -> float:
    """The least wall-clock seconds of `uplog` with these arguments."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run(
            [UPLOG, *arguments], env={**os.environ, "UPLOG_HOME": str(home)}, check=True, capture_output=True
        )
        took.append(time.perf_counter() - began)
    return round(min(took), 2)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    figures = {
        "help_seconds": seconds(asked.home, "--help"),
        "full_build_seconds": seconds(asked.home, "build", "--full", times=1),
        "build_with_nothing_new_seconds": seconds(asked.home, "build"),
    }
    lines = [f"{name:34} {value:6.2f}" for name, value in figures.items()]
    print(json.dumps(figures) if asked.json else "\n".join(lines))


if __name__ == "__main__":
    main()
