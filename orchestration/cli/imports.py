"""`uplog import`."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter

from ingestion import clock
from ingestion.errors import UsageError
from orchestration.cli.output import DryRun, Json, line, say, say_json, steps

_SHOWN = 20


def register(app: App) -> None:
    app.command(import_, name="import")


def import_(
    *paths: Path,
    source: Annotated[str, Parameter(required=True)],
    account: str | None = None,
    mapping: Path | None = None,
    encoding: str | None = None,
    pulled_at: str | None = None,
    dry_run: DryRun = False,
    json: Json = False,
) -> int:
    """Vendors' answers (JSON, JSON Lines), exports (CSV, XLSX) or whole CloudEvents into Kafka.

    Bad lines are named by number, the good ones go; the same file twice adds nothing to the log.

    Parameters
    ----------
    paths
        The files.
    source
        What they hold: a name of `uplog sources`, or cloudevents.
    account
        The corp, dealer or shop id, where the records do not name it.
    mapping
        A mapping file for the export's headers, instead of the one shipped.
    encoding
        Of a CSV or JSON file, where the one found is wrong: utf-8, gb18030, utf-16, …
    pulled_at
        When it was pulled (RFC 3339 with an offset); the file's modification time without it.
    """
    if not paths:
        raise UsageError("no file is named", "give one or more paths after the source")
    from ingestion.imports import import_files
    from ingestion.settings import settings

    with steps("import", quiet=json) as progress:
        report = import_files(
            settings(),
            source,
            paths,
            account=account,
            mapping=mapping,
            encoding=encoding,
            pulled_at=None if pulled_at is None else instant(pulled_at),
            dry_run=dry_run,
            progress=progress,
        )
    if json:
        say_json(report if dry_run else replace(report, previews=[]))
    else:
        for one in report.rejected[:_SHOWN]:
            line(f"{one.file}:{one.line}: {one.reason}")
        if report.rejected_count > _SHOWN:
            line(f"and {report.rejected_count - _SHOWN} more; --json lists them")
        for one in report.skipped[:_SHOWN]:
            line(f"{one.file}:{one.line}: left out, {one.reason}")
        for file, missing in report.missing.items():
            for name, near in missing.items():
                if dry_run or "nearest" in near:
                    line(f"{file}: no column for {name}: {near}")
        for file in report.without_records:
            line(f"{file}: holds no record of {source}")
        if dry_run:
            for file, columns in report.columns.items():
                say(f"{file}: " + ", ".join(f"{header} → {name}" for header, name in columns.items()))
            for preview in report.previews:
                say("  ".join(f"{key}={value}" for key, value in preview.items()))
        verb = "would be sent" if dry_run else "sent"
        say(f"{report.read} read, {report.sent} {verb}, {report.rejected_count} rejected")
    return 1 if report.rejected_count and not report.sent else 0


def instant(text: str) -> datetime:
    """An instant typed with its offset, in UTC.

    Raises:
        UsageError: it is none.
    """
    found = clock.instant(text)
    if found is None:
        raise UsageError(f"{text!r} is no instant", "give it with its offset, like 2026-10-01T23:00:00+08:00")
    return found
