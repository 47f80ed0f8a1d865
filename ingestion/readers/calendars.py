"""iCalendar: every meeting, and of a repeating one each occurrence around the time of the pull.

What an organiser takes out of a series (EXDATE) comes as a cancelled occurrence, so that one imported before is taken
back; each says which revision of its series told of it, so that what a later one tells no more is known. Times without
a zone are Asia/Shanghai; a day without a time begins there at midnight.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, BinaryIO

from icalendar import Calendar, Event
from recurring_ical_events import of as occurrences_of

from ingestion.clock import SHANGHAI
from ingestion.errors import UsageError
from ingestion.readers import text
from ingestion.readers.rows import Found, Payload, Refusal
from ingestion.times import rfc3339

MAX_DOCUMENT = 8 << 20
MAX_OCCURRENCES = 100_000
PAST, AHEAD = timedelta(days=400), timedelta(days=62)
"""A series is written out this far around the pull and the calendar's newest change; what does not repeat always is."""
_CREDIBLE = timedelta(days=1000)
_WRITTEN = {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYHOUR", "BYMINUTE"}
_DEFECTS = (ValueError, TypeError, OverflowError, AttributeError, LookupError)
"""What the libraries raise for properties that are missing, broken or contradict each other."""


def calendar_events(file: BinaryIO, name: str, pulled_at: datetime, encoding: str | None = None) -> Iterator[Payload]:
    """The payloads of `calendar.event`, each with the number of its VEVENT in the file.

    Raises:
        UsageError: not iCalendar, too large, or more occurrences than a calendar has.
    """
    raw = file.read(MAX_DOCUMENT + 1)
    if len(raw) > MAX_DOCUMENT:
        raise UsageError(f"{name} is over {MAX_DOCUMENT >> 20} MiB", "split it")
    file.seek(0)
    codec = text.codec_of(file, encoding)
    try:
        calendars = Calendar.from_ical(raw.decode(codec), multiple=True)
    except _DEFECTS:
        raise UsageError(f"{name} is not iCalendar", "export it again") from None
    number = given = 0
    for calendar in calendars:
        meetings: dict[str, list[tuple[int, Event]]] = {}
        newest: datetime | None = None
        for event in calendar.events:
            number += 1
            changed_at = _changed_at(event)
            if changed_at is not None and abs(changed_at - pulled_at) < _CREDIBLE:
                newest = max(newest or changed_at, changed_at)
            meetings.setdefault(str(event.get("UID", f"#{number}")), []).append((number, event))
        newest = newest or pulled_at
        around = min(newest, pulled_at) - PAST, max(newest, pulled_at) + AHEAD
        for one in meetings.values():
            for payload in _meeting(calendar, one, around):
                given += 1
                if given > MAX_OCCURRENCES:
                    raise UsageError(f"{name} holds over {MAX_OCCURRENCES} meetings", "split it")
                yield payload


def _changed_at(event: Event) -> datetime | None:
    try:
        found = getattr(event.get("LAST-MODIFIED") or event.get("DTSTAMP"), "dt", None)
        return _instant(found) if isinstance(found, datetime) else None
    except _DEFECTS:  # refused with its reason when its payload is made
        return None


def _meeting(
    calendar: Calendar, versions: list[tuple[int, Event]], around: tuple[datetime, datetime]
) -> Iterator[Payload]:
    """One meeting: its single time, or its occurrences with those that were moved or taken out."""
    number, first = versions[0]
    is_cancelled = str(calendar.get("METHOD", "")).upper() == "CANCEL"
    try:
        series = [event for _, event in versions if "RRULE" in event or "RDATE" in event]
        if not series:
            for number, event in versions:
                whole = None if "RECURRENCE-ID" in event else event
                yield Found(number, _payload(event, event.get("RECURRENCE-ID"), is_cancelled, whole))
            return
        _check_rules(series)
        alone = Calendar()
        alone.update({name: calendar[name] for name in ("X-WR-TIMEZONE",) if name in calendar})
        alone.subcomponents = [event for _, event in versions]
        whole = max(series, key=lambda event: _instant(_modified(event)))
        for event in occurrences_of(alone).between(*around):
            yield Found(number, _payload(event, event["RECURRENCE-ID"], is_cancelled, whole))
        for event in series:
            for taken_out in _exdates(event):
                if around[0] <= _instant(taken_out) <= around[1]:
                    yield Found(number, _payload(event, None, True, whole, starts=taken_out))
    except _DEFECTS as wrong:
        yield Refusal(number, _reason(wrong, first))


def _payload(
    event: Event, recurrence: Any, is_cancelled: bool, whole: Event | None, starts: Any = None
) -> dict[str, Any]:
    """`whole` tells of the series or the single meeting that `event` is of; None: of this occurrence alone."""
    start, length = event.start, event.end - event.start
    if length < timedelta(0):
        raise _Defect("ends before it starts")
    recurrence_at = starts if starts is not None else None if recurrence is None else recurrence.dt
    started = _instant(start if starts is None else starts)
    modified = _modified(event)
    if "UID" not in event:
        raise _Defect("no UID")
    payload: dict[str, Any] = {
        "uid": str(event["UID"]),
        "occurrence": str(event["UID"]),
        "modified_at": rfc3339(_instant(modified)),
        "started_at": rfc3339(started),
        "ended_at": rfc3339(started + length),
        "sequence": int(event.get("SEQUENCE", 0)),
        "status": "CANCELLED" if is_cancelled else str(event.get("STATUS", "CONFIRMED")).upper(),
        "is_all_day": not isinstance(start, datetime),
        "attendees": [_person(address) for address in _listed(event.get("ATTENDEE"))],
        "categories": [str(one) for found in _listed(event.get("CATEGORIES")) for one in found.cats],
    }
    if whole is not None:
        payload["series_sequence"] = int(whole.get("SEQUENCE", 0))
        payload["series_modified_at"] = rfc3339(_instant(_modified(whole)))
    if recurrence_at is not None:
        payload["recurrence_id"] = rfc3339(_instant(recurrence_at))
        payload["occurrence"] += "@" + payload["recurrence_id"]
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION"):
        if name in event:
            payload[name.lower()] = str(event[name])
    if "ORGANIZER" in event:
        payload["organiser"] = _person(_listed(event["ORGANIZER"])[0])
    return payload


def _modified(event: Event) -> Any:
    modified = event.get("LAST-MODIFIED") or event.get("DTSTAMP")
    if modified is None:
        raise _Defect("neither LAST-MODIFIED nor DTSTAMP")
    return modified.dt


def _person(address: Any) -> dict[str, str]:
    scheme, _, rest = str(address).partition(":")
    found = {"account": rest.lower() if scheme.lower() == "mailto" else str(address)}
    names = {"CN": "name", "PARTSTAT": "status", "ROLE": "role", "CUTYPE": "kind"}
    return found | {ours: str(address.params[name]) for name, ours in names.items() if name in address.params}


def _check_rules(series: list[Event]) -> None:
    """Refuse rules that no calendar writes: they cost minutes to follow and describe no meeting."""
    for event in series:
        for rule in _listed(event.get("RRULE")):
            frequency = str(rule.get("FREQ", [""])[0])
            at_a_day = len(rule.get("BYHOUR", [0])) * len(rule.get("BYMINUTE", [0]))
            is_plain = frequency in {"MONTHLY", "YEARLY"} or set(rule) <= _WRITTEN
            if frequency not in {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"} or not is_plain or at_a_day > 24:
                raise _Defect("a rule of repetition that no calendar writes")
            if "BYSECOND" in rule or _instant(event.start).year < 1970:
                raise _Defect("a rule of repetition that no calendar writes")


def _exdates(event: Event) -> list[Any]:
    return [one.dt for dates in _listed(event.get("EXDATE")) for one in dates.dts]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _instant(value: date | datetime) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    return value if value.tzinfo is not None else value.replace(tzinfo=SHANGHAI)


class _Defect(ValueError):
    """A defect in words of ours, which hold no value of the file."""


def _reason(wrong: Exception, event: Event) -> str:
    if isinstance(wrong, _Defect):
        return str(wrong)
    broken = ", ".join(sorted({str(name) for name, _ in event.errors if name}))
    return f"cannot be read: {broken}" if broken else "start, end or repetition is missing or contradicts itself"
