"""What can be read in files: a byte search over compressed blocks proves nothing, so databases are copied without."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing
from pathlib import Path

import duckdb


def readable_in(home: Path, wanted: Collection[str], scratch: Path) -> set[tuple[str, str]]:
    """`(file, text)` for each of `wanted` that stands readable in a file under `home`."""
    found = set()
    for path in sorted(home.rglob("*")):
        if path.is_file() and not path.is_symlink() and path.name != "secret.json":
            for part in _parts(path, scratch):
                held = part.read_bytes()
                found |= {(str(path.relative_to(home)), one) for one in wanted if one.encode() in held}
    return found


def _parts(path: Path, scratch: Path) -> Iterator[Path]:
    yield path
    with path.open("rb") as handle:
        head = handle.read(16)
    if head[8:12] != b"DUCK" and not head.startswith(b"PAR1"):
        return
    copy = scratch / "uncompressed.duckdb"
    copy.unlink(missing_ok=True)
    with closing(duckdb.connect(":memory:")) as connection:
        connection.execute("pragma force_compression='uncompressed'")
        connection.execute(f"attach '{copy}' as copied")
        if head.startswith(b"PAR1"):
            connection.execute(f"create table copied.part as select * from read_parquet('{path}')")
        else:
            connection.execute(f"attach '{path}' as original (read_only)")
            for place, (schema, table) in enumerate(
                connection.execute(
                    "select schema_name, table_name from duckdb_tables() where database_name = 'original'"
                ).fetchall()
            ):
                relation = f'original."{schema}"."{table}"'
                connection.execute(f"create table copied.t{place} as select columns(*)::varchar from {relation}")
        connection.execute("checkpoint copied")
        connection.execute("detach copied")
    yield copy
