"""Answers as bytes, batch by batch: JSON, CSV, Parquet or an Arrow stream; memory does not grow with the rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import duckdb
import msgspec

from publishing.export_formats import Parts, csv_parts, is_flat, quoted
from publishing.tables import require_apart

MEDIA_TYPES: Mapping[str, str] = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "parquet": "application/vnd.apache.parquet",
    "arrow": "application/vnd.apache.arrow.stream",
}
_ROWS = 10_000
_ROW_GROUP = 100_000
_encode = msgspec.json.Encoder(decimal_format="number", enc_hook=str).encode


def parts(asked: duckdb.DuckDBPyRelation, format: str) -> Iterator[bytes]:
    """The answer in one of `MEDIA_TYPES`; the first part comes when the first rows are known.

    CSV is `uplog export`'s. In JSON, a list of objects, numbers have all their digits, instants are ISO 8601 in UTC,
    what is no JSON type (intervals, bytes) is text, and NaN is null.

    Raises:
        UsageError: two columns have one name, and most readers would lose one.
    """
    require_apart(asked.columns)
    if format == "csv":
        return csv_parts(_texts(asked, is_flat).to_arrow_reader(_ROWS))
    if format == "json":
        return _json(_texts(asked, lambda type: type not in ("INTERVAL", "BLOB", "BIT")).to_arrow_reader(_ROWS))
    if format == "parquet":  # pyarrow writes no intervals
        return _columns(_texts(asked, lambda type: "INTERVAL" not in type).to_arrow_reader(_ROW_GROUP), format)
    return _columns(asked.to_arrow_reader(_ROWS), format)


def _texts(asked: duckdb.DuckDBPyRelation, stays: Any) -> duckdb.DuckDBPyRelation:
    """The same with text in place of the types that do not stay."""
    if all(stays(str(type)) for type in asked.types):
        return asked
    columns = (
        quoted(name) if stays(str(type)) else f"{quoted(name)}::varchar as {quoted(name)}"
        for name, type in zip(asked.columns, asked.types, strict=True)
    )
    return asked.project(", ".join(columns))


def _json(reader: Any) -> Iterator[bytes]:
    before = b"[\n"
    for batch in reader:
        rows = batch.to_pylist()
        if rows:
            yield before + b",\n".join(map(_encode, rows))
            before = b",\n"
    yield b"[]\n" if before == b"[\n" else b"\n]\n"


def _columns(reader: Any, format: str) -> Iterator[bytes]:
    import pyarrow as pa
    from pyarrow import parquet

    out = Parts()
    opened: Any = (
        parquet.ParquetWriter(out, reader.schema, compression="zstd")
        if format == "parquet"
        else pa.ipc.new_stream(out, reader.schema)
    )
    with opened as writer:
        for batch in reader:
            writer.write_batch(batch)
            yield out.taken()
    yield out.taken()
