"""A whole new log in the place of the old one: the one way in which a log is ever rewritten.

1. Draft: a new file beside the log, filled by the caller. A stop leaves a draft, removed by the next.
2. Durable: the draft is checkpointed, closed and synced.
3. Index: removed, as it speaks of the old log; the next landing makes it again.
4. Swap: one rename.

The old log stands untouched until 4. It must be closed and without a write-ahead log, which DuckDB would take
for the new one's.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from ingestion.durable import sync
from ingestion.errors import UplogError
from ingestion.failpoints import failpoint
from ingestion.log.opening import wal_of, writable
from ingestion.settings import Settings


@contextmanager
def replacing(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty file without tables that is the log once the block ends well; for the holder of `writing_lock`.

    Raises:
        UplogError: the old log has a write-ahead log: open it for writing and close it first.
    """
    path = settings.log_path
    if wal_of(path).exists():
        raise UplogError(f"{wal_of(path)} is not yet written into its log", "`uplog land` does that")
    draft = path.with_name(f"{path.name}.new")
    for left in (draft, wal_of(draft)):
        left.unlink(missing_ok=True)
    with writable(draft) as connection:
        connection.execute("set threads = 1")  # two leave half-filled row groups: a file of twice the size
        yield connection
        failpoint("replace.in_draft")
        connection.execute("checkpoint")
    sync(draft)
    failpoint("replace.before_swap")
    shutil.rmtree(settings.index_path, ignore_errors=True)
    failpoint("replace.after_index")
    draft.replace(path)
    sync(path.parent)
    failpoint("replace.after_swap")
