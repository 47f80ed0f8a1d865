"""dbt in this process over one warehouse: where the project is, what it may read, and what it said.

Everything that calls dbt calls it here; `orchestration.build` says when and why.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ingestion.databases import in_memory
from ingestion.durable import for_owner_alone
from ingestion.settings import Settings
from orchestration.dbt_errors import failure, from_text

PROJECT = Path(__file__).resolve().parent.parent / "dbt_project"
"""The dbt project, beside this package in the wheel; it is only read."""

_MEMORY = "select current_setting('memory_limit')"

Progress = Callable[[str, int, int], None]
"""Called with what begins, its number and how many there are."""

Tests = Literal["all", "of data", "none"]
"""Which of dbt's tests judge a build; `of data` leaves the unit tests out."""


@dataclass(frozen=True)
class Tested:
    """What one of dbt's tests said: its unique id and status in dbt's words, and how many rows fail it."""

    unique_id: str
    status: str
    failures: int


OnTest = Callable[[Tested], None]
"""Called with each test that ran, when a run has ended; whether it passed or not."""


def run_dbt(
    settings: Settings,
    warehouse: Path,
    *,
    full: bool = False,
    as_known_at: str | None = None,
    target: str = "duckdb",
    variables: Mapping[str, str] | None = None,
    select: Sequence[str] = (),
    tests: Tests = "all",
    artifacts: bool = True,
    progress: Progress = lambda _what, _number, _of: None,
    on_test: OnTest = lambda _tested: None,
) -> tuple[int, int]:
    """`dbt build` in this process; how many models (and seeds) and how many tests passed.

    `variables` are dbt's vars beside as_known_at, `select` its selectors (everything without one). Without `artifacts`
    dbt writes neither its manifest nor its results, which takes a sixth of the processor time of a small build.

    Raises:
        UplogError: something failed; names the first and its model.
        InUse: the log or the warehouse is held by another process.
    """
    arguments = ["build"]
    if full:
        arguments.append("--full-refresh")
    if select:
        arguments += ["--select", *select]
    left_out = {"all": [], "of data": ["unit_test"], "none": ["test", "unit_test"]}[tests]
    if left_out:
        arguments += ["--exclude-resource-types", *left_out]
    given = dict(variables or {}) | ({} if as_known_at is None else {"as_known_at": as_known_at})
    if given:
        arguments += ["--vars", json.dumps(given)]
    if not artifacts:
        arguments.append("--no-write-json")
    result = dbt(settings, warehouse, arguments, target=target, progress=progress)
    if warehouse.is_file():
        warehouse.chmod(0o600)
    if result.exception is not None:
        raise from_text(str(result.exception))
    done = list(getattr(result.result, "results", ()))
    judged = [one for one in done if one.node.resource_type in ("test", "unit_test")]
    for one in judged:
        on_test(Tested(one.node.unique_id, str(one.status), one.failures or 0))
    failed = [one for one in done if one.status in ("error", "fail", "runtime error")]
    if failed or not result.success:
        raise failure(failed, len(done))
    return len(done) - len(judged), len(judged)


@contextmanager
def reading_ahead(settings: Settings) -> Iterator[None]:
    """While the block runs, another process reads the project for a first build, which takes dbt some ten seconds.

    A help and no more: what is wrong with the project is said by the build.
    """
    code = "from ingestion.settings import settings; from orchestration.dbt_runs import read; read(settings())"
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "UPLOG_HOME": str(settings.home)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
        process.wait()
    finally:
        process.kill()
        process.wait()


def read(settings: Settings) -> None:
    """`dbt parse`: what dbt understood of the project is kept in the warehouse's target folder."""
    dbt(settings, settings.warehouse_path, ["parse"])


def dbt(
    settings: Settings,
    warehouse: Path,
    command: list[str],
    *,
    target: str = "duckdb",
    folder: Path | None = None,
    progress: Progress = lambda _what, _number, _of: None,
) -> Any:
    """dbt's own result of a command, run in this process over `warehouse`; dbt writes into `folder`, or its own one."""
    warehouse.parent.mkdir(parents=True, exist_ok=True)
    arguments = [*command, "--target", target, "--quiet", "--no-use-colors", "--no-send-anonymous-usage-stats"]
    arguments += ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    arguments += ["--target-path", str(folder or target_folder(settings, warehouse))]
    arguments += ["--log-path", str(settings.home / "dbt" / "logs"), "--log-level", "none"]
    with dbt_environment(settings, warehouse), _quiet_imports(), for_owner_alone():
        from dbt.cli.main import dbtRunner

        try:
            return dbtRunner(callbacks=[_listener(progress)]).invoke(arguments)
        finally:
            release()


def release() -> None:
    """Let go of the DuckDB files: dbt keeps them open in its process otherwise."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    DuckDBConnectionManager.close_all_connections()


@contextmanager
def dbt_environment(settings: Settings, warehouse: Path) -> Iterator[None]:
    """What dbt's profile reads: the files' places, DuckDB's threads and memory; nothing is sent anywhere."""
    wanted = {
        "UPLOG_WAREHOUSE": str(warehouse.resolve()),
        "UPLOG_LOG": str(settings.log_path.resolve()),
        "UPLOG_DBT_TARGET": str(target_folder(settings, warehouse)),
        "UPLOG_DUCKDB_THREADS": str(max(1, (os.cpu_count() or 1) - 1)),
        "UPLOG_DUCKDB_MEMORY": f"{min(settings.build_memory_mb, _memory_of_the_machine())}MiB",
        "DO_NOT_TRACK": "1",
    }
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _memory_of_the_machine() -> int:
    """MiB that DuckDB would take by itself: four fifths of the machine's, or of the container's."""
    with in_memory(Path(os.devnull)) as connection:
        [(said,)] = connection.execute(_MEMORY).fetchall()
    number, unit = str(said).split()
    return int(float(number) * {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024, "TiB": 1024**2}[unit])


def target_folder(settings: Settings, warehouse: Path) -> Path:
    """Where dbt writes what it compiles for this warehouse: under home, the project itself is only read.

    Named after the file's whole name, so that Spark's folder `warehouse` has one of its own.
    """
    return (settings.home / "dbt" / f"target-{warehouse.name}").resolve()


def project_hash() -> str:
    """A hash over the dbt project's files by name and content, and dbt's own version."""
    from importlib.metadata import version

    found = hashlib.blake2b(digest_size=16)
    found.update(f"{version('dbt-core')} {version('dbt-duckdb')}".encode())
    for path in sorted(PROJECT.rglob("*")):
        if path.is_file() and not any(part.startswith((".", "target", "logs", "__")) for part in _inside(path)):
            found.update(b"\0".join((str(path.relative_to(PROJECT)).encode(), path.read_bytes(), b"")))
    return found.hexdigest()


def _inside(path: Path) -> tuple[str, ...]:
    return path.relative_to(PROJECT).parts


def _listener(progress: Progress) -> Callable[[Any], None]:
    def listen(event: Any) -> None:
        if event.info.name == "LogStartLine":
            progress(event.data.description, event.data.index, event.data.total)

    return listen


@contextmanager
def _quiet_imports() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
