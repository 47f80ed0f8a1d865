"""Each mart, cell by cell, against what truly happened in the simulated world."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.e2e.way import WholeWay

OF_A_LEAD = """
    select fact.*, l.received_at as lead_received_at, s.platform_lead_id as lead_opened_by
    from (select {} from core.{}) fact
    left join core.fct_leads l on l.lead_id = fact.lead_id
    left join core.fct_lead_submissions s on s.lead_id = fact.lead_id and not s.is_repeat
"""
"""A fact's rows, their lead named as the truth names it."""
CELLS = {
    "funnel": ("select * from conversion.mart_conversion_funnel", ("date_day", "store_id", "platform")),
    "sla": ("select * from conversion.mart_response_sla", ("week_start_date", "store_id", "platform")),
    "activity_daily": ("select * from conversion.mart_activity_daily", ("date_day", "store_id", "platform")),
    "live_sessions": (
        "select * replace (split_part(session_id, ':', 3) as session_id) from core.fct_live_sessions",
        ("session_id",),
    ),
    "live_conversion": (
        "select * replace (split_part(session_id, ':', 3) as session_id) from conversion.mart_live_conversion",
        ("session_id",),
    ),
    "contact_plan": (
        "select p.*, l.received_at, s.platform_lead_id from conversion.mart_contact_plan p "
        "join core.fct_leads l using (lead_id) "
        "left join core.fct_lead_submissions s on s.lead_id = p.lead_id and not s.is_repeat",
        ("received_at", "store_id", "platform_lead_id"),
    ),
    "platform_scores": ("select * from core.fct_platform_scores", ("platform", "store_id", "date_day")),
    "content": (
        "select * replace (split_part(content_id, ':', 3) as content_id) from core.fct_content",
        ("content_id", "date_day"),
    ),
    "vendor_counts": ("select * from core.fct_vendor_counts", ("vendor", "store_id", "date_day", "measure")),
    "response_clocks": (
        "select * from conversion.mart_response_sla where clock_leads > 0",
        ("week_start_date", "store_id", "platform"),
    ),
    "lead_events": (
        "select cast((occurred_at at time zone 'Asia/Shanghai') as date) as date_day, store_id, milestone, "
        "is_inferred, count(*) as events from core.fct_lead_events group by all",
        ("date_day", "store_id", "milestone", "is_inferred"),
    ),
    "customer_levels": ("select * from core.fct_customer_levels", ("store_id", "valid_from_at", "level")),
    "customers": (
        "select coalesce(current_level, '-') as level, count(current_level) as customers, "
        "count(*) filter (where is_key_customer) as key_customers, count(blocked_at) as blocked "
        "from core.dim_customer where current_level is not null or is_key_customer or blocked_at is not null "
        "group by all",
        ("level",),
    ),
    "surveys": (
        "select asked_by, store_id, round_no, count(*) as surveys, count(answered_at) as answered, "
        "coalesce(sum(score), 0)::int as score from core.fct_surveys group by all",
        ("asked_by", "store_id", "round_no"),
    ),
    "customer_care": ("select * from conversion.mart_customer_care", ("week_start_date", "store_id")),
    "followups": ("select * from conversion.mart_followup_discipline", ("week_start_date", "store_id", "level")),
    "defeat_reasons": ("select * from conversion.mart_defeat_reasons", ("month_start_date", "store_id", "reason")),
    "lead_pipeline": (
        "select * from conversion.mart_lead_pipeline",
        ("week_start_date", "store_id", "level", "age_band", "owner_state"),
    ),
    "contact_timing": (
        "select * from conversion.mart_contact_timing",
        ("quarter_start_date", "weekday", "hour", "level"),
    ),
    "platform_costs": ("select * from core.fct_platform_costs", ("month_start_date", "store_id", "platform")),
    "profiles": (
        "select s.platform_lead_id, c.profile_completeness from core.fct_lead_submissions s "
        "join core.dim_customer c using (customer_id) where c.profile_completeness is not null",
        ("platform_lead_id",),
    ),
    "dispatches": (
        "select s.platform_lead_id, l.dispatched_at from core.fct_leads l "
        "join core.fct_lead_submissions s on s.lead_id = l.lead_id and not s.is_repeat",
        ("platform_lead_id",),
    ),
    "platform_scorecard": (
        "select * from conversion.mart_platform_scorecard",
        ("week_start_date", "store_id", "platform"),
    ),
    "platform_overlap": (
        "select * from conversion.mart_platform_overlap",
        ("month_start_date", "platform_a", "platform_b"),
    ),
    "reconciliation": (
        "select * from conversion.mart_reconciliation",
        ("date_day", "vendor", "store_id", "measure"),
    ),
    "person_days": ("select * from workload.mart_consultant_day", ("employee_id", "date_day")),
    "workload_week": ("select * from workload.mart_workload_week", ("week_start_date", "store_id")),
    "workload_role_week": ("select * from workload.mart_workload_role_week", ("week_start_date", "role")),
    "control_burden": ("select * from workload.mart_control_burden", ("week_start_date", "store_id", "tool")),
    "meeting_load": (
        "select * from workload.mart_meeting_load",
        ("week_start_date", "store_id", "organiser_level", "kind"),
    ),
    "meeting_cost": (
        "select * from workload.mart_meeting_cost",
        ("week_start_date", "store_id", "organiser_level", "kind"),
    ),
    "data_signals": ("select * from workload.mart_data_signals", ("month_start_date", "store_id", "signal")),
    "training_load": (
        "select * from workload.mart_training_load",
        ("month_start_date", "store_id", "organiser_level"),
    ),
    "pay_month": ("select * from workload.mart_pay_month", ("month_start_date", "brand")),
    "checkins": (
        "select employee_id, checkin_day, kind, count(*) as checkins, sum(estimated_minutes) as minutes "
        "from core.fct_checkins group by all",
        ("employee_id", "checkin_day", "kind"),
    ),
    "outreach": (
        "select employee_id, strftime(started_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S+00:00') as started_at, area "
        "from core.fct_outreach",
        ("employee_id", "started_at"),
    ),
    "notices": ("select * from core.fct_notices", ("notice_id", "employee_id")),
    "attendance": (
        "select employee_id, medium, joined_day, sum(attended_hours) as attended_hours "
        "from core.fct_meeting_attendance join core.fct_meetings using (meeting_id) group by all",
        ("employee_id", "medium", "joined_day"),
    ),
    "training": (
        "select * replace (strftime(started_at at time zone 'UTC', '%Y-%m-%dT%H:%M:%S+00:00') as started_at) "
        "from core.fct_training",
        ("employee_id", "course_id", "kind", "started_at"),
    ),
    "deductions": (
        "select employee_id, month_start_date, kpi, sum(amount) as amount from core.fct_kpi_deductions group by all",
        ("employee_id", "month_start_date", "kpi"),
    ),
    "payslips": ("select * from core.fct_payslips", ("employee_id", "month_start_date")),
    "message_stats": ("select * from core.fct_message_stats", ("employee_id", "date_day")),
    "steps": ("select * from core.fct_steps", ("employee_id", "date_day")),
    "screen_time": ("select * from core.fct_screen_time", ("employee_id", "date_day", "app")),
    "stores": ("select * from core.dim_store where store_id <> 'unknown'", ("store_key",)),
    "consultants": (
        "select * from core.dim_consultant where employee_id not in ('unassigned', 'unmatched')",
        ("consultant_key",),
    ),
    "shifts": ("select * from core.fct_shifts", ("employee_id", "date_day")),
    "activity_intervals": ("select * from core.fct_activity_intervals", ("employee_id", "category", "started_at")),
    "live_minutes": (
        "select * replace (split_part(session_id, ':', 3) as session_id) from core.fct_live_minutes",
        ("session_id", "minute_at"),
    ),
    "submissions": (OF_A_LEAD.format("*", "fct_lead_submissions"), ("platform", "platform_lead_id")),
    "meetings": (
        r"select *, right(regexp_extract(meeting_id, '(\d+)\D*$', 1), 10) as number from core.fct_meetings",
        ("medium", "number"),
    ),
    "appointments": (
        OF_A_LEAD.format(
            "* replace (split_part(appointment_id, ':', 3) as appointment_id, "
            "split_part(visit_id, ':', 3) as visit_id)",
            "fct_appointments",
        ),
        ("appointment_id",),
    ),
    "visits": (
        OF_A_LEAD.format(
            "* replace (split_part(visit_id, ':', 3) as visit_id, "
            "split_part(appointment_id, ':', 3) as appointment_id)",
            "fct_visits",
        ),
        ("visit_id",),
    ),
    "orders": (OF_A_LEAD.format("* replace (split_part(order_id, ':', 3) as order_id)", "fct_orders"), ("order_id",)),
    "touches": (
        OF_A_LEAD.format("* replace (split_part(touch_id, ':', -1) as touch_id)", "fct_touches"),
        ("touch_id",),
    ),
}
MINUTE = 1 / 60
DIRECT = {
    name: found[1] for name, (query, _) in CELLS.items() if (found := re.search(r"core\.((?:dim|fct)_\w+)", query))
}
"""What is compared with a fact or a dimension itself, where a row is there or is not."""
del DIRECT["vendor_counts"]  # vendors tell zeros of days before and after the world's
NOT_OF_THE_WORLD = {
    "mart_contact_plan": {"lead_id", "owner_consultant_key"},
    "mart_reconciliation": {"explained_by"},
    **{fact: {"lead_id", "customer_id"} for fact in ("fct_appointments", "fct_orders", "fct_visits")},
    "fct_touches": {"lead_id", "customer_id", "surface"},
}
WHOLE = (
    *("dim_consultant", "dim_store", "fct_activity_intervals", "fct_appointments", "fct_live_minutes"),
    *("fct_orders", "fct_shifts", "fct_touches", "fct_visits"),
)
"""Facts and dimensions of which every column is compared; of the others, what the marts do not show."""
"""Names the warehouse gives, and causes in words: `unexplained` holds what they leave."""


