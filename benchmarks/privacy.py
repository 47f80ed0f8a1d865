"""What the protection of persons costs: at the door, in a publication, and when somebody is erased.

    python -m benchmarks.privacy [--events 160000] [--stores 100] [--log-events 500000] [--json]

Door: the simulator's mix is decoded with tokens and masking and, in turn, with both passed through, in one process;
what the former takes more is their share of decoding, and of the processor time of landing the log below. Check:
every table about employees of a simulated group, eight weeks of it, decided alone and then beside the publication
before, with a week more, and in every tenth store somebody of the last week who was entered late. Erasing: one
customer of a log of repeated events, without a warehouse; `rewriting_seconds` is the copying of the log within it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

from benchmarks.landing import Sent, repeated, simulated
from benchmarks.landing import landed as landing
from ingestion import broker
from ingestion.erasure import erasing, rewriting
from ingestion.lander import decode
from ingestion.lander.chunks import RECORDS, ChunkMaker, Keys
from ingestion.personal.secrets import new_secrets
from ingestion.producer import Producer
from ingestion.settings import Settings
from publishing import disclosure
from publishing.disclosure import Decision, Earlier, Table
from publishing.groups import Cell

_ROLES = ("sales_consultant", "dcc", "aftersales", "manager")
_LEVELS = ("store", "group", "oem", "platform")
_MEETINGS = ("morning_meeting", "evening_meeting", "product_training", "review", "live", "price")
_TOOLS = ("wecom", "dingtalk", "checkin_app", "wav", "report")
_SIGNALS = ("bursts", "identical_texts", "short_calls", "shared_device", "in_meetings", "logged_only")
_MONDAY = date(2026, 8, 31)
_KAFKA_MS = 1_798_000_000_000


@dataclass(frozen=True)
class Record:
    """What the decoder reads of kafka-python's record."""

    topic: str
    offset: int
    value: bytes
    partition: int = 0
    timestamp: int = _KAFKA_MS


def door(base: Sequence[Sent], count: int) -> dict[str, Any]:
    """Microseconds an event in decoding, with persons protected and passed through, and the share of the former."""
    records = [Record(topic, at, value) for at, (topic, _, value) in enumerate(repeated(list(base), count))]
    keys = Keys(new_secrets(), dict.fromkeys({one.topic for one in records}, 1), date(2026, 10, 1), b"k" * 32)
    protected, passed = ChunkMaker(keys), _passing(keys)
    with_tokens, without = list[float](), list[float]()
    chunks = [records[start : start + RECORDS] for start in range(0, len(records), RECORDS)]
    _timed_chunk(protected, chunks[0])
    _timed_chunk(passed, chunks[0])
    for number, chunk in enumerate(chunks):
        if number % 2:
            with_tokens.append(_timed_chunk(protected, chunk))
        with _masking_off():
            without.append(_timed_chunk(passed, chunk))
        if not number % 2:
            with_tokens.append(_timed_chunk(protected, chunk))
    shares = [1 - less / more for more, less in zip(with_tokens, without, strict=True)]
    return {
        "decode_us": round(statistics.median(with_tokens), 1),
        "decode_us_without": round(statistics.median(without), 1),
        "share_of_decode": round(statistics.median(shares), 3),
        "chunks": len(chunks),
    }


def _timed_chunk(maker: ChunkMaker, records: Sequence[Record]) -> float:
    """Microseconds of processor time an event."""
    began = time.process_time()
    maker.chunk(records)
    return (time.process_time() - began) * 1e6 / len(records)


def _passing(keys: Keys) -> ChunkMaker:
    with _masking_off():
        return ChunkMaker(keys)


@contextmanager
def _masking_off() -> Iterator[None]:
    """Neither tokens nor masks: payloads and identifiers stay as they are, so nothing is sealed either."""
    with (
        patch.object(decode, "compiled", lambda _contract, _tokens: lambda _data: None),
        patch.object(decode, "mask_identifier", lambda text, _keyed_hex: text),
    ):
        yield


def check(stores: int) -> dict[str, Any]:
    """Seconds of deciding what may be published of a group, and of the next publication beside it."""
    rng = Random(2)
    sizes = [rng.randint(5, 40) for _ in range(stores)]
    before = group([(size, size) for size in sizes], weeks=8)
    first, alone = _decided(before, None)
    said: Earlier = {
        table.name: {str(period): rows for period, rows in disclosure.said(table, alone.labels[table.name]).items()}
        for table in before
    }
    after = group([(size, max(5, size + rng.choice((-1, 0, 0, 1)))) for size in sizes], weeks=9, late_week=7)
    then, beside = _decided(after, said)
    return {
        "stores": stores,
        "persons": sum(sizes),
        "tables": len(before),
        "cells": sum(len(table.cells) for table in after),
        "first_seconds": round(first, 1),
        "next_seconds": round(then, 1),
        "kept_rows_and_stores": len(beside.kept),
    }


def _decided(tables: Sequence[Table], earlier: Earlier | None) -> tuple[float, Decision]:
    began = time.process_time()
    decision = disclosure.decided(tables, earlier)
    return time.process_time() - began, decision


