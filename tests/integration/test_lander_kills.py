"""Kill -9 in the lander, anywhere: landing again gives the log that an undisturbed landing gives."""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion import broker
from ingestion.failpoints import POINTS
from ingestion.lander.workers import exchange_of
from ingestion.settings import Settings
from tests import kills
from tests.lander_events import contents, land_in_batches, lead, send

pytestmark = pytest.mark.slow_start
VALUES = [lead(n) for n in range(1000)] + [lead(n) for n in range(0, 1000, 7)] + [b"nope", lead(1, type="x.y.v1")]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path, dict[str, object]]]:
    """A broker that holds all events, a secret, and what an undisturbed landing makes of them."""
    home = tmp_path_factory.mktemp("full")
    address = broker.start(home)
    settings = Settings(home=home, kafka_bootstrap=address.bootstrap)
    send(settings, VALUES)
    landed(home, address.bootstrap)
    yield address.bootstrap, home / "secret.json", contents(settings)
    broker.stop(home)


def landed(home: Path, bootstrap: str, *, workers: bool = False, **environment: str) -> int | None:
    return kills.run(land_in_batches, str(home), bootstrap, 300, workers, **environment)


@pytest.fixture(autouse=True)
def _nothing_left_in_shared_memory(tmp_path: Path) -> Iterator[None]:
    yield
    for home in tmp_path.iterdir():
        shutil.rmtree(exchange_of(home), ignore_errors=True)


def home_with(secret: Path, path: Path) -> Path:
    path.mkdir()
    (path / "secret.json").write_bytes(secret.read_bytes())
    (path / "secret.json").chmod(0o600)
    return path


@pytest.mark.parametrize(("point", "turn"), kills.repeated(POINTS["land"]))
def test_land_after_a_kill_at_a_failpoint_gives_the_same_log(
    full: tuple[str, Path, dict[str, object]], tmp_path: Path, point: str, turn: int
) -> None:
    bootstrap, secret, expected = full
    home = home_with(secret, tmp_path / "home")
    kills.kill_at(f"{point}:{1 + turn % 3}", land_in_batches, str(home), bootstrap, 300, turn % 2 == 1)
    assert landed(home, bootstrap) == 0
    assert contents(Settings(home=home)) == expected


@pytest.mark.parametrize("seed", kills.seeds(5, 40))
def test_land_after_kills_at_random_gives_the_same_log(
    full: tuple[str, Path, dict[str, object]], tmp_path: Path, seed: int
) -> None:
    bootstrap, secret, expected = full
    home = home_with(secret, tmp_path / "home")
    seeded = random.Random(seed)
    for _ in range(3):
        kills.kill_within(0.9, seeded, land_in_batches, str(home), bootstrap, 300, seed % 5 == 1)
    assert landed(home, bootstrap, workers=seed % 5 == 1) == 0
    found = contents(Settings(home=home))
    assert found["events"] == expected["events"]
    assert found["places"] == expected["places"]


def test_land_after_the_write_ahead_log_was_cut_gives_the_same_log(
    full: tuple[str, Path, dict[str, object]], tmp_path: Path
) -> None:
    bootstrap, secret, expected = full
    for number, share in enumerate((0.3, 0.95)):
        home = home_with(secret, tmp_path / f"home{number}")
        landed(home, bootstrap, UPLOG_FAILPOINT="land.after_index:4")
        wal = home / "log.duckdb.wal"
        held = wal.read_bytes()
        wal.write_bytes(held[: int(len(held) * share)])
        assert landed(home, bootstrap) == 0
        assert contents(Settings(home=home)) == expected


def test_land_when_asked_to_stop_commits_what_it_read(
    full: tuple[str, Path, dict[str, object]], tmp_path: Path
) -> None:
    bootstrap, secret, expected = full
    home = home_with(secret, tmp_path / "home")
    process = kills.start(land_in_batches, str(home), bootstrap, 300, False)
    time.sleep(0.4)
    process.terminate()
    process.join(30)
    assert process.exitcode in (0, -signal.SIGTERM)
    assert landed(home, bootstrap) == 0
    assert contents(Settings(home=home)) == expected


def test_workers_of_a_killed_lander_end_by_themselves(
    full: tuple[str, Path, dict[str, object]], tmp_path: Path
) -> None:
    bootstrap, secret, _ = full
    home = home_with(secret, tmp_path / "home")
    mark = f"uplog-test-{os.getpid()}-{tmp_path.name}"
    landed(home, bootstrap, workers=True, UPLOG_FAILPOINT="land.after_commit", UPLOG_TEST_MARK=mark)
    until = time.monotonic() + 15
    while time.monotonic() < until and (left := processes_with(mark)):
        time.sleep(0.1)
    assert not left


def processes_with(mark: str) -> list[str]:
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        try:
            if mark.encode() in path.read_bytes():
                found.append(path.parent.name)
        except OSError:
            continue
    return found