@pytest.mark.parametrize("name", CELLS)
def test_mart_of_a_simulated_group_equals_its_truth(whole_way: WholeWay, name: str) -> None:
    query, key = CELLS[name]
    truth = _by_key(whole_way.truth[name], key)
    rows = _by_key(whole_way.warehouse(query), key)
    assert truth, "the world has something to compare with"
    differing = []
    for cell in sorted(truth.keys() | rows.keys()):
        expected, found = truth.get(cell), rows.get(cell)
        if found is None or expected is None:
            held = expected or found or {}
            counts = [value for column, value in held.items() if column not in key and isinstance(value, int | float)]
            if name in DIRECT or any(counts):  # a cell of zeros may be spelled out or not
                differing.append(f"{cell}: only in the {'truth' if found is None else 'mart'}: {held}")
            continue
        wrong = {
            column: (value, found[column])
            for column, value in expected.items()
            if column not in key and not _same(value, found[column])
        }
        if wrong:
            differing.append(f"{cell}: {wrong}")
    assert not differing, f"{len(differing)} of {len(truth)} cells of {name} (truth, mart): " + "\n".join(
        differing[:20]
    )


def test_every_column_of_conversion_marts_and_whole_facts_has_its_truth(whole_way: WholeWay) -> None:
    columns = whole_way.warehouse(
        "select table_name, column_name from information_schema.columns "
        f"where table_schema = 'conversion' or table_name in {WHOLE}"
    )
    compared: dict[str, set[str]] = defaultdict(set)
    for name, (query, key) in CELLS.items():
        for table in re.findall(r"from (?:conversion|core)\.(\w+)", query):
            compared[table] |= {column for row in whole_way.truth[name] for column in row} | set(key)
    missing = [
        f"{row['table_name']}.{row['column_name']}"
        for row in columns
        if row["column_name"] not in compared[row["table_name"]] | NOT_OF_THE_WORLD.get(row["table_name"], set())
    ]
    assert len({row["table_name"] for row in columns}) == 13 + len(WHOLE)
    assert missing == []


