"""A large CSV read by several processes: each reads all its lines and works on every n-th chunk of rows.

    import ──Job──▶ worker
    import ◀──piece (its chunk's end or not), … then None, or an error── worker

Splitting rows from lines is a fifth of the work and has to know what came before (quotes, line numbers), so every
worker does it for itself; mapping, contract and event are the rest. The chunks come back in the file's order.
"""

from __future__ import annotations

import gc
import os
import pickle
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import BinaryIO

from ingestion.errors import PassingFault, UplogError, UsageError
from ingestion.events import EventMaker
from ingestion.outcomes import Chunk, chunks, events_of
from ingestion.personal.secrets import load_secrets
from ingestion.processes import own_pipe, started
from ingestion.readers import payloads
from ingestion.readers.mapping import ExportMapping
from ingestion.readers.opening import format_of, open_regular
from ingestion.readers.rows import WHOLE, Share
from ingestion.settings import Settings
from ingestion.sources import source_named

PAY_FROM_BYTES = 8 << 20
_SELDOM = 500_000
"""Objects after which a worker looks for cycles; it makes none, and to look costs a tenth of its work."""
_START = "from ingestion.import_workers import main; main()"


@dataclass(frozen=True)
class Job:
    """What a worker needs to read one file as the import would.

    `partitions`: of the source's topic, if events are to be packed for them.
    """

    settings: Settings
    path: Path
    source: str
    mapping: ExportMapping | None
    encoding: str | None
    account: str | None
    pulled_at: datetime
    partitions: int | None = None
    file_id: tuple[int, int] = (0, 0)
    share: Share = WHOLE

    def is_large(self, file: BinaryIO) -> bool:
        """Whether several processes pay: a CSV of some size, and more than one of them allowed."""
        is_table = self.mapping is not None and format_of(file, self.path) == "table"
        return is_table and self.settings.import_workers > 1 and os.fstat(file.fileno()).st_size >= PAY_FROM_BYTES

    def chunks(self, file: BinaryIO) -> Iterator[Chunk]:
        """The chunks of this share of `file`."""
        source = source_named(self.source)
        maker = EventMaker(source, secrets=load_secrets(self.settings), account=self.account, pulled_at=self.pulled_at)
        found = payloads(file, self.path, source, self.mapping, self.encoding, self.pulled_at, self.share)
        return chunks(events_of(found, maker))


def chunks_of_workers(job: Job, file: BinaryIO, partitions: int | None = None) -> Iterator[Chunk]:
    """The chunks of the file behind `file`, in its order, read by `settings.import_workers` processes.

    With the `partitions` of the source's topic their events come packed for them.

    Raises:
        PassingFault: a worker died. UplogError: what a worker met.
    """
    of = job.settings.import_workers
    workers: list[tuple[subprocess.Popen[bytes], Connection]] = []
    try:
        for number in range(of):
            workers.append(started(_START))
            mine = replace(job, partitions=partitions, file_id=_file_id(file), share=Share(number, of))
            with suppress(BrokenPipeError):
                workers[-1][1].send_bytes(pickle.dumps(mine))
        turn = 0
        while (answer := _answer(workers[turn % of][1])) is not None:
            chunk, is_whole = answer
            yield chunk
            turn += is_whole
    finally:
        for process, pipe in workers:
            pipe.close()
            process.terminate()
            process.wait()


def _answer(pipe: Connection) -> tuple[Chunk, bool] | None:
    try:
        answer = pickle.loads(pipe.recv_bytes())
    except (EOFError, OSError):  # OSError: it died in the middle of an answer
        raise PassingFault("an import worker died", "import again; what came twice is dropped") from None
    if isinstance(answer, UplogError):
        raise answer
    found: tuple[Chunk, bool] | None = answer
    return found


def _file_id(file: BinaryIO) -> tuple[int, int]:
    state = os.fstat(file.fileno())
    return state.st_dev, state.st_ino


def serve(pipe: Connection) -> None:
    """The worker's side."""
    job: Job = pickle.loads(pipe.recv_bytes())
    try:
        with open_regular(job.path) as file:
            if _file_id(file) != job.file_id:
                raise UsageError(f"{job.path} was replaced while it was read", "import it again")
            topic = source_named(job.source).topic
            for chunk in job.chunks(file):
                if job.partitions is not None:
                    chunk.pack(topic, job.partitions)
                pipe.send_bytes(pickle.dumps((chunk, chunk.is_whole)))
        pipe.send_bytes(pickle.dumps(None))
    except UplogError as wrong:
        pipe.send_bytes(pickle.dumps(wrong))


def main() -> None:
    """A worker process; the import's end of the pipe closing is its ordinary end."""
    gc.set_threshold(_SELDOM)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        serve(own_pipe())
