"""Worker processes: each reads partitions of its own, decodes, and hands chunks over as Arrow files.

    lander ──Task, then one token per chunk taken──▶ worker
    lander ◀──(file, vault rows), … then None──────── worker

The pipes carry names and vault rows; records lie in shared memory, tokenised already. A worker is at most
three chunks ahead. When the lander dies its pipe closes, and the worker ends; when a worker dies the landing stops.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import subprocess
import threading
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path

import pyarrow as pa

from ingestion.errors import PassingFault, UplogError
from ingestion.lander.chunks import Chunk, Keys
from ingestion.lander.feed import Stop, chunks_here
from ingestion.lander.positions import Span
from ingestion.processes import own_pipe, started, without_pandas
from ingestion.settings import Settings

_AHEAD = 6
_START = "from ingestion.lander.workers import main; main()"


@dataclass(frozen=True)
class Task:
    """All a worker needs; sent through its pipe, because it holds secrets."""

    settings: Settings
    keys: Keys
    spans: tuple[Span, ...]
    directory: Path


def chunks_of_workers(settings: Settings, keys: Keys, spans: Collection[Span], stop: Stop) -> Iterator[Chunk]:
    """Chunks of `spans` from `settings.landing_workers` processes, as they come.

    Raises:
        PassingFault: a worker died.
        UplogError: what a worker met.
    """
    directory = _exchange(settings)
    workers: dict[Connection, subprocess.Popen[bytes]] = {}
    try:
        for share in shares(spans, settings.landing_workers):
            process, pipe = started(_START)
            workers[pipe] = process
            with suppress(BrokenPipeError):
                pipe.send_bytes(pickle.dumps(Task(settings, keys, share, directory)))
        while workers and not stop.is_set():
            ready = wait(list(workers), timeout=0.5)
            for pipe in [pipe for pipe in workers if pipe in ready]:
                try:
                    answer = pipe.recv()
                except (EOFError, OSError):  # OSError: it died in the middle of an answer
                    raise PassingFault("a landing worker died", "land again; nothing is lost") from None
                if isinstance(answer, UplogError):
                    raise answer
                if answer is None:
                    workers.pop(pipe).wait()
                    pipe.close()
                    continue
                name, originals = answer
                with suppress(BrokenPipeError):  # it has ended already: this was its last chunk, or the next read tells
                    pipe.send(None)
                yield Chunk(_taken(directory / name), originals)
    finally:
        for pipe, process in workers.items():
            pipe.close()
            process.terminate()
            process.wait()
        shutil.rmtree(directory, ignore_errors=True)


def shares(spans: Collection[Span], workers: int) -> list[tuple[Span, ...]]:
    """Partitions dealt out so that backlogs are about even; no empty share."""
    dealt: list[list[Span]] = [[] for _ in range(workers)]
    for span in sorted((span for span in spans if span.backlog), key=lambda span: -span.backlog):
        min(dealt, key=lambda share: sum(other.backlog for other in share)).append(span)
    return [tuple(share) for share in dealt if share]


def exchange_of(home: Path) -> Path:
    """Where a home's workers put their chunks: a directory of its own in shared memory, else in the home."""
    base = Path("/dev/shm") if os.access("/dev/shm", os.W_OK) else home
    return base / f"uplog-landing-{hashlib.sha256(str(home.resolve()).encode()).hexdigest()[:16]}"


def _exchange(settings: Settings) -> Path:
    """That directory, empty: what a killed landing left there is removed."""
    directory = exchange_of(settings.home)
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(mode=0o700)
    return directory


def _taken(file: Path) -> pa.RecordBatch:
    """The batch in `file`, mapped; the file's name goes at once, its pages with the batch."""
    with pa.memory_map(str(file)) as source:
        batch = pa.ipc.open_file(source).get_batch(0)
    file.unlink()
    return batch


def serve(pipe: Connection) -> None:
    """The worker's side."""
    task: Task = pickle.loads(pipe.recv_bytes())
    stop = threading.Event()
    ahead = number = 0
    try:
        for chunk in chunks_here(task.settings, task.keys, task.spans, stop):
            number += 1
            name = f"{os.getpid()}-{number}.arrow"
            with (
                pa.OSFile(str(task.directory / name), "wb") as sink,
                pa.ipc.new_file(sink, chunk.records.schema) as out,
            ):
                out.write_batch(chunk.records)
            while ahead >= _AHEAD:
                pipe.recv()
                ahead -= 1
            pipe.send((name, chunk.originals))
            ahead += 1
        pipe.send(None)
    except UplogError as wrong:
        pipe.send(wrong)


def main() -> None:
    """A worker process; the lander's end of the pipe closing is its ordinary end."""
    without_pandas()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError, FileNotFoundError):
        serve(own_pipe())
