"""Vendors' answers taken apart: the records inside a wrapper, or the vendor's error."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ingestion.contract import value_at, values_at
from ingestion.errors import UplogError


@dataclass(frozen=True)
class Wrapper:
    """How one vendor wraps its records.

    `marker` is the top-level member that every answer has (a payload without it is a bare record), `items` the
    path of the records, `error` the path of a code that is absent, 0 or empty when all went well.
    """

    vendor: str
    marker: str
    items: str
    error: str

    def __call__(self, answer: Any) -> Iterator[Any]:
        """The records of one answer, or the bare record itself.

        Raises:
            UplogError: the answer is the vendor's error (names its code), or another call's.
        """
        if not isinstance(answer, dict) or self.marker not in answer:
            yield answer
            return
        code = next(values_at(answer, self.error), None)
        if code not in (None, 0, "0", ""):
            raise UplogError(f"{self.vendor} answered error {code}", "see what the vendor says of it, then pull again")
        if self._is_of_another_call(answer):
            raise UplogError(f"no {self.items} in this answer: it is another call's", "import it as the source it is")
        yield from values_at(answer, f"{self.items}[]")

    def _is_of_another_call(self, answer: dict[str, Any]) -> bool:
        """Whether records stand in it, but elsewhere; of none a vendor may leave the list out."""
        parent, _, name = self.items.rpartition(".")
        holder = value_at(answer, parent) if parent else answer
        if isinstance(holder, dict):
            return name not in holder and any(isinstance(v, list) for v in holder.values())
        return isinstance(holder, list) or any(isinstance(v, list) for v in answer.values())
