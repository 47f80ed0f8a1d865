"""What the report asks marts.duckdb. A rate is a quotient of sums, as docs/metrics.md has it; `RATES` names which.

A week's tables belong to the month in which the week begins. Leads that began with a visit (platform `walk_in`) stand
apart: they always showed.
"""

from __future__ import annotations

from collections.abc import Mapping

from publishing.pages import KINDS

RATES: Mapping[str, Mapping[str, str]] = {
    "funnel": {name: name for name in ("contact_rate", "invitation_rate", "show_rate", "order_rate")},
    "response": {name: name for name in ("within_5m_rate", "within_30m_rate", "within_1d_rate", "never_answered_rate")},
    "cost": {"cost_per_net_order": "cost_per_net_order", "cost_per_valid_lead": "cost_per_valid_lead"},
    "defeats": {"avoidable_defeat_rate": "avoidable_defeat_rate", "contradicted_claim_rate": "contradicted_claim_rate"},
    "pipeline": {"overdue_rate": "overdue_rate", "orphaned_rate": "orphaned_rate"},
    "timing": {"connect_rate": "connect_rate"},
    "live": {"lead_rate": "live_lead_rate"},
    "hours": {
        "coverage": "coverage",
        "customer_facing_ratio": "customer_facing_ratio",
        "customer_facing_ratio_tracked": "customer_facing_ratio_tracked",
        "notices_off_shift_share": "notices_off_shift_share",
        "after_hours_idle_share": "after_hours_idle_share",
    },
    "meetings": {"after_hours_share": "after_hours_meeting_share", "rest_day_share": "rest_day_meeting_share"},
}
"""Section → column of its answer → the metric it is."""

_PERIOD = "cast(date_trunc($unit, {day}) as date)"
_STORES = "left join dim_store_current s using (store_id)"

_FUNNEL = """
    sum(leads) as leads, sum(valid_leads) as valid, sum(contacted_leads) as contacted, sum(invited_leads) as invited,
    sum(showed_leads) as showed, sum(ordered_leads) as ordered,
    sum(contacted_leads) / nullif(sum(valid_leads), 0) as contact_rate,
    sum(invited_leads) / nullif(sum(valid_leads), 0) as invitation_rate,
    sum(showed_leads) / nullif(sum(valid_leads), 0) as show_rate,
    sum(ordered_leads) / nullif(sum(valid_leads), 0) as order_rate
"""
_MATURE = """
    sum(valid_leads) filter (where showed_14d_leads is not null) as old_14d,
    sum(contacted_leads) filter (where showed_14d_leads is not null) as contacted,
    sum(invited_leads) filter (where showed_14d_leads is not null) as invited,
    sum(showed_14d_leads) as showed_14d,
    sum(valid_leads) filter (where ordered_30d_leads is not null) as old_30d,
    sum(ordered_30d_leads) as ordered_30d,
    sum(showed_14d_leads) / nullif(sum(valid_leads) filter (where showed_14d_leads is not null), 0) as show_14d_rate,
    sum(ordered_30d_leads) / nullif(sum(valid_leads) filter (where ordered_30d_leads is not null), 0) as order_30d_rate
"""
_RESPONSE = """
    sum(clock_leads) as clock_leads, sum(eligible_30m) as eligible_30m,
    sum(le_5m) / nullif(sum(eligible_5m), 0) as within_5m_rate,
    sum(le_30m) / nullif(sum(eligible_30m), 0) as within_30m_rate,
    sum(le_1d) / nullif(sum(eligible_1d), 0) as within_1d_rate,
    sum(never) / nullif(sum(eligible_1d), 0) as never_answered_rate
"""
_COST = """
    sum(net_orders) as net_orders, sum(cost) as cost,
    sum(cost) / nullif(sum(case when cost is not null then valid_leads end), 0) as cost_per_valid_lead,
    sum(cost) / nullif(sum(case when cost is not null then net_orders end), 0) as cost_per_net_order,
    string_agg(distinct cost_source, ' ' order by cost_source) filter (where cost is not null) as cost_sources
"""
_PIPELINE = """
    sum(open_leads) as open_leads, sum(overdue) as overdue, sum(orphaned) as orphaned,
    sum(overdue) / nullif(sum(open_leads), 0) as overdue_rate,
    sum(orphaned) / nullif(sum(open_leads), 0) as orphaned_rate
"""
_HOURS = """
    sum(persons) as persons, sum(person_days) as person_days, sum(shift_hours) as shift_hours,
    sum(tracked_hours) as tracked_hours, sum(estimated_hours) as estimated_hours,
    sum(customer_net_hours) / nullif(sum(person_days), 0) as customers,
    sum(meeting_net_hours) / nullif(sum(person_days), 0) as meetings,
    sum(training_net_hours) / nullif(sum(person_days), 0) as training,
    sum(control_net_hours) / nullif(sum(person_days), 0) as tools,
    sum(other_net_hours) / nullif(sum(person_days), 0) as other,
    sum(tracked_hours) / nullif(sum(person_days), 0) as tracked,
    sum(shift_hours) / nullif(sum(person_days), 0) as shift,
    (sum(meeting_net_hours) + sum(training_net_hours) + sum(control_net_hours)) / nullif(sum(person_days), 0) as inward,
    sum(tracked_shift_hours) / nullif(sum(shift_hours), 0) as coverage,
    sum(customer_facing_hours) / nullif(sum(shift_hours), 0) as customer_facing_ratio,
    sum(customer_facing_hours) / nullif(sum(tracked_shift_hours), 0) as customer_facing_ratio_tracked,
    sum(estimated_hours) / nullif(sum(tracked_hours), 0) as estimated_share,
    sum(after_hours_meeting_hours) as after_hours_meetings, sum(rest_day_meeting_hours) as rest_day_meetings,
    sum(after_hours_presence_hours) as after_hours_presence, sum(after_hours_idle_hours) as after_hours_idle,
    sum(after_hours_idle_hours) / nullif(sum(after_hours_presence_hours), 0) as after_hours_idle_share,
    sum(notices) as notices, sum(notices_off_shift) as notices_off_shift,
    sum(notices_off_shift) / nullif(sum(notices), 0) as notices_off_shift_share,
    sum(conflict_hours) as conflict_hours, sum(tool_switches) as tool_switches,
    sum(training_hours) as training_hours, sum(training_net_hours) as training_net
"""
_IN_WEEKS = "week_start_date between $first and $last"