def group(sizes: Sequence[tuple[int, int]], weeks: int, late_week: int | None = None) -> list[Table]:
    """Every table about employees of a group whose stores have these sizes, up to the last week and from then on. In
    `late_week` every tenth store has one person more.
    """
    at: dict[str, dict[tuple[Any, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
    for number, (size, at_last) in enumerate(sizes):
        store, brand = f"S{number:03d}", f"B{number % 8}"
        late = size if number % 10 == 0 else None
        for place in range(max(size, at_last) + (late is not None)):
            person = f"{store}E{place:02d}"
            role = Random(person).choices(_ROLES, (70, 10, 15, 5))[0]
            there = [
                week
                for week in range(weeks)
                if place < (at_last if week == weeks - 1 else size) or (place == late and week == late_week)
            ]
            for week in there:
                rng = Random(f"{person}:{week}")
                period = _MONDAY + timedelta(weeks=week)
                at["mart_workload_week"][period, store, brand].add(person)
                at["mart_workload_role_week"][period, None, None, role].add(person)
                for tool in _TOOLS:
                    if rng.random() < 0.8:
                        at["mart_control_burden"][period, store, brand, tool].add(person)
                for kind in _MEETINGS:
                    if rng.random() < 0.4:
                        what = rng.choices(_LEVELS, (60, 20, 15, 5))[0], kind
                        at["mart_meeting_load"][period, store, brand, *what].add(person)
                        at["mart_meeting_cost"][period, store, brand, *what].add(person)
            for month in sorted({(_MONDAY + timedelta(weeks=week)).replace(day=1) for week in there}):
                rng = Random(f"{person}:{month}")
                at["mart_pay_month"][month, None, None, brand].add(person)
                if rng.random() < 0.7:
                    level = rng.choice(_LEVELS)
                    at["mart_training_load"][month, store, brand, level].add(person)
                for signal in _SIGNALS:
                    at["mart_data_signals"][month, store, brand, signal].add(person)
    return [
        Table(
            name,
            "month_start_date" if name in ("mart_pay_month", "mart_training_load", "mart_data_signals") else "week",
            tuple(
                Cell((period,), store, brand, tuple(kinds), frozenset(persons))
                for (period, store, brand, *kinds), persons in cells.items()
            ),
        )
        for name, cells in at.items()
    ]


def erased(base: Sequence[Sent], count: int) -> dict[str, Any]:
    """Seconds of erasing one customer of a log of `count` events, and of its parts."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(home=Path(directory) / "home", kafka_bootstrap=None)
        broker.start(settings.home)
        try:
            with Producer(settings) as producer:
                for topic, key, value in repeated(list(base), count):
                    producer.send(topic, key, value)
            landed = landing(settings.home, workers=2)
            phone = _one_phone(base)
            took: dict[str, float] = defaultdict(float)
            with _timed(took, rewriting, "changes"), _timed(took, erasing, "rewrite"), _timed(took, erasing, "land"):
                began = time.perf_counter()
                done = erasing.erase(settings, phones=[phone], what="phone", later={})
                seconds = time.perf_counter() - began
            log_bytes = settings.log_path.stat().st_size
        finally:
            broker.stop(settings.home)
    copying = took["rewrite"] - took["changes"]
    return {
        "landing_cpu_us": landed["cpu_us_per_event"],
        "log_events": landed["events"],
        "log_mib": round(log_bytes / 2**20),
        "changed_events": done.counts["events"],
        "seconds": round(seconds, 1),
        "rewriting_seconds": round(copying, 1),
        "seconds_without_rewriting": round(seconds - copying, 1),
    }


@contextmanager
def _timed(took: dict[str, float], module: Any, name: str) -> Iterator[None]:
    inner = getattr(module, name)

    def timed(*args: Any, **more: Any) -> Any:
        began = time.perf_counter()
        try:
            return inner(*args, **more)
        finally:
            took[name] += time.perf_counter() - began

    with patch.object(module, name, timed):
        yield


def _one_phone(base: Sequence[Sent]) -> str:
    """The number of the customer whom the most events of the mix name."""
    seen: dict[str, int] = defaultdict(int)
    for topic, _, value in base:
        if topic == "leads.autohome":
            number = json.loads(value)["data"].get("customer_phone") or ""
            seen[number] += len(number) == 11
    return max(seen, key=lambda number: seen[number])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--events", type=int, default=160_000)
    parser.add_argument("--stores", type=int, default=100)
    parser.add_argument("--log-events", type=int, default=500_000)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        base = simulated(Settings(home=Path(directory), kafka_bootstrap=None))
    load = round(os.getloadavg()[0], 2)
    at_the_door, checked, gone = door(base, asked.events), check(asked.stores), erased(base, asked.log_events)
    more = at_the_door["decode_us"] - at_the_door["decode_us_without"]
    at_the_door["share_of_landing"] = round(more / gone["landing_cpu_us"], 3)
    figures = {"load_before": load, "door": at_the_door, "check": checked, "erasing": gone}
    if asked.json:
        print(json.dumps(figures))
        return
    for part, found in figures.items():
        for name, value in found.items() if isinstance(found, dict) else [("", found)]:
            print(f"{f'{part} {name}':36} {value}")


if __name__ == "__main__":
    main()
