"""Answers other than 200: one line of what and what to do, shaped as the collector's."""

from __future__ import annotations

from starlette.responses import Response

from ingestion.errors import UplogError, UsageError
from publishing.export import UnknownTable
from publishing.query import in_one_line
from publishing.tables import as_json

_LONGEST_LINE = 500
SHARED = {"cache-control": "private, no-cache", "vary": "accept, authorization", "x-content-type-options": "nosniff"}


class Refused(Exception):
    """An answer other than 200: its status, and one line of what and what to do."""

    def __init__(self, status: int, error: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.detail = detail
        self.headers = headers or {}

    def response(self) -> Response:
        """As it is sent."""
        content = as_json({"error": self.error, "detail": self.detail}) + "\n"
        return Response(content, self.status, {**SHARED, **self.headers}, "application/json")


def as_refused(wrong: UplogError) -> Refused:
    """An error of ours as an answer; its line is cut where it quotes what was sent at length."""
    if isinstance(wrong, UnknownTable):
        return Refused(404, "unknown_table", str(wrong)[:_LONGEST_LINE])
    if isinstance(wrong, UsageError):
        return Refused(400, "wrong_sql", str(wrong)[:_LONGEST_LINE])
    return Refused(503, "unavailable", str(wrong))


def said(wrong: Exception) -> UsageError:
    """What DuckDB says of a question, itself or through Arrow."""
    if "Out of Memory" in str(wrong):
        return UsageError("the question needs more memory than it may have", "ask for less at once")
    return in_one_line(wrong)
