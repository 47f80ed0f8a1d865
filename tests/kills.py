"""Work in a process of its own, to be killed: at a named failpoint, or at a random moment.

Processes are forked from a server that has imported what they need, so that a kill costs milliseconds.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

import pytest

_FORKS = multiprocessing.get_context("forkserver")
_PRELOADED = ["ingestion.lander", "ingestion.producer", "kafka", "pandas", "tests.small_logs"]


def preload(*modules: str) -> None:
    """Has the server import more, if it is not running yet: call it when a test module is collected."""
    _PRELOADED.extend(modules)
    _FORKS.set_forkserver_preload(_PRELOADED)


preload()


def seeds(quick: int, long: int) -> list[Any]:
    """Parameters for kills at random: `quick` seeds in `make test`, `long` in all in `make test-long`."""
    return [*range(quick), *(pytest.param(seed, marks=pytest.mark.long) for seed in range(quick, long))]


def repeated(points: tuple[str, ...], long: int = 20) -> list[Any]:
    """Parameters (point, turn) for kills at named points: each once in `make test`, `long` times in all."""
    return [
        pytest.param(point, turn, marks=[pytest.mark.long] if turn else [], id=f"{point}-{turn}")
        for point in points
        for turn in range(long)
    ]


def start(work: Callable[..., object], *arguments: object, **environment: str) -> BaseProcess:
    """`work(*arguments)` under way, with `environment` as its only `UPLOG_` settings."""
    process = _FORKS.Process(target=_alone, args=(work, arguments, environment))
    process.start()
    return process


def run(work: Callable[..., object], *arguments: object, **environment: str) -> int | None:
    """The exit code of `work(*arguments)`, 0 when it returned."""
    process = start(work, *arguments, **environment)
    process.join(120)
    return process.exitcode


def kill_at(point: str, work: Callable[..., object], *arguments: object, **environment: str) -> None:
    """Runs `work` until it passes `point` (`name` or `name:count`) and dies of it."""
    assert run(work, *arguments, **environment, UPLOG_FAILPOINT=point) == -signal.SIGKILL, f"{point} was not passed"


def kill_within(
    seconds: float, seeded: random.Random, work: Callable[..., object], *arguments: object, **environment: str
) -> bool:
    """Kills `work` at a random moment of its first `seconds`; whether it was still running."""
    process = start(work, *arguments, **environment)
    process.join(seeded.uniform(0.0, seconds))
    process.kill()
    process.join()
    assert process.exitcode in (0, -signal.SIGKILL)
    return process.exitcode != 0


def _alone(work: Callable[..., object], arguments: tuple[object, ...], environment: dict[str, str]) -> None:
    for name in [name for name in os.environ if name.startswith("UPLOG_")]:
        del os.environ[name]
    os.environ.update(environment)
    work(*arguments)
