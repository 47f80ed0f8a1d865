"""What a scan found: where and of what kind, how often; never the value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.errors import GateFailed


@dataclass(frozen=True, order=True)
class Hit:
    """`count` values of `kind` in `column` of `table` of `file` (a column's name, a file's own part, or '-')."""

    file: str
    table: str
    column: str
    kind: str
    count: int

    def __str__(self) -> str:
        return f"{self.file} {self.table}.{self.column}: {self.count} of kind {self.kind}"


def require_clean(hits: Iterable[Hit], what: str) -> None:
    """Refuse what was found.

    Raises:
        GateFailed: names file, table, column, kind and count of the first, and how many more; no value.
    """
    found = sorted(hits)
    if found:
        more = f" (and {len(found) - 1} more columns)" if len(found) > 1 else ""
        raise GateFailed(
            f"{what} holds personal data: {found[0]}{more}",
            "what is published stays as it is; find the model that writes the column and take the value out",
        )
