"""Identity over the whole log: which (source, id) pairs may have been landed before, and in which batch.

Sorted runs of 64-bit hashes beside the log, memory-mapped, each hash with its batch id; a hit is only a
candidate and is confirmed in SQL. Rebuildable: runs carry a checksum, and a manifest names the log, the
DuckDB version (its `hash` may change) and the last batch; what does not match is made again from the log.
Runs are added after the log's commit; a stop in between is caught up at the next start.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from ingestion.log.steps import stamp_of

Hashes = NDArray[np.uint64]
Batches = NDArray[np.uint32]
HASH = "hash(source, event_id)"
"""The SQL of a pair's hash, the same at landing and at rebuilding."""

_MERGED_ROWS = 4_000_000
"""No run grows past this by merging: a merge holds about 28 bytes a row in memory."""

_verified: set[tuple[str, int, int]] = set()


def last_indexed(directory: Path, stamp: str) -> int:
    """The last batch that the index in `directory` has seen of the log named `stamp`; 0 when there is no such index."""
    manifest = _manifest_in(directory)
    return int(manifest["batch"]) if manifest is not None and manifest["stamp"] == stamp else 0


@dataclass(frozen=True)
class _Run:
    name: str
    rows: int
    crc: int
    hashes: Hashes
    batches: Batches
    maps: tuple[mmap.mmap, ...]

    def forget_pages(self) -> None:
        """Lets the kernel drop the mapped pages, so that a large index does not count as our memory."""
        for mapped in self.maps:
            mapped.madvise(mmap.MADV_DONTNEED)


