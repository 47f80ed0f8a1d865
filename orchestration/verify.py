"""`uplog verify`: is the warehouse what the log gives? It is built once more from the log and compared.

1. The log and the files readers see are read whole: DuckDB checks each block it reads, so damage shows.
2. The log must add up, and must still hold every batch that it acknowledged and that the warehouse has read.
3. A scratch warehouse is built beside, from the batches the warehouse has read and no later ones, and removed.
4. Every table is compared, marts first.

Nobody builds or publishes meanwhile (they exit 4); landing is kept out while dbt reads the log, as by a build.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from expectations import manifest
from ingestion.databases import in_memory
from ingestion.errors import Damaged, UplogError
from ingestion.lander.soundness import assert_sound
from ingestion.log.opening import naming_damage
from ingestion.settings import Settings
from orchestration.comparing import OURS, REBUILT, Compared, compare
from orchestration.dbt_runs import project_hash, run_dbt, target_folder
from publishing import history, layout
from publishing.soundness import assert_build_reads

Progress = Callable[[str, int, int], None]

_ANEW = "`uplog build --full` makes the warehouse anew from the log"


@dataclass(frozen=True)
class Verified:
    """What was proved of build `build_id`, which has read the log up to `batch_id`; `waiting`: batches since."""

    build_id: str
    batch_id: int
    waiting: int
    compared: Compared
    seconds: float

    def require_equal(self) -> None:
        """Refuse a warehouse that is not what the log gives.

        Raises:
            Damaged: names the first table and the first rows that differ.
        """
        found = self.compared.differences
        if found:
            others = f" (and {len(found) - 1} more tables)" if len(found) > 1 else ""
            raise Damaged(f"{found[0]}{others}", _ANEW)


def verify(settings: Settings, *, progress: Progress = lambda _what, _number, _of: None) -> Verified:
    """Rebuild from the log and compare. Nothing of what is there is changed.

    Raises:
        UplogError: there is nothing to verify, or the dbt project has changed since the build.
        InUse: another process builds, publishes or lands; names its pid.
        Damaged: log, warehouse or a published file does not read, or the log lacks batches the warehouse has read.
    """
    began = time.monotonic()
    with history.holding_warehouse(settings):
        build = _last_build(settings)
        progress("reading the log", 0, 0)
        last = assert_sound(settings).batches
        if last < build.batch_id:
            raise Damaged(
                f"the log ends at batch {last}, the warehouse has read batch {build.batch_id}",
                "`uplog land` reads on from Kafka, `uplog recover` mends the log; then `uplog build`",
            )
        _read_published(settings)
        tables = manifest.read(manifest.kept_at(settings))
        with _scratch(settings) as scratch:
            only = {"last_batch": str(build.batch_id)}
            run_dbt(settings, scratch, full=True, variables=only, tests="none", progress=progress)
            progress("comparing", 0, 0)
            compared = _compared(settings.warehouse_path, scratch, tables)
    return Verified(build.build_id, build.batch_id, last - build.batch_id, compared, time.monotonic() - began)


def _last_build(settings: Settings) -> history.Build:
    last = history.last(settings.home)
    if last is None or not settings.warehouse_path.exists():
        raise UplogError("there is no warehouse to verify", "run `uplog build` first")
    if last.outcome != "built":
        raise UplogError(f"build {last.build_id} did not end", "run `uplog build` again, then verify")
    if last.project != project_hash():
        raise UplogError("the dbt project has changed since the build", "run `uplog build`, then verify")
    return last


def _read_published(settings: Settings) -> None:
    current = layout.current(settings.published_path)
    if current is not None:
        assert_build_reads(layout.folder(settings.published_path, current))


@contextmanager
def _scratch(settings: Settings) -> Iterator[Path]:
    """A place for the rebuilt warehouse; what an earlier, killed run left there is removed, and so is this."""
    folder = settings.home / "verify"
    path = folder / "rebuilt.duckdb"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        shutil.rmtree(target_folder(settings, path), ignore_errors=True)


def _compared(warehouse: Path, scratch: Path, tables: manifest.Manifest) -> Compared:
    with naming_damage(warehouse), in_memory(scratch) as connection:
        connection.execute("set timezone = 'UTC'")
        for path, name in ((warehouse, OURS), (scratch, REBUILT)):
            quoted = str(path).replace("'", "''")
            connection.execute(f"attach '{quoted}' as {name} (read_only)")
        return compare(connection, tables)