QUESTIONS: Mapping[str, str] = {
    "groups": "select distinct group_id from dim_store_current where group_id <> 'unknown' order by group_id",
    "events_by_period": f"""
        select {_PERIOD.format(day="date_day")} as period, sum(visits_first) as first_visits, sum(walk_ins) as walk_ins,
          sum(orders) - sum(cancellations) as net_orders, sum(orders) as orders, sum(cancellations) as cancellations,
          sum(deliveries) as deliveries
        from mart_activity_daily where date_day between $since and $last group by period
    """,
    "leads_by_period": f"""
        select {_PERIOD.format(day="date_day")} as period, sum(valid_leads) as valid_leads
        from mart_conversion_funnel
        where platform <> 'walk_in' and date_day between $since and $last group by period
    """,
    "response_by_period": f"""
        select {_PERIOD.format(day="week_start_date")} as period, {_RESPONSE}
        from mart_response_sla where week_start_date between $since and $last group by period
    """,
    "hours_by_period": f"""
        select {_PERIOD.format(day="week_start_date")} as period, {_HOURS}
        from mart_workload_week where week_start_date between $since and $last group by period
    """,
    "funnel": f"""
        select f.platform, max(p.platform_name_zh) as name_zh, {_FUNNEL}
        from mart_conversion_funnel f left join dim_platform p using (platform)
        where date_day between $first and $last and f.platform <> 'walk_in'
        group by f.platform having sum(leads) > 0 order by leads desc, f.platform
    """,
    "funnel_all": f"""
        select {_FUNNEL} from mart_conversion_funnel
        where date_day between $first and $last and platform <> 'walk_in'
    """,
    "walk_ins": f"""
        select {_FUNNEL} from mart_conversion_funnel
        where date_day between $first and $last and platform = 'walk_in'
    """,
    "mature": f"""
        select f.platform, max(p.platform_name_zh) as name_zh, {_MATURE}
        from mart_conversion_funnel f left join dim_platform p using (platform)
        where date_day between $ripe and $last and f.platform <> 'walk_in' group by f.platform
        order by old_14d desc nulls last, f.platform
    """,
    "mature_all": f"""
        select {_MATURE} from mart_conversion_funnel
        where date_day between $ripe and $last and platform <> 'walk_in'
    """,
    "response": f"""
        select r.platform, max(p.platform_name_zh) as name_zh, {_RESPONSE}
        from mart_response_sla r left join dim_platform p using (platform)
        where {_IN_WEEKS} group by r.platform having sum(clock_leads) > 0 order by clock_leads desc, r.platform
    """,
    "cost": f"""
        select c.platform, max(p.platform_name_zh) as name_zh, {_COST}
        from mart_platform_scorecard c left join dim_platform p using (platform)
        where {_IN_WEEKS} and c.platform <> 'walk_in' group by c.platform
        having sum(net_orders) > 0 or sum(cost) > 0 order by sum(net_orders) desc, c.platform
    """,
    "lead_stores": f"""
        with came as (
          select store_id, sum(valid_leads) filter (where platform <> 'walk_in') as valid
          from mart_conversion_funnel where date_day between $first and $last group by store_id
        ),
        happened as (
          select store_id, sum(visits_first) as first_visits, sum(orders) - sum(cancellations) as net_orders
          from mart_activity_daily where date_day between $first and $last group by store_id
        ),
        answered as (
          select store_id, sum(le_30m) / nullif(sum(eligible_30m), 0) as within_30m_rate
          from mart_response_sla where {_IN_WEEKS} group by store_id
        ),
        standing as (
          select store_id, sum(open_leads) as open_leads, sum(overdue) / nullif(sum(open_leads), 0) as overdue_rate,
            sum(orphaned) as orphaned
          from mart_lead_pipeline
          where week_start_date = (select max(week_start_date) from mart_lead_pipeline where {_IN_WEEKS})
          group by store_id
        )
        select store_id, coalesce(s.store_name, store_id) as store, valid, within_30m_rate, first_visits, net_orders,
          open_leads, overdue_rate, orphaned
        from came full join happened using (store_id) full join answered using (store_id)
        full join standing using (store_id) {_STORES}
        order by store, store_id
    """,
    "pipeline": f"""
        select week_start_date, {_PIPELINE} from mart_lead_pipeline
        where week_start_date = (select max(week_start_date) from mart_lead_pipeline where {_IN_WEEKS})
        group by week_start_date
    """,
    "defeats": """
        select sum(defeats) as defeats, sum(avoidable) as avoidable,
          sum(avoidable) / nullif(sum(defeats), 0) as avoidable_defeat_rate, sum(few_attempts) as few_attempts,
          sum(few_attempt_days) as few_attempt_days, sum(never_connected) as never_connected, sum(overdue) as overdue,
          sum(claimed_no_reminder) as claimed, sum(contradicted_no_reminder) as contradicted,
          sum(contradicted_no_reminder) / nullif(sum(claimed_no_reminder), 0) as contradicted_claim_rate
        from mart_defeat_reasons where month_start_date = $month having sum(defeats) > 0
    """,
    "defeat_reasons": f"""
        select d.reason, coalesce(max(k.name_zh), d.reason) as zh, coalesce(max(k.name_en), d.reason) as en,
          sum(defeats) as defeats, sum(avoidable) as avoidable
        from mart_defeat_reasons d left join {KINDS} k on k.domain = 'defeat_reason' and k.code = d.reason
        where month_start_date = $month group by d.reason order by defeats desc, d.reason
    """,
    "timing": """
        select weekday, cast(floor(hour / 2) * 2 as integer) as hour, sum(attempts) as attempts,
          sum(connected) as connected, sum(connected) / nullif(sum(attempts), 0) as connect_rate
        from mart_contact_timing where quarter_start_date = $quarter group by all order by all
    """,
    "live": """
        select l.platform, max(p.platform_name_zh) as name_zh, l.audience_basis, count(*) as sessions,
          sum(viewers) as viewers, sum(leads) as leads,
          sum(leads) filter (where viewers is not null) / nullif(sum(viewers), 0) as lead_rate,
          sum(showed_leads) as showed, sum(ordered_leads) as ordered
        from mart_live_conversion l left join dim_platform p using (platform)
        where cast(started_at at time zone 'Asia/Shanghai' as date) between $first and $last
        group by l.platform, l.audience_basis order by l.platform, l.audience_basis
    """,
    "hours": f"select {_HOURS} from mart_workload_week where {_IN_WEEKS} having count(*) > 0",
    "hour_stores": f"""
        select w.store_id, coalesce(max(s.store_name), w.store_id) as store, {_HOURS}
        from mart_workload_week w {_STORES} where {_IN_WEEKS} group by w.store_id
        order by w.store_id like 'other%', store, w.store_id
    """,
    "hour_weeks": f"""
        select week_start_date, {_HOURS} from mart_workload_week
        where week_start_date between $weeks_since and $last group by week_start_date order by week_start_date
    """,
    "burden": f"""
        select b.tool, coalesce(max(k.name_zh), b.tool) as zh, coalesce(max(k.name_en), b.tool) as en,
          sum(actions) as actions, sum(hours) as hours, bool_or(is_estimate) as is_estimate
        from mart_control_burden b left join {KINDS} k
          on k.code = b.tool
          and k.domain = case when b.tool in ('notice_ack', 'follow_up') then 'tool' else 'checkin' end
        where {_IN_WEEKS} group by b.tool having sum(actions) > 0 order by hours desc, b.tool
    """,
    "meetings": f"""
        with kinds as (
          select organiser_level, kind, sum(person_hours) as person_hours,
            sum(after_hours_person_hours) / nullif(sum(person_hours), 0) as after_hours_share,
            sum(rest_day_person_hours) / nullif(sum(person_hours), 0) as rest_day_share
          from mart_meeting_load where {_IN_WEEKS} group by all
        ),
        costs as (
          select organiser_level, kind, sum(leads_received_during) as leads_during,
            sum(owner_in_meeting_leads) as owner_inside,
            count(*) filter (where median_response_in_meeting > median_response_otherwise) as slower,
            count(*) filter (where median_response_in_meeting is not null and median_response_otherwise is not null)
              as compared
          from mart_meeting_cost where {_IN_WEEKS} group by all
        )
        select m.organiser_level, m.kind, coalesce(k.name_zh, m.kind) as zh, coalesce(k.name_en, m.kind) as en,
          person_hours, after_hours_share, rest_day_share, leads_during, owner_inside, slower, compared
        from kinds m left join costs c using (organiser_level, kind)
        left join {KINDS} k on k.domain = 'meeting' and k.code = m.kind
        order by person_hours desc, m.organiser_level, m.kind
    """,
    "training": """
        select organiser_level, sum(person_hours) as person_hours, sum(after_hours_person_hours) as after_hours,
          sum(rest_day_person_hours) as rest_day
        from mart_training_load where month_start_date = $month group by organiser_level order by person_hours desc
    """,
    "effects": "select * from mart_control_effect order by measure",
    "interventions": """
        select intervention_id, what, started_on, measure, treated_stores, control_stores, estimate, low, high, verdict
        from mart_intervention_effect where started_on <= $last order by started_on, intervention_id, measure
    """,
    "quality": """
        select sum(received) as received, sum(events) as events, sum(duplicates) as duplicates,
          sum(dead_letters) as dead_letters, sum(late_events) as late_events
        from mart_data_quality where date_day between $first and $last having sum(received) > 0
    """,
    "reconciliation": """
        select count(*) as compared, count(*) filter (where difference <> 0) as differing,
          count(*) filter (where unexplained <> 0) as unexplained_rows, sum(abs(unexplained)) as unexplained
        from mart_reconciliation where date_day between $first and $last having count(*) > 0
    """,
}
"""By section; parameters: `unit`, the period's `first` and `last` day, `since` (the eighth period before),
`weeks_since`, `ripe` (where cohorts begin that are looked at for how they ended), `month` and `quarter` of the last
day."""

EXTENT = """
    select min(day) as first, max(day) as last from (
      select date_day as day from mart_conversion_funnel union all select week_start_date from mart_workload_week
    )
"""
STATE = """
    select (select max(as_of_day) from mart_conversion_funnel) as as_of_day,
      (select max(build_id) from mart_build_history) as build_id
"""
