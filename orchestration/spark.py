"""`uplog build --target spark`: the same dbt project on Apache Spark, for a group that outgrows one machine.

The log is written as Parquet once, registered as schema `raw`, and dbt runs in this process on a session of its
own: two local threads, UTC, ANSI. The tables are Parquet under `home/spark/warehouse/<schema>.db/<table>`, written
anew by every build. The gate and publishing read the DuckDB warehouse alone.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ingestion.errors import UsageError
from ingestion.log import open_up_to_date
from ingestion.log.lock import held
from ingestion.settings import Settings
from orchestration.dbt_runs import Progress, run_dbt, target_folder

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

COLUMN_TYPES = {"instant": "timestamp", "text": "string", "json": "string"}
"""Spark's names where they differ from those in dbt_project.yml."""

_SESSION = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.sql.shuffle.partitions": "2",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",  # Spark's default (INT96) has no zone
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.driver.host": "localhost",
    "spark.driver.memory": "2g",
    "spark.log.level": "ERROR",
}


def build_on_spark(settings: Settings, *, as_known_at: str | None, progress: Progress) -> tuple[int, int]:
    """Build and test everything on a local Spark, then stop it; how many models (and seeds) and how many tests passed.

    Raises:
        UsageError: pyspark, dbt-spark or Java is missing.
        UplogError: there is no log, a model or a test fails (names the first).
        InUse: another build on Spark runs here; names its pid.
    """
    with held(settings.home / "spark.lock", str(tables_folder(settings))), spark_session(settings) as session:
        load_log(session, settings)
        return run_on_spark(settings, as_known_at=as_known_at, progress=progress)


def run_on_spark(
    settings: Settings,
    *,
    as_known_at: str | None = None,
    select: tuple[str, ...] = (),
    progress: Progress = lambda _what, _number, _of: None,
) -> tuple[int, int]:
    """`dbt build` on the running session; how many models (and seeds) and how many tests passed.

    `select` are dbt's selectors, everything without one.
    """
    return run_dbt(
        settings,
        tables_folder(settings),
        full=True,
        as_known_at=as_known_at,
        target="spark",
        variables=COLUMN_TYPES,
        select=select,
        progress=progress,
    )


def tables_folder(settings: Settings) -> Path:
    """Where Spark's tables lie, as `<schema>.db/<table>/*.parquet`."""
    return (settings.home / "spark" / "warehouse").resolve()


def missing_for_spark() -> str | None:
    """What a build on Spark lacks here, in words; None where it can run."""
    from importlib.util import find_spec

    if find_spec("pyspark") is None or find_spec("dbt.adapters.spark") is None:
        return "pyspark and dbt-spark are not installed"
    home = os.environ.get("JAVA_HOME")
    if not (home and Path(home, "bin", "java").exists()) and shutil.which("java") is None:
        return "there is no Java"
    return None


@contextmanager
def spark_session(settings: Settings, options: Mapping[str, str] | None = None) -> Iterator[SparkSession]:
    """A local session over an empty warehouse; what Spark itself has to say goes to `home/spark/spark.log`.

    `options` are further Spark settings.

    Raises:
        UsageError: pyspark, dbt-spark or Java is missing.
    """
    if lacking := missing_for_spark():
        raise UsageError(f"Spark cannot run: {lacking}", "install Java 17 and uplog[spark]")
    from pyspark.sql import SparkSession

    folder = settings.home.resolve() / "spark"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.rmtree(target_folder(settings, tables_folder(settings)), ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    builder = SparkSession.builder.master("local[2]").appName("uplog")
    for name, value in (_SESSION | dict(options or {})).items():
        builder = builder.config(name, value)
    builder = builder.config("spark.sql.warehouse.dir", tables_folder(settings).as_uri())
    with _saying_into(folder / "spark.log"):
        session = builder.getOrCreate()
    try:
        yield session
    finally:
        session.stop()


def load_log(session: SparkSession, settings: Settings) -> None:
    """The log's tables as Parquet, registered as schema `raw`; sealed bytes stay where they are."""
    folder = settings.home.resolve() / "spark" / "raw"
    folder.mkdir(mode=0o700)
    session.sql("create schema raw")
    with open_up_to_date(settings) as log:
        tables = log.execute(
            "select table_name, list(column_name order by column_index), list(data_type order by column_index) "
            "from duckdb_columns() where schema_name = 'raw' group by table_name order by table_name"
        ).fetchall()
        for table, names, types in tables:
            columns = [_exported(name, kind) for name, kind in zip(names, types, strict=True) if kind != "BLOB"]
            file = folder / f"{table}.parquet"
            log.execute(f"copy (select {', '.join(columns)} from raw.{table}) to '{_quoted(file)}' (format parquet)")
            session.sql(f"create table raw.{table} using parquet location '{file.as_uri()}'")


def _exported(name: str, kind: str) -> str:
    as_type = {"JSON": "varchar", "UBIGINT": "decimal(20, 0)"}.get(kind)
    return f'cast("{name}" as {as_type}) as "{name}"' if as_type else f'"{name}"'


def _quoted(path: Path) -> str:
    return str(path).replace("'", "''")


@contextmanager
def _saying_into(file: Path) -> Iterator[None]:
    """The standard error of processes started inside goes to a file: Java's is inherited once and kept."""
    sys.stderr.flush()
    kept = os.dup(2)
    with file.open("ab") as log:
        os.dup2(log.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(kept, 2)
            os.close(kept)
