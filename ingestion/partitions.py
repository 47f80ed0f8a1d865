"""Which partition a key belongs to, for many keys at once: the murmur2 of Kafka's Java client, worked out by columns.

kafka-python's own function takes 3 µs a key, a third of what a record costs; over an array of keys of one length the
same steps take a tenth. The tests hold it to kafka-python's.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_SEED, _FACTOR = 0x9747B28C, np.uint32(0x5BD1E995)

Words = npt.NDArray[np.uint32]


def partitions_of(keys: Sequence[bytes], count: int) -> list[int]:
    """The partition of each key among `count`, as Kafka's default partitioner chooses it."""
    lengths = np.fromiter(map(len, keys), np.int64, len(keys))
    found = np.zeros(len(keys), np.uint32)
    for length in np.unique(lengths):
        here = np.flatnonzero(lengths == length)
        block = np.frombuffer(b"".join([keys[at] for at in here.tolist()]), np.uint8).reshape(len(here), length)
        found[here] = _murmur2(block)
    chosen: list[int] = ((found & np.uint32(0x7FFFFFFF)) % np.uint32(count)).tolist()
    return chosen


def _murmur2(keys: npt.NDArray[np.uint8]) -> Words:
    """The hash of each row; arithmetic wraps at 32 bits."""
    rows, length = keys.shape
    whole = length // 4 * 4
    found = np.full(rows, _SEED ^ length, np.uint32)
    for word in np.ascontiguousarray(keys[:, :whole]).view("<u4").T:
        mixed = word * _FACTOR
        mixed ^= mixed >> np.uint32(24)
        found = found * _FACTOR ^ mixed * _FACTOR
    if length > whole:
        for at in range(whole, length):
            found ^= keys[:, at].astype(np.uint32) << np.uint32(8 * (at - whole))
        found *= _FACTOR
    found ^= found >> np.uint32(13)
    found *= _FACTOR
    return found ^ found >> np.uint32(15)
