"""`uplog export`."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from cyclopts import App

from orchestration.cli.output import DryRun, Json, say, say_json, steps


def register(app: App) -> None:
    app.command(export)


def export(
    *tables: str,
    file: str = "marts",
    format: Literal["csv", "xlsx", "parquet"] = "csv",
    out: Path | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Published tables as CSV, XLSX or Parquet.

    Parameters
    ----------
    tables
        Which ones; all of the file without.
    file
        marts, detail or people.
    format
        csv, xlsx (one workbook) or parquet.
    out
        The folder; $UPLOG_HOME/exports/<build> without.
    """
    from ingestion.settings import settings
    from publishing.export import export as run

    with steps("exporting", quiet=json) as progress:
        made = run(settings(), tables, file=file, format=format, out=out, dry_run=dry_run, progress=progress)
    if json:
        say_json(made)
        return 0
    for table in made.tables:
        say(f"{table.name}: {table.rows} rows")
    say(f"{'would write' if dry_run else 'wrote'} {len(made.files)} files of build {made.build_id} to {made.folder}")
    return 0
