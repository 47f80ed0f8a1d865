"""What store calendars export: meetings in person, a cancelled one, and one that is held online after all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from ingestion.simulator.emit.staff import accounts_of
from ingestion.simulator.feed import index_by_day, nightly, page
from ingestion.simulator.files import Delivery
from ingestion.simulator.instants import DAY, HOUR, moment
from ingestion.simulator.objects import Meeting
from ingestion.simulator.staff import Person
from ingestion.simulator.world import Group

_HEAD = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//group//calendar//ZH"]


class Calendars:
    """Each night the meetings of the day and of the day before, so that every one comes twice."""

    def __init__(self, group: Group) -> None:
        held = [meeting for meeting in group.journal.meetings if meeting.medium == "in_person"]
        self.meetings = index_by_day(group, held, lambda meeting: (meeting.starts, meeting.starts + DAY))

    def pages(self, day: date) -> Iterator[Delivery]:
        found = [meeting for meeting in self.meetings.get(day, ()) if meeting.ends <= nightly(day, 0)]
        if found:
            lines = [*_HEAD, *(line for meeting in found for line in _entries(meeting)), "END:VCALENDAR", ""]
            content = "\r\n".join(lines).encode()
            yield page("calendar.event", "group", f"calendar-{day}.ics", content, nightly(day, 30))


def _utc(instant: int) -> str:
    return moment(instant).strftime("%Y%m%dT%H%M%SZ")


def _entries(meeting: Meeting) -> Iterator[str]:
    attending = [stay.person for stay in meeting.stays if stay.person is not None]
    yield from _entry(meeting, "", meeting.subject, "展厅", attending)
    if int(meeting.meeting_id) % 3 == 0:
        yield from _entry(meeting, "-off", "周例会", "会议室", attending, "STATUS:CANCELLED", hours=5)
        yield from _entry(meeting, "-online", "线索复盘", "腾讯会议 123-456-789", attending, hours=6)


def _entry(
    meeting: Meeting, mark: str, subject: str, location: str, attending: list[Person], *more: str, hours: int = 0
) -> Iterator[str]:
    yield from (
        "BEGIN:VEVENT",
        f"UID:{meeting.meeting_id}{mark}@group.example",
        f"DTSTAMP:{_utc(meeting.starts - DAY)}",
        f"LAST-MODIFIED:{_utc(meeting.starts - DAY)}",
        f"DTSTART:{_utc(meeting.starts + hours * HOUR)}",
        f"DTEND:{_utc(meeting.ends + hours * HOUR)}",
        f"SUMMARY:{subject}",
        f"LOCATION:{location}",
        *more,
    )
    if meeting.organiser is not None:
        yield f"ORGANIZER:mailto:{accounts_of(meeting.organiser)['calendar']}"
    for person in attending:
        if person is not meeting.organiser:
            yield f"ATTENDEE;PARTSTAT=ACCEPTED:mailto:{accounts_of(person)['calendar']}"
    yield "END:VEVENT"
