"""What can be computed from published sums: whether a group of fewer than five is a combination of them.

Unknowns are contributions: one person's, of one kind, in one period at one store. Each published cell says the sum of
some of them; so does every other table and the publication before. A group is computable when its indicator lies in the
row space of all those rows. Unknowns that always stand in the same rows cannot be told apart, so a group is a union of
whole classes of them; all unions of up to four classes with under five persons are tried.

A cell of nothing, or of everything, says the same of each of its persons; that is not counted here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from publishing.groups import MINIMUM

_ZERO = 1e-7
_NEAR = 1e-9
_PROJECTIONS = 4
_SEED = 20_261_001
Group = frozenset[str]


def computable(persons: Sequence[str], rows: Sequence[frozenset[int]], minimum: int = MINIMUM) -> list[frozenset[int]]:
    """Sets of unknowns of fewer than `minimum` persons whose sum can be computed; the smallest, none within another.

    `persons` is whose each unknown is, `rows` the unknowns each published cell sums.
    """
    members, whole = _classes(len(persons), rows)
    whose = [frozenset(persons[unknown] for unknown in one) for one in members]
    small = [place for place, group in enumerate(whose) if len(group) < minimum]
    if not small:
        return []
    found: list[tuple[int, ...]] = []
    for chosen in _vanishing(whole, np.array(small), _together([whose[place] for place in small]), minimum - 1):
        group = frozenset[str]().union(*(whose[small[one]] for one in chosen))
        if len(group) < minimum and not any(set(less) <= set(chosen) for less in found):
            found.append(chosen)
    return [frozenset[int]().union(*(members[small[one]] for one in chosen)) for chosen in found]


def _classes(unknowns: int, rows: Sequence[frozenset[int]]) -> tuple[list[frozenset[int]], csr_array]:
    """Unknowns by the rows they stand in, and the rows over these classes."""
    stands: list[list[int]] = [[] for _ in range(unknowns)]
    for place, row in enumerate(dict.fromkeys(rows)):
        for unknown in row:
            stands[unknown].append(place)
    by_rows: dict[tuple[int, ...], list[int]] = {}
    for unknown, places in enumerate(stands):
        if places:
            by_rows.setdefault(tuple(places), []).append(unknown)
    ones = np.array([place for pattern in by_rows for place in pattern], dtype=np.int64)
    columns = np.repeat(np.arange(len(by_rows)), [len(pattern) for pattern in by_rows])
    matrix = csr_array((np.ones(len(ones)), (ones, columns)), shape=(len(set(rows)), len(by_rows)))
    return [frozenset(one) for one in by_rows.values()], matrix


def _left_open(rows: csr_array, vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """The part of `vectors`, one a column, outside the rows' space: what is computable leaves nothing.

    Most rows are of one store, so that they fall into small blocks once the few that span stores are set apart. First
    each block takes its part out of the vectors and of the rows set apart; then what is left of those takes theirs.
    """
    apart, blocks = _blocks(rows)
    both = np.hstack([vectors, rows[apart].toarray().T])
    for block in blocks:
        inside = rows[block]
        columns = np.unique(inside.indices)
        both[columns] = _outside(inside[:, columns].toarray(), both[columns])
    left, rest = both[:, : vectors.shape[1]], both[:, vectors.shape[1] :]
    return _outside(rest.T, left)


def _outside(rows: NDArray[np.float64], vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    if not len(rows):
        return vectors
    values, axes = np.linalg.eigh(rows @ rows.T)
    kept = values > max(values.max(initial=0.0) * 1e-10, _NEAR)
    inverse = (axes[:, kept] / values[kept]) @ axes[:, kept].T
    left: NDArray[np.float64] = vectors - rows.T @ (inverse @ (rows @ vectors))
    return left


def _blocks(rows: csr_array) -> tuple[NDArray[np.int64], list[NDArray[np.int64]]]:
    """Rows to set apart, the longest ones, and the blocks into which the others fall: as it takes the least work."""
    height, width = rows.shape
    by_length = np.argsort(-np.diff(rows.indptr), kind="stable")
    found: list[tuple[float, NDArray[np.int64], list[NDArray[np.int64]]]] = []
    number = 0
    while number <= height // 2:
        apart, local = by_length[:number], by_length[number:]
        stands = rows[local].tocoo()
        both = len(local) + width
        beside = csr_array((np.ones(stands.nnz, np.int8), (stands.row, len(local) + stands.col)), shape=(both, both))
        labels = connected_components(beside, directed=False)[1][: len(local)]
        order = np.argsort(labels, kind="stable")
        blocks = np.split(local[order], np.flatnonzero(np.diff(labels[order])) + 1)
        work = sum(float(len(block)) ** 3 for block in blocks) + float(number) ** 2 * width
        found.append((work, apart, blocks))
        number = max(1, number * 2)
    _, apart, blocks = min(found, key=lambda one: one[0])
    return apart, blocks


def _together(whose: Sequence[Group]) -> NDArray[np.int16]:
    """How many persons each two groups have together."""
    number = {person: place for place, person in enumerate(sorted(frozenset[str]().union(*whose)))}
    sizes = [len(group) for group in whose]
    stands = (np.repeat(np.arange(len(whose)), sizes), [number[person] for group in whose for person in group])
    member = csr_array((np.ones(sum(sizes), np.int16), stands), shape=(len(whose), len(number)))
    each = np.array(sizes, np.int16)
    both: NDArray[np.int16] = each[:, None] + each[None, :] - (member @ member.T).toarray()
    return both


def _vanishing(
    rows: csr_array, small: NDArray[np.int64], together: NDArray[np.int16], most: int
) -> list[tuple[int, ...]]:
    """Sets of up to four of the `small` classes, of which no two have more than `most` persons `together`, that are
    computable; by size.

    A set vanishes when the sums of its random projections do: one projection finds by sorting, the others prove.
    """
    noise = np.random.default_rng(_SEED).standard_normal((rows.shape[1], _PROJECTIONS))
    shadows = _left_open(rows, noise)[small]
    alone = np.abs(shadows).max(axis=1) < _ZERO
    found: list[tuple[int, ...]] = [(int(one),) for one in np.flatnonzero(alone)]
    rest = np.flatnonzero(~alone)
    left, right = (rest[side] for side in np.triu_indices(len(rest), 1))
    fits = together[left, right] <= most
    left, right = left[fits], right[fits]
    sums = shadows[left, 0] + shadows[right, 0]
    ranked = np.argsort(sums, kind="stable")
    left, right, sums = left[ranked], right[ranked], sums[ranked]
    for others in ((), (rest,), (left, right)):
        wanted = -sum((shadows[one, 0] for one in others), np.zeros(len(others[0]) if others else 1))
        low, high = np.searchsorted(sums, wanted - _NEAR), np.searchsorted(sums, wanted + _NEAR)
        counts = high - low
        asked = np.repeat(np.arange(len(wanted)), counts)
        pair = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + np.repeat(low, counts)
        sets = np.column_stack([left[pair], right[pair], *(one[asked] for one in others)])
        vanish = np.abs(shadows[sets].sum(axis=1)).max(axis=1, initial=0.0) < _ZERO
        found += [tuple(map(int, one)) for one in np.unique(np.sort(sets[vanish], axis=1), axis=0)]
    return sorted((one for one in found if len(set(one)) == len(one)), key=lambda one: (len(one), one))


def brute(persons: Sequence[str], rows: Sequence[frozenset[int]], minimum: int = MINIMUM) -> set[Group]:
    """The same by trying every group of persons with all their unknowns: slow, for tests."""
    matrix = np.array([[float(unknown in row) for unknown in range(len(persons))] for row in rows])
    found: set[Group] = set()
    names = sorted(set(persons))
    for size in range(1, minimum):
        for group in combinations(names, size):
            target = np.array([float(person in group) for person in persons])
            solution, *_ = np.linalg.lstsq(matrix.T, target, rcond=None)
            if np.abs(matrix.T @ solution - target).max() < _ZERO:
                found.add(frozenset(group))
    return found
