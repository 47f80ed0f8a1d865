"""Calendars, iCalendar (RFC 5545): meetings in person, as store and group calendars export them.

One record is one occurrence: `ingestion/readers/calendars.py` writes repetitions out.
"""

from __future__ import annotations

from msgspec import Struct

from ingestion.contract import Account, At, FreeText, Name, Record, Source, Word


class Participant(Struct):
    """`account`: the address without `mailto:`. `status` (PARTSTAT): ACCEPTED, DECLINED, TENTATIVE, NEEDS-ACTION."""

    account: Account
    name: Name | None = None
    status: str | None = None
    role: str | None = None
    kind: str | None = None


class Event(Record):
    """One occurrence of a meeting; instants are RFC 3339 in UTC.

    `recurrence_id` is when this occurrence was first planned to start (none: the meeting does not repeat);
    `modified_at` is LAST-MODIFIED, else DTSTAMP; `sequence` counts the organiser's revisions; `series_modified_at` and
    `series_sequence` are those of the whole (none: the calendar told of this occurrence alone). An occurrence taken out
    of its series (EXDATE) is `CANCELLED`.
    """

    uid: str
    modified_at: str
    started_at: str
    ended_at: str
    occurrence: str
    recurrence_id: str | None = None
    sequence: int = 0
    series_modified_at: str | None = None
    series_sequence: int | None = None
    status: str | None = None
    is_all_day: bool = False
    summary: FreeText | None = None
    description: FreeText | None = None
    location: FreeText | None = None
    categories: list[Word] = []
    organiser: Participant | None = None
    attendees: list[Participant] = []


SOURCES = (
    Source(
        name="calendar.event",
        topic="meetings",
        contracts={1: Event},
        key=("occurrence",),
        occurred_at=At("iso", ("modified_at",)),
        version_clock="modified_at",
        file_format="icalendar",
        vendor_page="www.rfc-editor.org/rfc/rfc5545",
        fact="fct_meetings",
        example="calendar.event.ics",
    ),
)
