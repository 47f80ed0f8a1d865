"""What must hold of the office's marts: meetings, their cost, trainings, pay, signals about data, effects.

Arithmetic between columns of one mart or between a mart and its facts; limits are assumed where a sentence says so.
"""

from __future__ import annotations

from expectations.rules import Batch, at_least, between

_TOLERANCE = 1e-6
_WEEK = "* replace (cast(week_start_date as varchar) as week_start_date)"
_MONTH = "* replace (cast(month_start_date as varchar) as month_start_date)"

_LOAD = Batch(
    table="mart_meeting_load",
    keys=("week_start_date", "store_id", "organiser_level", "kind"),
    query=f"""
        select {_WEEK},
          person_hours - after_hours_person_hours - rest_day_person_hours as inside_hours,
          person_hours - conflict_person_hours as undisturbed_hours,
          person_hours / nullif(persons, 0) as hours_a_person
        from {{mart_meeting_load}}
    """,
    rules=(
        between(
            "inside_hours", -_TOLERANCE, None, rule="meeting_parts_fit_in_their_hours",
            says="hours after the shift and on rest days are parts of the hours attended",
        ),
        between(
            "undisturbed_hours", -_TOLERANCE, None, rule="meeting_conflicts_fit_in_their_hours",
            says="hours beside a reception or a call are part of the hours attended",
        ),
        between(
            "hours_a_person", 0, 40, severity="warning", rule="meeting_hours_are_plausible",
            says="a kind of meeting takes at most 40 hours a person and week (assumed)",
        ),
    ),
)  # fmt: skip

_COST = Batch(
    table="mart_meeting_cost",
    keys=("week_start_date", "store_id", "organiser_level", "kind"),
    query=f"""
        select {_WEEK}, leads_received_during - owner_in_meeting_leads as owner_elsewhere
        from {{mart_meeting_cost}}
    """,
    rules=(
        between(
            "owner_elsewhere", 0, None, rule="owners_inside_have_a_lead",
            says="leads whose owner sat in the meeting are among those that arrived meanwhile",
        ),
        *(
            between(column, 0, None, rule=f"responses_are_not_negative:{column}", says="a response takes time")
            for column in ("median_response_in_meeting", "median_response_otherwise")
        ),
    ),
)  # fmt: skip

_COST_AND_LOAD = Batch(
    table="mart_meeting_cost",
    keys=("week_start_date", "store_id", "organiser_level", "kind"),
    query="""
        select
          cast(week_start_date as varchar) as week_start_date, store_id, organiser_level, kind,
          coalesce(c.person_hours, 0) - coalesce(l.person_hours, 0) as difference,
          coalesce(c.persons, 0) - coalesce(l.persons, 0) as more_persons
        from {mart_meeting_cost} c
        full join {mart_meeting_load} l using (week_start_date, store_id, organiser_level, kind)
    """,
    rules=tuple(
        between(
            column, -_TOLERANCE, _TOLERANCE, rule=f"meeting_cost_equals_load:{column}",
            says="cost and load tell of the same meetings",
        )
        for column in ("difference", "more_persons")
    ),
)  # fmt: skip

_TRAINING = Batch(
    table="mart_training_load",
    keys=("month_start_date", "store_id", "organiser_level"),
    query=f"select {_MONTH}, person_hours - after_hours_person_hours as inside_hours from {{mart_training_load}}",
    rules=(
        between(
            "inside_hours", -_TOLERANCE, None, rule="training_parts_fit_in_their_hours",
            says="hours after the shift are part of the hours trained",
        ),
        at_least("exams", "passed", rule="passed_were_examined", says="who passed was examined"),
        at_least("persons", "passed", rule="passed_are_persons", says="passed counts persons"),
    ),
)  # fmt: skip

_PAY = Batch(
    table="mart_pay_month",
    keys=("month_start_date", "brand"),
    query=f"select {_MONTH} from {{mart_pay_month}}",
    rules=(
        at_least("persons", "persons_with_deduction", rule="deducted_are_paid", says="who was deducted was paid"),
        between(
            "deductions_total", 0, None, severity="warning", rule="deductions_are_taken",
            says="a month's deductions are above what was given back",
        ),
    ),
)  # fmt: skip

_SIGNALS = Batch(
    table="mart_data_signals",
    keys=("month_start_date", "store_id", "signal"),
    query=f"""
        select {_MONTH}, case when (base = 0) = (share_band is null) then 0 else 1 end as band_without_base
        from {{mart_data_signals}}
    """,
    rules=(
        between("base", 0, None, rule="signals_have_a_base", says="a base is a count"),
        between(
            "band_without_base", 0, 0, rule="bands_have_a_base",
            says="there is a band where there is a base, and nowhere else",
        ),
    ),
)  # fmt: skip

_EFFECTS = tuple(
    Batch(
        table=table,
        keys=keys,
        query=f"select * from {{{table}}}",
        rules=(
            at_least(
                "estimate", "low", rule=f"estimates_lie_in_their_interval:{table}:low", says="low is not above it"
            ),
            at_least(
                "high", "estimate", rule=f"estimates_lie_in_their_interval:{table}:high", says="high not below it"
            ),
        ),
    )
    for table, keys in (
        ("mart_control_effect", ("measure",)),
        ("mart_intervention_effect", ("intervention_id", "measure")),
    )
)

_ROLES = Batch(
    table="mart_workload_role_week",
    keys=("week_start_date", "role"),
    query=f"select {_WEEK} from {{mart_workload_role_week}}",
    rules=(
        between("customer_facing_ratio", 0, 1 + _TOLERANCE, rule="role_ratios_are_shares", says="a ratio is 0 to 1"),
        between("coverage", 0, 1 + _TOLERANCE, rule="role_coverage_is_a_share", says="coverage is 0 to 1"),
    ),
)

_ROLES_AND_STORES = Batch(
    table="mart_workload_role_week",
    keys=("week_start_date",),
    query="""
        with stores as (
          select week_start_date, sum(shift_hours) as shift, sum(control_hours) as control
          from {mart_workload_week} group by all
        ),
        roles as (
          select week_start_date, sum(shift_hours) as shift, sum(control_hours) as control
          from {mart_workload_role_week} group by all
        )
        select
          cast(week_start_date as varchar) as week_start_date,
          coalesce(r.shift, 0) - coalesce(s.shift, 0) as shift_difference,
          coalesce(r.control, 0) - coalesce(s.control, 0) as control_difference
        from stores s full join roles r using (week_start_date)
    """,
    rules=tuple(
        between(
            column, -1e-3, 1e-3, rule=f"roles_and_stores_add_up_alike:{column}",
            says="a week's hours by role are its hours by store",
        )
        for column in ("shift_difference", "control_difference")
    ),
)  # fmt: skip

WORKLOAD = (
    _LOAD, _COST, _COST_AND_LOAD, _TRAINING, _PAY, _SIGNALS, *_EFFECTS, _ROLES, _ROLES_AND_STORES,
)  # fmt: skip
