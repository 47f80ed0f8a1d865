"""What must hold of the marts: funnels, hours of a day, sums that facts and marts share, plausible ranges.

dbt's tests hold keys, relations and accepted codes; rules here look across tables or at distributions.
Limits are assumed where a sentence says so.
"""

from __future__ import annotations

from expectations.care import CARE
from expectations.platforms import PLATFORMS
from expectations.rules import Batch, Rule, Severity, Suite, at_least, between, never_grows, some_rows
from expectations.workload import WORKLOAD

CATEGORIES = ("reception", "outreach", "live", "delivery", "meeting", "training", "control", "other")
_NET = ("contact", *CATEGORIES)
_TOLERANCE = 1e-6
_CLOCKS = ("5m", "15m", "30m", "60m", "240m", "1d")
"""Of mart_response_sla, from short to long. Answers need not grow: one within an hour is not counted within a day
before its lead is a day old."""

_FUNNEL = Batch(
    table="mart_conversion_funnel",
    keys=("date_day", "store_id", "platform"),
    query="""
        select
          * replace (cast(date_day as varchar) as date_day),
          leads - valid_leads - invalid_leads - test_leads as leads_unaccounted
        from {mart_conversion_funnel}
    """,
    rules=(
        some_rows(rule="funnel_has_rows", says="the funnel has at least one cohort"),
        between(
            "leads_unaccounted",
            0,
            0,
            rule="leads_are_valid_invalid_or_test",
            says="leads = valid + invalid + test",
        ),
        *never_grows(("leads", "valid_leads", "contacted_leads"), rule="funnel_steps_never_grow", says="steps shrink"),
        *(
            at_least("valid_leads", step, rule=f"funnel_steps_never_grow:{step}", says=f"{step} within valid_leads")
            for step in ("invited_leads", "showed_leads", "ordered_leads", "delivered_leads", "defeated_leads")
        ),
        *never_grows(("showed_leads", "test_drive_leads"), rule="funnel_steps_never_grow", says="steps shrink"),
        at_least(
            "showed_leads",
            "walk_in_showed_leads",
            rule="funnel_steps_never_grow:walk_in_showed_leads",
            says="who came without an appointment came",
        ),
        *never_grows(
            ("defeated_leads", "defeated_with_reason"), rule="funnel_steps_never_grow", says="reasons have a defeat"
        ),
    ),
)

_RESPONSE = Batch(
    table="mart_response_sla",
    keys=("week_start_date", "store_id", "platform"),
    query=f"""
        select
          * replace (cast(week_start_date as varchar) as week_start_date),
          {", ".join(f"eligible_{clock} - le_{clock} as not_within_{clock}" for clock in _CLOCKS)}
        from {{mart_response_sla}}
    """,
    rules=(
        *never_grows(
            tuple(f"not_within_{clock}" for clock in _CLOCKS),
            rule="a_longer_clock_misses_fewer",
            says="who was not answered within the longer time was not within the shorter",
        ),
        *(
            at_least("clock_leads", step, rule=f"clocks_are_eligible:{step}", says=f"{step} within clock_leads")
            for step in ("eligible_5m", "eligible_1d", "never", "still_open")
        ),
        between(
            "median_response_minutes",
            0,
            7 * 1440,
            severity="warning",
            rule="response_is_plausible",
            says="a week's median response is under 7 days (assumed)",
        ),
    ),
)

_PERSON_DAY = Batch(
    table="mart_consultant_day",
    keys=("employee_id", "date_day"),
    is_personal=True,
    query=f"""
        select
          * replace (cast(date_day as varchar) as date_day),
          {" + ".join(f"{name}_net_hours" for name in _NET)} - tracked_hours as net_difference,
          greatest({", ".join(f"{name}_hours" for name in CATEGORIES)}, customer_contact_hours) as longest_hours,
          least({", ".join(f"{name}_net_hours" for name in _NET)}) as smallest_net_hours
        from {{mart_consultant_day}}
    """,
    rules=(
        *(
            between(column, 0, 24 + _TOLERANCE, rule=f"hours_fit_in_a_day:{column}", says=f"{column} within 0 and 24")
            for column in ("tracked_hours", "longest_hours", "shift_hours", "presence_hours", "smallest_net_hours")
        ),
        between(
            "net_difference",
            -_TOLERANCE,
            _TOLERANCE,
            rule="net_hours_add_up_to_tracked_hours",
            says="the net hours of all categories add up to the tracked hours",
        ),
        between("coverage", 0, 1 + _TOLERANCE, rule="coverage_is_a_share", says="coverage lies between 0 and 1"),
    ),
)

_STORE_WEEK = Batch(
    table="mart_workload_week",
    keys=("week_start_date", "store_id"),
    query="""
        select * replace (cast(week_start_date as varchar) as week_start_date),
          shift_hours / nullif(person_days, 0) as shift_a_day
        from {mart_workload_week}
    """,
    rules=(
        between("customer_facing_ratio", 0, 1 + _TOLERANCE, rule="ratios_are_shares", says="a ratio lies in 0 to 1"),
        between(
            "customer_facing_ratio_tracked",
            0,
            1 + _TOLERANCE,
            rule="ratios_are_shares:tracked",
            says="a ratio lies in 0 to 1",
        ),
        between(
            "shift_a_day",
            2,
            14,
            severity="warning",
            rule="shifts_are_plausible",
            says="a store's mean shift has 2 to 14 hours (assumed)",
        ),
    ),
)