def test_causes_of_a_reconciled_difference_add_up_to_it(whole_way: WholeWay) -> None:
    rows = whole_way.warehouse("select * from conversion.mart_reconciliation")
    explained = [row for row in rows if row["explained_by"]]
    assert len(explained) > 10
    for row in rows:
        named = sum(int(number) for number in re.findall(r" (-?\d+)", row["explained_by"] or ""))
        assert named + row["unexplained"] == row["difference"] == row["ours"] - row["theirs"], row


def test_leads_of_a_simulated_group_equal_its_truth(whole_way: WholeWay) -> None:
    rows = whole_way.warehouse(
        """
        select l.*, s.platform_lead_id
        from core.fct_leads l
        left join core.fct_lead_submissions s on s.lead_id = l.lead_id and not s.is_repeat
        """
    )
    opened = {(row["platform"], row["platform_lead_id"]): row for row in rows if row["platform_lead_id"]}
    truth = [lead for lead in whole_way.truth["leads"] if lead["platform_lead_id"]]
    assert len(truth) > 100
    columns = ("store_id", "received_at", "first_attempt_at", "first_response_minutes", "owner_employee_id")
    differing = []
    for lead in truth:
        found = opened.get((lead["platform"], lead["platform_lead_id"]))
        wrong = {c: (lead[c], found and found[c]) for c in columns if found is None or not _same(lead[c], found[c])}
        if wrong:
            differing.append(f"{lead['platform']} {lead['platform_lead_id']}: {wrong}")
    assert not differing, f"{len(differing)} of {len(truth)} leads (truth, mart): " + "\n".join(differing[:20])
    assert len(rows) == len(whole_way.truth["leads"])


def _by_key(rows: list[dict[str, Any]], key: tuple[str, ...]) -> dict[tuple[str, ...], dict[str, Any]]:
    found = {_key(row, key): row for row in rows}
    assert len(found) == len(rows), f"{key} names two rows"
    return found


def _key(row: dict[str, Any], key: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_text(row[column]) for column in key)


def _text(value: Any) -> str:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


def _same(expected: Any, found: Any) -> bool:
    """Hours to the minute, other numbers exactly, instants as instants; an empty sum may be 0 or null."""
    if expected is None or found is None:
        return not expected and not found
    if isinstance(expected, str) and isinstance(found, datetime):
        return datetime.fromisoformat(expected) == found
    if isinstance(expected, float):
        return math.isclose(expected, float(found), abs_tol=MINUTE / 60)
    return str(expected) == str(found)
