"""ADF/XML and iCalendar: what they give, and what is refused before it costs anything."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ingestion.errors import UsageError
from ingestion.events import event_for
from ingestion.personal.secrets import new_secrets
from ingestion.readers import calendars, payloads
from ingestion.readers.opening import open_regular
from ingestion.readers.rows import Found, Refusal
from ingestion.sources import source_named

CASES = Path(__file__).parents[1] / "cases" / "readers"
EXAMPLES = Path(__file__).parents[2] / "examples"
PULLED_AT = datetime(2026, 10, 20, tzinfo=UTC)
SECRETS = new_secrets()


def read(path: Path, source: str) -> tuple[list[tuple[int, dict[str, Any]]], dict[int, str]]:
    with open_regular(path) as file:
        found = list(payloads(file, path, source_named(source), None, pulled_at=PULLED_AT))
    good = [(one.line, one.content) for one in found if isinstance(one, Found)]
    return good, {one.line: one.reason for one in found if isinstance(one, Refusal)}


def refused_event(source: str, payload: dict[str, Any]) -> str:
    with pytest.raises(ValueError, match=":") as refused:
        event_for(source_named(source), payload, secrets=SECRETS)
    return str(refused.value)


def test_adf_in_an_old_prolog_is_read_and_each_prospect_judged_alone() -> None:
    good, _ = read(CASES / "adf-old-prolog.xml", "adf.prospect")
    first, second, third, fourth = (payload for _, payload in good)
    assert first["id"] == [{"sequence": "1", "source": "x", "value": "L1"}]
    assert [phone["value"] for phone in second["customer"]["contact"][0]["phone"]] == ["13800010001", "13800010002"]
    assert second["customer"]["contact"][1]["name"] == [{"part": "full", "value": "周女士"}]
    times = [event_for(source_named("adf.prospect"), one, secrets=SECRETS).value for one in (first, second)]
    assert [b'"time":"2000-03-30T23:30:20Z"' in times[0], b'"time":"2008-06-25T00:47:50Z"' in times[1]] == [True, True]
    assert refused_event("adf.prospect", third) == "requestdate: not a time in unit loose"
    assert refused_event("adf.prospect", fourth) == "id: missing"


def test_adf_in_the_encoding_it_declares_is_read() -> None:
    good, _ = read(CASES / "adf-gb2312.xml", "adf.prospect")
    assert good[0][1]["vehicle"] == [{"model": "星EV"}]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("billion-laughs.xml", "declares a document type, which is forbidden"),
        ("external-entity.xml", "declares a document type, which is forbidden"),
        ("truncated.xml", "is not XML: see its line 1"),
    ],
)
def test_hostile_xml_is_refused_in_one_line(name: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason):
        read(CASES / name, "adf.prospect")


def test_xml_nested_too_deeply_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "deep.xml"
    path.write_bytes(b"<a>" * 100_000 + b"</a>" * 100_000)
    with pytest.raises(UsageError, match="nested over 64 levels"):
        read(path, "adf.prospect")


def test_xml_of_another_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.xml"
    path.write_text("<html><body/></html>")
    with pytest.raises(UsageError, match=r"page.xml: its root is neither adf nor prospect"):
        read(path, "adf.prospect")


def test_web_page_that_is_called_a_workbook_is_refused() -> None:
    with pytest.raises(UsageError, match=r"is XML or HTML, as autohome\.lead does not come"):
        read(CASES / "page.xls", "autohome.lead")


def test_calendar_gives_each_occurrence_the_moved_one_and_the_one_taken_out() -> None:
    good, refused = read(EXAMPLES / "calendar.event.ics", "calendar.event")
    assert refused == {}
    found = {
        payload["occurrence"]: (payload["started_at"], payload["ended_at"], payload["status"]) for _, payload in good
    }
    day = "morning-s01@group.example@2026-10-{}T00:30:00Z"
    at = "2026-10-{}T00:30:00Z", "2026-10-{}T00:50:00Z"
    expected = {day.format(n): (at[0].format(n), at[1].format(n), "CONFIRMED") for n in (12, 13, 16)}
    expected[day.format(14)] = (at[0].format(14), at[1].format(14), "CANCELLED")
    expected[day.format(15)] = ("2026-10-15T10:00:00Z", "2026-10-15T11:00:00Z", "CONFIRMED")
    expected["regional-1017@group.example"] = ("2026-10-16T16:00:00Z", "2026-10-17T16:00:00Z", "CANCELLED")
    assert found == expected
    first = good[0][1]
    assert first["organiser"] == {"account": "wu.gang@group.example", "name": "吴刚"}
    assert [person["status"] for person in first["attendees"]] == ["ACCEPTED", "NEEDS-ACTION"]
    series = {
        (one["series_sequence"], one["series_modified_at"]) for _, one in good if one["uid"].startswith("morning")
    }
    assert series == {(1, "2026-10-12T01:00:00Z")}
    [single] = [one for _, one in good if one["uid"].startswith("regional")]
    assert (single["series_sequence"], single["series_modified_at"]) == (0, "2026-10-10T02:00:00Z")


def test_calendar_that_tells_of_one_occurrence_alone_tells_of_no_series(tmp_path: Path) -> None:
    told = (EXAMPLES / "calendar.event.ics").read_text(encoding="utf-8")
    first, _, rest = told.partition("BEGIN:VEVENT")
    path = tmp_path / "invited.ics"
    path.write_text(first + "BEGIN:VEVENT" + rest.split("BEGIN:VEVENT")[1] + "END:VCALENDAR\n", encoding="utf-8")
    [(_, occurrence)], refused = read(path, "calendar.event")
    assert refused == {}
    assert occurrence["occurrence"] == "morning-s01@group.example@2026-10-15T00:30:00Z"
    assert "series_modified_at" not in occurrence


def test_hostile_calendar_costs_no_time_and_every_meeting_is_named() -> None:
    began = time.process_time()
    good, refused = read(CASES / "hostile.ics", "calendar.event")
    assert time.process_time() - began < 2
    assert [(number, payload["uid"]) for number, payload in good] == [(10, "good")]
    assert good[0][1]["started_at"] == "2026-10-13T01:00:00Z"  # without a zone: Shanghai
    rule = "a rule of repetition that no calendar writes"
    vague = "start, end or repetition is missing or contradicts itself"
    assert refused == {
        1: rule,
        2: rule,
        3: rule,
        4: "ends before it starts",
        5: vague,
        6: "cannot be read: DTSTART",
        7: "no UID",
        8: "neither LAST-MODIFIED nor DTSTAMP",
        9: rule,
    }


def test_meeting_that_was_changed_at_no_time_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    told = (EXAMPLES / "calendar.event.ics").read_text(encoding="utf-8")
    path = tmp_path / "broken.ics"
    path.write_text(re.sub(r"(?m)^LAST-MODIFIED:.*$", "LAST-MODIFIED:soon", told, count=1), encoding="utf-8")
    good, refused = read(path, "calendar.event")
    assert len(good) > 0
    assert refused == {1: "cannot be read: LAST-MODIFIED"}


def test_calendar_of_too_many_meetings_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MAX_OCCURRENCES", 3)
    with pytest.raises(UsageError, match="holds over 3 meetings"):
        read(EXAMPLES / "calendar.event.ics", "calendar.event")


def test_calendar_of_another_source_is_refused() -> None:
    with pytest.raises(UsageError, match=r"is iCalendar, as hr\.store does not come"):
        read(EXAMPLES / "calendar.event.ics", "hr.store")
