"""What truly happened beside customers, fact by fact; columns are named like the facts'."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from ingestion.simulator.instants import HOUR, MINUTE, day_of, moment
from ingestion.simulator.spans import seconds, union
from ingestion.simulator.staff import Person
from ingestion.simulator.truth.days import CHECKIN_MINUTES, attended, first_answers, in_shift
from ingestion.simulator.world import Group

Row = dict[str, Any]
KPI_CODES = {
    "响应时长": "response_time",
    "线索跟进": "lead_followup",
    "直播时长": "live_duration",
    "朋友圈": "other",
    "满意度": "other",
}


def office_tables(group: Group) -> dict[str, list[Row]]:
    """Check-ins by kind, outreach, notices, meetings by medium, training, pay, statistics, steps, screen time."""
    return {
        "checkins": _checkins(group),
        "outreach": _outreach(group),
        "notices": _notices(group),
        "attendance": _attendance(group),
        "training": _training(group),
        "deductions": _deductions(group),
        "payslips": [
            _at(slip.person, month_start_date=slip.month)
            | {"gross": f"{slip.gross}.00", "net": f"{slip.gross - slip.deductions}.00"}
            for slip in group.office.payslips
        ],
        "message_stats": [
            _at(chat.person, date_day=chat.day)
            | {
                "chats": chat.chats,
                "messages": chat.messages,
                "reply_minutes": float(chat.reply_minutes),
                "customers_lost": chat.lost,
                "new_contacts": chat.new,
            }
            for chat in group.office.chats
        ],
        "steps": [_at(one.person, date_day=one.day) | {"steps": one.steps} for one in group.office.steps],
        "screen_time": [
            _at(one.person, date_day=one.day)
            | {
                "app": one.app,
                "category": one.category,
                "minutes": one.minutes if one.corrected is None else one.corrected,
            }
            for one in group.office.screens
        ],
    }


def _at(person: Person, **days: date) -> Row:
    return {"employee_id": person.employee_id, **{name: day.isoformat() for name, day in days.items()}}


def _checkins(group: Group) -> list[Row]:
    found: Counter[tuple[str, date, str]] = Counter()
    for checkin in group.journal.checkins:
        if checkin.at is not None and checkin.excused_at is None and checkin.kind != "outing":
            found[checkin.person.employee_id, day_of(checkin.at), "attendance"] += 1
    for task in group.office.tasks:
        if task.counts and task.at is not None:
            found[task.person.employee_id, day_of(task.at), task.kind] += 1
    for report in group.office.reports:
        found[report.person.employee_id, day_of(report.at), "report"] += 1
    return [
        {
            "employee_id": number,
            "checkin_day": day.isoformat(),
            "kind": kind,
            "checkins": count,
            "minutes": float(count * CHECKIN_MINUTES[kind]),
        }
        for (number, day, kind), count in found.items()
    ]


def _outreach(group: Group) -> list[Row]:
    """By person and moment; DingTalk's have a place, here to a tenth of a degree."""
    rows = [
        _at(checkin.person) | {"started_at": moment(checkin.at).isoformat(), "area": None}
        for checkin in group.journal.checkins
        if checkin.kind == "outing" and checkin.at is not None and checkin.excused_at is None
    ]
    return rows + [
        _at(one.person)
        | {
            "started_at": moment(one.at).isoformat(),
            "area": f"{one.latitude:.1f},{one.longitude:.1f}",
        }
        for one in group.office.signins
    ]


def _notices(group: Group) -> list[Row]:
    rows = []
    for notice in group.office.notices:
        answers = first_answers(notice)
        for person in notice.recipients:
            answered = answers[person.employee_id][1] if person.employee_id in answers else None
            rows.append(
                {
                    "notice_id": f"bot:{notice.app}:N{notice.number}",
                    "employee_id": person.employee_id,
                    "store_id": person.store_on(day_of(notice.posted)),
                    "posted_at": moment(notice.posted).isoformat(),
                    "acknowledged_at": None if answered is None else moment(answered).isoformat(),
                    "ack_minutes": None if answered is None else (answered - notice.posted) / MINUTE,
                    "in_shift": in_shift(group, person, notice.posted),
                }
            )
    return rows


def _attendance(group: Group) -> list[Row]:
    """Hours of each person in meetings, by medium and the day they joined; at each meeting rejoins are united."""
    found: Counter[tuple[str, str, date]] = Counter()
    for meeting in group.journal.meetings:
        spans: dict[str, list[tuple[int, int]]] = {}
        for person, span in attended(meeting):
            spans.setdefault(person.employee_id, []).append(span)
        for number, own in spans.items():
            found[number, meeting.medium, day_of(min(begins for begins, _ in own))] += seconds(union(own))
    return [
        {"employee_id": number, "medium": medium, "joined_day": day.isoformat(), "attended_hours": total / HOUR}
        for (number, medium, day), total in found.items()
        if total
    ]


def _training(group: Group) -> list[Row]:
    level = {"厂家": "oem", "汽车之家": "platform", "集团": "group", "": "unknown"}
    rows = [
        _at(one.person)
        | {
            "course_id": one.course_id,
            "kind": "course",
            "started_at": moment(one.starts).isoformat(),
            "organiser_level": level[one.organiser],
            "hours": one.minutes / 60,
            "score": None,
            "passed": None,
        }
        for one in group.office.sittings
    ]
    return rows + [
        _at(one.person)
        | {
            "course_id": one.course_id,
            "kind": "exam",
            "started_at": moment(one.starts).isoformat(),
            "organiser_level": level[one.organiser],
            "hours": (one.ends - one.starts) / HOUR,
            "score": float(one.score),
            "passed": one.passed,
        }
        for one in group.office.exams
    ]


def _deductions(group: Group) -> list[Row]:
    found: Counter[tuple[str, date, str]] = Counter()
    for line in group.office.deductions:
        found[line.person.employee_id, line.month, KPI_CODES[line.kpi]] += line.final
    return [
        {"employee_id": number, "month_start_date": month.isoformat(), "kpi": kpi, "amount": f"{amount}.00"}
        for (number, month, kpi), amount in found.items()
    ]
