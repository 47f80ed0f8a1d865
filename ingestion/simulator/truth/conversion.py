"""The true conversion tables: funnel by cohort day, leads, response by week, what happened on each day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from ingestion.simulator.instants import DAY, MINUTE, day_of, moment, week_of
from ingestion.simulator.objects import Submission
from ingestion.simulator.truth.followups import is_avoidable
from ingestion.simulator.truth.leads import Lead

Row = dict[str, Any]
Cell = tuple[str, str, str]

FUNNEL = (
    "submissions",
    "repeat_submissions",
    "leads",
    "test_leads",
    "invalid_leads",
    "invalid_unattempted_leads",
    "valid_leads",
    "contacted_leads",
    "invited_leads",
    "showed_leads",
    "walk_in_showed_leads",
    "test_drive_leads",
    "ordered_leads",
    "delivered_leads",
    "defeated_leads",
    "defeated_with_reason",
    "avoidable_defeated_leads",
)
HORIZONS = {"showed_14d_leads": 14, "ordered_30d_leads": 30, "ordered_90d_leads": 90}
ACTIVITY = (
    "submissions",
    "leads_received",
    "attempts",
    "connected",
    "appointments_set",
    "appointments_due",
    "appointments_kept",
    "visits_first",
    "visits_repeat",
    "walk_ins",
    "test_drives",
    "orders",
    "cancellations",
    "deliveries",
    "defeats",
)
THRESHOLDS = {"5m": 300, "15m": 900, "30m": 1800, "60m": 3600, "240m": 14_400, "1d": DAY}


def _iso(instant: int | None) -> str | None:
    return moment(instant).isoformat() if instant is not None else None


def _rows(cells: dict[Cell, Counter[str]], first: str, columns: Iterable[str]) -> list[Row]:
    return [
        {first: day, "store_id": store, "platform": platform, **{column: counts[column] for column in columns}}
        for (day, store, platform), counts in sorted(cells.items())
    ]


def funnel(leads: list[Lead], as_of: int) -> list[Row]:
    """By cohort day, store and platform; submissions under their own day and platform.

    What must happen within so many days is unknown until the cohort is older than that.
    """
    cells: dict[Cell, Counter[str]] = defaultdict(Counter)
    for lead in leads:
        for submission in lead.submissions:
            own = cells[day_of(submission.submitted_at).isoformat(), lead.store_id, submission.platform]
            own["submissions"] += 1
            own["repeat_submissions"] += submission is not lead.opener
        cell = cells[day_of(lead.received_at).isoformat(), lead.store_id, lead.platform]
        cell.update(_steps(lead))
    last = day_of(as_of)
    rows = _rows(cells, "date_day", (*FUNNEL, *HORIZONS))
    for row in rows:
        row["as_of_day"] = last.isoformat()
        for column, days in HORIZONS.items():
            if date.fromisoformat(row["date_day"]) + timedelta(days=days) >= last:
                row[column] = None
    return rows


def _steps(lead: Lead) -> dict[str, int]:
    """What one lead adds to its cohort."""
    found = {"leads": 1, "test_leads": int(lead.is_test), "valid_leads": int(lead.is_valid)}
    coded = not lead.is_test and lead.invalid_reason is not None
    found["invalid_leads"] = int(coded and not lead.is_valid)
    found["invalid_unattempted_leads"] = int(coded and lead.is_valid)
    if not lead.is_valid:
        return found
    flags = {
        "contacted_leads": bool(lead.connected),
        "invited_leads": bool(lead.appointments),
        "showed_leads": bool(lead.visits),
        "walk_in_showed_leads": bool(lead.visits) and not lead.kept_by(lead.visits[0]),
        "test_drive_leads": any(visit.drive for visit in lead.visits),
        "ordered_leads": any(order.cancelled_at is None for order in lead.orders),
        "delivered_leads": any(order.delivered_at is not None and order.cancelled_at is None for order in lead.orders),
        "defeated_leads": lead.defeat is not None,
        "defeated_with_reason": lead.has_reason,
        "avoidable_defeated_leads": lead.defeat is not None and is_avoidable(lead, lead.defeat),
    }
    firsts = {
        "showed": lead.visits[0].arrived_at if lead.visits else None,
        "ordered": min((one.ordered_at for one in lead.orders if one.cancelled_at is None), default=None),
    }
    for column, days in HORIZONS.items():
        happened = firsts[column.split("_")[0]]
        flags[column] = happened is not None and happened - lead.received_at <= days * DAY
    return found | {name: int(flag) for name, flag in flags.items()}


def lead_table(leads: list[Lead]) -> list[Row]:
    """One row a lead; `platform_lead_id` is that of the submission that opened it, null for walk-ins."""
    rows = []
    for lead in leads:
        attempts, connected, response = lead.attempts, lead.connected, lead.response
        rows.append(
            {
                "platform": lead.platform,
                "platform_lead_id": lead.opener.platform_lead_id if isinstance(lead.opener, Submission) else None,
                "store_id": lead.store_id,
                "received_at": _iso(lead.received_at),
                "submissions": len(lead.submissions),
                "is_test": lead.is_test,
                "is_valid": lead.is_valid,
                "invalid_reason": lead.invalid_reason,
                "owner_employee_id": lead.owner,
                "attempts": len(attempts),
                "first_attempt_at": _iso(attempts[0].began if attempts else None),
                "first_connected_at": _iso(connected[0].answered if connected else None),
                "first_response_minutes": None if response is None else response / MINUTE,
                "showed_at": _iso(lead.visits[0].arrived_at if lead.visits else None),
                "defeated_at": _iso(lead.defeat.lost_at if lead.defeat is not None else None),
                "defeat_reason": lead.defeat_reason if lead.defeat is not None else None,
                "orders": len(lead.orders),
            }
        )
    return sorted(rows, key=lambda row: (row["received_at"], row["store_id"], row["platform_lead_id"] or ""))


def sla(leads: list[Lead], as_of: int) -> list[Row]:
    """By the week of receipt: responses within each threshold among clock leads older than it at `as_of`."""
    cells: dict[Cell, Counter[str]] = defaultdict(Counter)
    for lead in leads:
        cell = cells[week_of(day_of(lead.received_at)).isoformat(), lead.store_id, lead.platform]
        cell["valid_leads"] += lead.is_valid
        if not lead.has_clock:
            continue
        cell["clock_leads"] += 1
        age, response = as_of - lead.clock_start, lead.response
        for name, seconds in THRESHOLDS.items():
            if age > seconds:
                cell[f"eligible_{name}"] += 1
                cell[f"le_{name}"] += response is not None and response <= seconds
        if response is None:
            cell["never" if age > DAY else "still_open"] += 1
    columns = [f"{kind}_{name}" for kind in ("le", "eligible") for name in THRESHOLDS]
    return _rows(cells, "week_start_date", ("valid_leads", "clock_leads", *columns, "never", "still_open"))


def activity(leads: list[Lead], as_of: int) -> list[Row]:
    """By the day on which it happened; test leads count in `submissions` and `leads_received` alone."""
    cells: dict[Cell, Counter[str]] = defaultdict(Counter)

    def count(column: str, instant: int | None, lead: Lead, platform: str | None = None) -> None:
        if instant is not None:
            cells[day_of(instant).isoformat(), lead.store_id, platform or lead.platform][column] += 1

    for lead in leads:
        count("leads_received", lead.received_at, lead)
        for submission in lead.submissions:
            count("submissions", submission.submitted_at, lead, submission.platform)
        if lead.is_test:
            continue
        for call in lead.attempts:
            count("attempts", call.began, lead)
        for call in lead.connected:
            count("connected", call.began, lead)
        for appointment in lead.appointments:
            count("appointments_set", appointment.set_at, lead)
            if not appointment.is_cancelled and appointment.for_at <= as_of:
                count("appointments_due", appointment.for_at, lead)
            visit = lead.keeping(appointment)
            if visit is not None:
                count("appointments_kept", visit.arrived_at, lead)
        for number, visit in enumerate(lead.visits):
            count("visits_repeat" if number else "visits_first", visit.arrived_at, lead)
            if not lead.kept_by(visit):
                count("walk_ins", visit.arrived_at, lead)
            if visit.drive:
                count("test_drives", visit.arrived_at, lead)
        for order in lead.orders:
            count("orders", order.ordered_at, lead)
            count("cancellations", order.cancelled_at, lead)
            count("deliveries", order.delivered_at, lead)
        for version in lead.defeats:
            count("defeats", version.lost_at, lead)
    return _rows(cells, "date_day", ACTIVITY)