_BURDEN = Batch(
    table="mart_control_burden",
    keys=("week_start_date", "store_id", "tool"),
    query="select * replace (cast(week_start_date as varchar) as week_start_date) from {mart_control_burden}",
    rules=(
        between("hours", 0, None, rule="control_hours_are_not_negative", says="control hours are not negative"),
        between(
            "hours_per_person",
            0,
            30,
            severity="warning",
            rule="control_hours_are_plausible",
            says="a tool takes at most 30 hours a person and week (assumed)",
        ),
    ),
)

_LIVE = Batch(
    table="mart_live_conversion",
    keys=("session_id",),
    query="select * from {mart_live_conversion}",
    rules=(
        at_least("leads", "contacted_leads", rule="live_steps_never_grow", says="contacted within the session's leads"),
        between("lead_rate", 0, 1, severity="warning", rule="lead_rate_is_plausible", says="fewer leads than viewers"),
    ),
)


def _same(name: str, table: str, fact: str, mart: str, severity: Severity = "critical") -> Batch:
    source = fact.partition("{")[2].partition("}")[0]
    rule = Rule(
        f"facts_and_marts_reconcile:{name}",
        severity,
        f"{name.replace('_', ' ')} of {table} equal those of {source}",
        "ExpectColumnValuesToBeBetween",
        {"column": "difference", "min_value": -_TOLERANCE, "max_value": _TOLERANCE},
    )
    return Batch(
        table=table,
        keys=("part", "in_fact", "in_mart"),
        query=f"""
            with in_fact as ({fact}), in_mart as ({mart})
            select
              coalesce(cast(f.part as varchar), cast(m.part as varchar)) as part,
              cast(coalesce(f.n, 0) as double) as in_fact,
              cast(coalesce(m.n, 0) as double) as in_mart,
              coalesce(m.n, 0) - coalesce(f.n, 0) as difference
            from in_fact f
            full join in_mart m on m.part = f.part
        """,
        rules=(rule,),
    )


_RECONCILE = (
    _same(
        "leads",
        "mart_conversion_funnel",
        "select platform as part, count(*) as n from {fct_leads} group by all",
        "select platform as part, sum(leads) as n from {mart_conversion_funnel} group by all",
    ),
    _same(
        "submissions",
        "mart_activity_daily",
        "select platform as part, count(*) as n from {fct_lead_submissions} group by all",
        "select platform as part, sum(submissions) as n from {mart_activity_daily} group by all",
    ),
    _same(
        "orders",
        "mart_activity_daily",
        "select 'all' as part, count(*) as n from {fct_orders}"
        " where lead_id not in (select lead_id from {fct_leads} where is_test)",
        "select 'all' as part, sum(orders) as n from {mart_activity_daily}",
    ),
    _same(
        "check_ins",
        "mart_consultant_day",
        "select 'all' as part, count(*) as n from {fct_checkins} where employee_id not in ('unassigned', 'unmatched')",
        "select 'all' as part, sum(checkins) as n from {mart_consultant_day}",
        "warning",
    ),
    _same(
        "meeting_hours",
        "mart_workload_week",
        "select week_start_date as part, sum(d.meeting_hours) as n from {mart_consultant_day} d"
        " join {dim_date} using (date_day) group by all",
        "select week_start_date as part, sum(meeting_hours) as n from {mart_workload_week} group by all",
    ),
    _same(
        "follow_ups",
        "mart_followup_discipline",
        "select level_then as part, count(*) as n from {fct_followups} where status <> 'void' group by all",
        "select level as part, sum(due) as n from {mart_followup_discipline} group by all",
    ),
    _same(
        "defeats",
        "mart_defeat_reasons",
        "select date_trunc('month', date_day)::date as part, sum(defeats) as n from {mart_activity_daily} group by all",
        "select month_start_date as part, sum(defeats) as n from {mart_defeat_reasons} group by all",
    ),
    _same(
        "live_leads",
        "mart_live_conversion",
        "select platform as part, sum(leads) as n from {fct_live_sessions} group by all",
        "select platform as part, sum(leads) as n from {mart_live_conversion} group by all",
    ),
)

_UNKNOWN = Batch(
    table="fct_leads",
    keys=("platform", "leads"),
    query="""
        select
          platform,
          count(*) as leads,
          case when count(*) >= 20 then avg(case when store_id = 'unknown' then 1 else 0 end) end as unknown_store_share
        from {fct_leads}
        group by platform
    """,
    rules=(
        between(
            "unknown_store_share",
            0,
            0.05,
            severity="warning",
            rule="stores_are_known",
            says="at most 5% of a platform's leads have an unknown store (assumed): add it, or the id, to hr.store",
        ),
    ),
)

MARTS = Suite(
    "marts",
    "What the marts say",
    (_FUNNEL, _RESPONSE, _PERSON_DAY, _STORE_WEEK, _BURDEN, _LIVE, *WORKLOAD, *CARE, *PLATFORMS, *_RECONCILE, _UNKNOWN),
)
