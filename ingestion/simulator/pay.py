"""What payroll says by the eighth of a month about the month before: lines taken for KPIs, and slips."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from ingestion.simulator.instants import DAY, HOUR, at, days_between
from ingestion.simulator.office_objects import Deduction, Office, Payslip
from ingestion.simulator.staff import Person
from ingestion.simulator.staffing import Staffing

KPIS = ("响应时长", "线索跟进", "直播时长", "朋友圈", "满意度")
_PAID_ON = 8


def pay(rng: Random, staffing: Staffing, end: int, office: Office) -> None:
    """Pay everybody who was employed on a month's last day."""
    for day in days_between(staffing.start, staffing.days):
        if day.day != _PAID_ON:
            continue
        last = day.replace(day=1) - timedelta(days=1)
        for person in staffing.people:
            if person.store_on(last) is not None:
                _person(rng, person, last.replace(day=1), at(day, 10 * 60), end, office)


def _person(rng: Random, person: Person, month: date, moment: int, end: int, office: Office) -> None:
    total = 0
    poor = rng.random() < 0.08
    for kpi in KPIS:
        if rng.random() < 0.35:
            found = Deduction(
                10_000 + len(office.deductions), person, month, kpi, rng.randrange(50, 2600 if poor else 500), moment
            )
            if rng.random() < 0.1:
                found.corrected = found.amount // 2
                found.corrected_at = min(moment + rng.randrange(HOUR, 2 * DAY), end - HOUR)
            office.deductions.append(found)
            total += found.final
    gross = rng.randrange(600, 2500) if poor else rng.randrange(3000, 14_000)
    office.payslips.append(Payslip(person, month, gross, total, min(moment + 2 * DAY, end - HOUR)))
