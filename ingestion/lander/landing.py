"""Landing: from where the log stands to where Kafka ends now, once or for ever.

A round opens the log, reads the backlog as it was at the start, commits it in batches, and closes the log, so
that readers get their turn. A follower waits for more with the log closed and backs off while readers hold it.
"""

from __future__ import annotations

import random
import signal
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType

import numpy as np

from ingestion.errors import InUse, PassingFault
from ingestion.lander.chunks import Chunk
from ingestion.lander.commit import Ledger
from ingestion.lander.conservation import require_conserved
from ingestion.lander.feed import Stop
from ingestion.lander.pool import Pool
from ingestion.lander.report import LandingReport
from ingestion.lander.session import Watch, session
from ingestion.lander.settle import EVENT, Settled, settle
from ingestion.lander.state import write_state
from ingestion.log.opening import opened, writing_lock
from ingestion.settings import Settings

BATCH_EVENTS = 122_880
"""Events a batch while there is a backlog: one row group of DuckDB; others are stored at three times the size."""

Progress = Callable[[LandingReport, int], None]
"""Called after each batch with the report so far and the records left."""

_LONGEST_BACKOFF = 60.0


def land(
    settings: Settings,
    *,
    follow: bool = False,
    accept_new_topics: bool = False,
    progress: Progress | None = None,
    waiting: Callable[[PassingFault], None] | None = None,
    stop: Stop | None = None,
) -> LandingReport:
    """Lands everything Kafka holds that the log does not; with `follow`, until `stop` (or SIGTERM) says so.

    A follower that waits for a fault to pass tells `waiting` of it, once until it has landed again. Stopping is
    graceful: what was read is committed.

    Raises:
        InUse: another process writes the log, or (without `follow`) readers hold it.
        BrokerUnavailable: no broker answers (without `follow`).
        UplogError: a topic was made anew and that is not accepted, or the broker lost records.
        Damaged: the log does not open or its sums do not come out.
    """
    total = LandingReport()
    with writing_lock(settings), _stopping(stop) as stop:
        try:
            if not follow:
                total = _round(settings, accept_new_topics, total, progress, stop)
                return total
            delay = 0.0
            watch: Watch | None = None
            told = False
            while not stop.is_set():
                try:
                    seen = Watch(settings)
                    if watch is None or not seen.is_like(watch):
                        total = _round(settings, accept_new_topics, total, progress, stop)
                    watch, delay, told = seen, 0.0, False
                    write_state(settings, "waiting", total, 0)
                    watch.wait_for_more(stop)
                except (PassingFault, InUse) as fault:
                    watch = None
                    if waiting is not None and not told and isinstance(fault, PassingFault):
                        waiting(fault)
                        told = True
                    delay = min(_LONGEST_BACKOFF, max(0.5, delay * 2))
                    write_state(settings, f"backing off: {fault.what}", total, 0)
                    stop.wait(delay * random.uniform(0.5, 1.0))
            return total
        finally:
            write_state(settings, "stopped", total, 0)


def _round(
    settings: Settings, accept_new_topics: bool, before: LandingReport, progress: Progress | None, stop: Stop
) -> LandingReport:
    """What stood in Kafka at the start of the round; the report is added to `before`."""
    with opened(settings) as connection:
        require_conserved(connection)
        with session(settings, connection, accept_new_topics=accept_new_topics) as (ledger, chunks, backlog, notices):
            report = before + LandingReport(notices=tuple(notices))
            received = 0
            for landed in land_chunks(ledger, chunks(stop), BATCH_EVENTS):
                report += landed
                received += landed.received
                write_state(settings, "landing", report, max(0, backlog - received))
                if progress is not None:
                    progress(report, max(0, backlog - received))
            if not stop.is_set():
                report += ledger.name_trailing_gaps()
        require_conserved(connection)
    return report


def land_chunks(ledger: Ledger, chunks: Iterable[Chunk], size: int) -> Iterator[LandingReport]:
    """Commits `chunks` in batches of exactly `size` events, and what is left as the last one."""
    pool = Pool()
    want = size
    for chunk in chunks:
        pool.add(chunk)
        while pool.rows >= want:
            report, want = _committed(ledger, pool, size, is_last=pool.rows >= 2 * size)
            if report is not None:
                yield report
    while pool.rows:
        report, _ = _committed(ledger, pool, size, is_last=True)
        if report is not None:
            yield report


def _committed(ledger: Ledger, pool: Pool, size: int, *, is_last: bool) -> tuple[LandingReport | None, int]:
    """One batch of the pool, and how many records to wait for before the next.

    Duplicates and dead letters do not count towards `size`; until it is reached nothing is committed,
    unless `is_last`.
    """
    records = pool.records()
    settled = settle(ledger.connection, ledger.index, records)
    events = np.cumsum(settled.verdicts == EVENT)
    if events[-1] >= size:
        cut = int(np.searchsorted(events, size)) + 1
    elif is_last:
        cut = pool.rows
    else:
        return None, min(pool.rows + size - int(events[-1]), 2 * size)
    report = ledger.commit(
        records.slice(0, cut), Settled(settled.verdicts[:cut], settled.hashes[:cut]), pool.take_originals()
    )
    pool.drop(cut)
    return report, size


@contextmanager
def _stopping(stop: Stop | None) -> Iterator[Stop]:
    """`stop`, or one that SIGTERM and SIGINT set for the length of the block."""
    if stop is not None or threading.current_thread() is not threading.main_thread():
        yield stop or threading.Event()
        return
    asked = threading.Event()

    def ask(number: int, frame: FrameType | None) -> None:
        asked.set()

    previous: Mapping[signal.Signals, object] = {
        number: signal.signal(number, ask) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield asked
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)  # type: ignore[arg-type]  # what signal.signal returned
