"""`uplog query`."""

from __future__ import annotations

import sys
from typing import Annotated

from cyclopts import App, Parameter

from ingestion.errors import UsageError
from orchestration.cli.output import Json, Rows, line, say_json

_ROWS = 1000


def register(app: App) -> None:
    app.command(query)


def query(
    sql: str,
    *,
    file: str = "marts",
    limit: Annotated[int | None, Rows] = None,
    csv: Annotated[bool, Parameter(negative="")] = False,
    json: Json = False,
) -> int:
    """Read-only SQL on what is published, as a table, CSV or JSON.

    Parameters
    ----------
    sql
        One statement, like "from mart_conversion_funnel".
    file
        marts, detail or people.
    limit
        At most so many rows; a table shows 1000 without it.
    csv
        Answer as CSV.
    """
    if csv and json:
        raise UsageError("--csv and --json exclude each other", "choose one")
    from ingestion.settings import settings
    from publishing.query import query as run
    from publishing.tables import as_csv, print_table, require_apart

    answer = run(settings(), sql, file=file, limit=limit if limit is not None or csv or json else _ROWS)
    if csv or json:
        require_apart(answer.columns)
    if json:
        say_json([dict(zip(answer.columns, row, strict=True)) for row in answer.rows])
    elif csv:
        sys.stdout.write(as_csv(answer.columns, answer.rows))
    else:
        print_table(answer.columns, answer.rows)
    if answer.is_cut:
        line(f"there are more than {len(answer.rows)} rows: give --limit or --csv")
    return 0
