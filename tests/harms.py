"""Damage to a file, by seed: one bit flipped anywhere, or the file cut anywhere."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ingestion.errors import Damaged

Harm = Callable[[Path, random.Random], None]


def flipped(path: Path, seeded: random.Random) -> None:
    value = bytearray(path.read_bytes())
    value[seeded.randrange(len(value))] ^= 1 << seeded.randrange(8)
    path.write_bytes(value)


def cut(path: Path, seeded: random.Random) -> None:
    value = path.read_bytes()
    path.write_bytes(value[: seeded.randrange(len(value))])


HARMS = [pytest.param(flipped, id="flipped"), pytest.param(cut, id="cut")]


def samples(quick: int) -> list[object]:
    """Seeds of `quick` samples in `make test`, and of the fifty."""
    return [range(quick), pytest.param(range(quick, 50), marks=pytest.mark.long)]


AT_OPEN, WHEN_READ, WITHOUT_EFFECT = "refused at open", "named when read whole", "without effect"


def shown(opening: Callable[[], object], reading: Callable[[], object]) -> str:
    """How the damage shows to who opens the file, or to who reads all of it; with exit 5 and where help is."""
    for name, look in ((AT_OPEN, opening), (WHEN_READ, reading)):
        try:
            look()
        except Damaged as wrong:
            return name if wrong.exit_code == 5 and "uplog recover" in str(wrong) else f"{name} without help: {wrong}"
    return WITHOUT_EFFECT


def tell(what: str, harm: Harm, seeds: range, outcomes: Counter[str]) -> None:
    """Prints the counts, for whoever runs the samples with `-s`; each that was named said where help is."""
    assert not any("without help" in one for one in outcomes), outcomes
    print(f"\n{what} {harm.__name__}, seeds {seeds.start}-{seeds.stop - 1}: {dict(sorted(outcomes.items()))}")
