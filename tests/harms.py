"""Damage to a file, by seed: one bit flipped anywhere, or the file cut anywhere."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

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