class Index:
    """The index of one open log, brought up to it; used by the one process that writes that log."""

    def __init__(self, directory: Path, connection: duckdb.DuckDBPyConnection) -> None:
        self._directory = directory
        self._duckdb = duckdb.__version__
        self._stamp = stamp_of(connection)
        self._runs: list[_Run] = []
        self._batch = 0
        self._number = 0
        self.was_ahead = False
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self._loaded(connection):
            self._start_anew()
        self._catch_up(connection)

    @property
    def rows(self) -> int:
        """Pairs held."""
        return sum(run.rows for run in self._runs)

    def probe(self, hashes: Hashes) -> tuple[NDArray[np.int64], Batches]:
        """Positions in `hashes` (sorted) that are known, with the batch of each occurrence."""
        positions: list[NDArray[np.int64]] = []
        batches: list[Batches] = []
        for run in self._runs:
            at = np.searchsorted(run.hashes, hashes)
            asked = np.arange(len(hashes))
            while len(at):
                is_inside = at < run.rows
                at, asked = at[is_inside], asked[is_inside]
                is_hit = run.hashes[at] == hashes[asked]
                at, asked = at[is_hit], asked[is_hit]
                positions.append(asked)
                batches.append(run.batches[at])
                at = at + 1
            run.forget_pages()
        if not positions:
            return np.empty(0, np.int64), np.empty(0, np.uint32)
        return np.concatenate(positions), np.concatenate(batches)

    def add(self, hashes: Hashes, batch_id: int) -> None:
        """The pairs of a batch that the log has committed."""
        self._append(np.sort(hashes), np.full(len(hashes), batch_id, np.uint32))
        self._batch = batch_id
        self._write_manifest()

    def _append(self, hashes: Hashes, batches: Batches) -> None:
        while self._runs and len(hashes) and self._runs[-1].rows <= 4 * len(hashes):
            last = self._runs[-1]
            if last.rows + len(hashes) > _MERGED_ROWS:
                break
            hashes = np.concatenate([last.hashes, hashes])
            batches = np.concatenate([last.batches, batches])
            order = np.argsort(hashes, kind="stable")  # of two sorted runs: one merge
            hashes, batches = hashes[order], batches[order]
            self._runs.pop()
        if len(hashes):
            self._number += 1
            name = f"run-{self._number:08d}"
            hashes.tofile(self._directory / f"{name}.hash")
            batches.tofile(self._directory / f"{name}.batch")
            crc = zlib.crc32(batches.tobytes(), zlib.crc32(hashes.tobytes()))
            self._runs.append(self._mapped(name, len(hashes), crc))

    def _mapped(self, name: str, rows: int, crc: int) -> _Run:
        maps = []
        for suffix, width in (("hash", 8), ("batch", 4)):
            with (self._directory / f"{name}.{suffix}").open("rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size != rows * width:
                    raise ValueError(f"{name}.{suffix} has {size} bytes")
                maps.append(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
        hashes = np.frombuffer(maps[0], np.uint64)
        return _Run(name, rows, crc, hashes, np.frombuffer(maps[1], np.uint32), tuple(maps))

    def _loaded(self, connection: duckdb.DuckDBPyConnection) -> bool:
        """Whether the files on disk are a true prefix of this log."""
        try:
            manifest = _manifest_in(self._directory)
            if manifest is None or manifest["duckdb"] != self._duckdb or manifest["stamp"] != self._stamp:
                return False
            runs = [self._mapped(run["name"], run["rows"], run["crc"]) for run in manifest["runs"]]
            if not all(self._is_sound(run) for run in runs):
                return False
            batch, number = int(manifest["batch"]), int(manifest["number"])
        except (OSError, ValueError):
            return False
        row = connection.execute(
            "select coalesce(max(batch_id), 0), coalesce(sum(events) filter (where batch_id <= ?), 0) from raw.batches",
            [batch],
        ).fetchone()
        last, events = row if row else (0, 0)
        self.was_ahead = batch > last
        if self.was_ahead or events != sum(run.rows for run in runs):
            return False
        self._runs, self._batch, self._number = runs, batch, number
        return True

    def _is_sound(self, run: _Run) -> bool:
        stat = (self._directory / f"{run.name}.hash").stat()
        mark = (str(self._directory / run.name), stat.st_mtime_ns, stat.st_size)
        if mark not in _verified:
            if zlib.crc32(run.maps[1], zlib.crc32(run.maps[0])) != run.crc:
                return False
            run.forget_pages()
            _verified.add(mark)
        return True

    def _start_anew(self) -> None:
        shutil.rmtree(self._directory)
        self._directory.mkdir(mode=0o700)
        self._runs, self._batch, self._number = [], 0, 0

    def _catch_up(self, connection: duckdb.DuckDBPyConnection) -> None:
        missing = connection.execute(
            "select batch_id, events from raw.batches where batch_id > ? order by batch_id", [self._batch]
        ).fetchall()
        while missing:
            rows, until = 0, 0
            while until < len(missing) and (until == 0 or rows + missing[until][1] <= _MERGED_ROWS // 2):
                rows += missing[until][1]
                until += 1
            span, missing = missing[:until], missing[until:]
            found = connection.execute(
                f"select {HASH} as h, batch_id::uinteger as b from raw.events"
                " where batch_id between ? and ? order by h",
                [span[0][0], span[-1][0]],
            ).fetchnumpy()
            self._append(np.ascontiguousarray(found["h"], np.uint64), np.ascontiguousarray(found["b"], np.uint32))
            self._batch = span[-1][0]
            self._write_manifest()

    def _write_manifest(self) -> None:
        manifest = {
            "duckdb": self._duckdb,
            "stamp": self._stamp,
            "batch": self._batch,
            "number": self._number,
            "runs": [{"name": run.name, "rows": run.rows, "crc": run.crc} for run in self._runs],
        }
        draft = self._directory / "manifest.json.new"
        draft.write_text(json.dumps(manifest | {"crc": _crc_of(manifest)}))
        draft.replace(self._directory / "manifest.json")
        kept = {run.name for run in self._runs}
        for file in self._directory.glob("run-*"):
            if file.stem not in kept:
                file.unlink()


def _manifest_in(directory: Path) -> dict[str, Any] | None:
    """What the index says of itself; None where it does not, or was damaged."""
    try:
        manifest: dict[str, Any] = json.loads((directory / "manifest.json").read_bytes())
        return manifest if manifest.pop("crc") == _crc_of(manifest) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _crc_of(manifest: dict[str, Any]) -> int:
    return zlib.crc32(json.dumps(manifest).encode())
