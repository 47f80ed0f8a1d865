"""Each rule over the office's marts is red for the one row that breaks it, and for no other."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from expectations import engine
from expectations.rules import Suite
from expectations.workload import WORKLOAD

SOUND: dict[str, dict[str, Any]] = {
    "mart_meeting_load": {
        "persons": 6, "meetings": 1, "person_hours": 6.0, "after_hours_person_hours": 1.0, "rest_day_person_hours": 2.0,
        "conflict_person_hours": 0.5, "organiser_level": "store", "kind": "morning_meeting",
    },
    "mart_meeting_cost": {
        "persons": 6, "person_hours": 6.0, "leads_received_during": 3, "owner_in_meeting_leads": 3,
        "median_response_in_meeting": 4.0, "median_response_otherwise": None, "organiser_level": "store",
        "kind": "morning_meeting",
    },
    "mart_training_load": {
        "organiser_level": "oem", "persons": 12, "person_hours": 4.0, "after_hours_person_hours": 4.0, "exams": 7,
        "passed": 6,
    },
    "mart_pay_month": {"brand": "B", "persons": 12, "persons_with_deduction": 6, "deductions_total": 10.0},
    "mart_data_signals": {"signal": "logged_only", "persons": 9, "base": 0, "share_band": None},
    "mart_control_effect": {"measure": "m", "estimate": 0.5, "low": 0.1, "high": 0.9},
    "mart_intervention_effect": {"intervention_id": "i", "measure": "m", "estimate": None, "low": None, "high": None},
    "mart_workload_week": {"shift_hours": 8.0, "control_hours": 1.0},
    "mart_workload_role_week": {
        "role": "sales", "shift_hours": 8.0, "control_hours": 1.0, "customer_facing_ratio": 0.5, "coverage": 1.0,
    },
}  # fmt: skip
FAULTS: list[tuple[str, str, dict[str, Any]]] = [
    ("meeting_parts_fit_in_their_hours", "mart_meeting_load", {"after_hours_person_hours": 4.1}),
    ("meeting_conflicts_fit_in_their_hours", "mart_meeting_load", {"conflict_person_hours": 6.1}),
    ("meeting_hours_are_plausible", "mart_meeting_load", {"person_hours": 241.0}),
    ("owners_inside_have_a_lead", "mart_meeting_cost", {"owner_in_meeting_leads": 4}),
    (
        "responses_are_not_negative:median_response_in_meeting",
        "mart_meeting_cost",
        {"median_response_in_meeting": -1.0},
    ),
    ("responses_are_not_negative:median_response_otherwise", "mart_meeting_cost", {"median_response_otherwise": -1.0}),
    ("meeting_cost_equals_load:difference", "mart_meeting_cost", {"person_hours": 6.1}),
    ("meeting_cost_equals_load:more_persons", "mart_meeting_cost", {"persons": 7}),
    ("training_parts_fit_in_their_hours", "mart_training_load", {"after_hours_person_hours": 4.1}),
    ("passed_were_examined", "mart_training_load", {"exams": 5}),
    ("passed_are_persons", "mart_training_load", {"passed": 13, "exams": 13}),
    ("deducted_are_paid", "mart_pay_month", {"persons_with_deduction": 13}),
    ("deductions_are_taken", "mart_pay_month", {"deductions_total": -1.0}),
    ("signals_have_a_base", "mart_data_signals", {"base": -1, "share_band": "0"}),
    ("bands_have_a_base", "mart_data_signals", {"share_band": "0"}),
    ("estimates_lie_in_their_interval:mart_control_effect:low", "mart_control_effect", {"low": 0.6}),
    ("estimates_lie_in_their_interval:mart_control_effect:high", "mart_control_effect", {"high": 0.4}),
    (
        "estimates_lie_in_their_interval:mart_intervention_effect:low",
        "mart_intervention_effect",
        {"estimate": 1.0, "low": 2.0, "high": 3.0},
    ),
    (
        "estimates_lie_in_their_interval:mart_intervention_effect:high",
        "mart_intervention_effect",
        {"estimate": 1.0, "low": 0.0, "high": 0.5},
    ),
    ("role_ratios_are_shares", "mart_workload_role_week", {"customer_facing_ratio": 1.1}),
    ("role_coverage_is_a_share", "mart_workload_role_week", {"coverage": -0.1}),
    ("roles_and_stores_add_up_alike:shift_difference", "mart_workload_role_week", {"shift_hours": 8.1}),
    ("roles_and_stores_add_up_alike:control_difference", "mart_workload_role_week", {"control_hours": 0.9}),
]


def judged(faults: list[tuple[str, str, dict[str, Any]]]) -> dict[str, int]:
    """Rows that fail, by rule. Each fault is a row and a week of its own, beside sound ones in all tables."""
    with duckdb.connect() as connection:
        for name, values in SOUND.items():
            rows = []
            for week, fault in enumerate([None, *faults]):
                changed = fault[2] if fault is not None and fault[1] == name else {}
                place = f"date '2020-01-06' + {week * 7}"
                when = dict.fromkeys(("week_start_date", "month_start_date"), place)
                rows.append(when | {"store_id": "'S1'"} | _literals(values | changed))
            selected = " union all ".join(
                "select " + ", ".join(f"{value} as {column}" for column, value in row.items()) for row in rows
            )
            connection.execute(f"create table {name} as {selected}")
        frames = {
            place: connection.execute(batch.query.format_map({name: name for name in batch.needs})).df()
            for place, batch in enumerate(WORKLOAD)
        }
    findings = engine.validate(Suite("marts", "Workload", WORKLOAD), frames)
    return {one.rule: one.failed_rows for one in findings if not one.passed}


def _literals(values: dict[str, Any]) -> dict[str, str]:
    return {
        name: "null" if value is None else f"'{value}'" if isinstance(value, str) else f"cast({value} as double)"
        for name, value in values.items()
    }


@pytest.mark.filterwarnings("ignore")
def test_rules_over_the_offices_marts_find_each_planted_fault_and_nothing_else() -> None:
    found = judged(FAULTS)
    assert found.keys() == {rule for rule, _, _ in FAULTS} == {rule.name for one in WORKLOAD for rule in one.rules}
    assert max(found.values()) <= 3, "sound rows stay quiet"
