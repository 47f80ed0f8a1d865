"""What must hold of follow-ups, defeats, the pipeline, contact timing and customer care.

Arithmetic between columns of one mart, and distributions that only a missing source or a wrong join explains; their
limits are assumed.
"""

from __future__ import annotations

from expectations.rules import Batch, at_least, between

_FOLLOWUPS = Batch(
    table="mart_followup_discipline",
    keys=("week_start_date", "store_id", "level"),
    query="""
        select * replace (cast(week_start_date as varchar) as week_start_date),
          due - done_on_time - done_late - logged_only - missed as unaccounted,
          case when sum(due) over () >= 200 then sum(missed) over () / sum(due) over () end as missed_share
        from {mart_followup_discipline}
    """,
    rules=(
        between(
            "unaccounted", 0, 0, rule="follow_ups_add_up", says="due = on time + late + logged only + missed"
        ),
        between(
            "missed_share", 0, 0.95, severity="warning", rule="somebody_follows_up",
            says="at most 95% of all follow-ups are missed (assumed): is a call or message system missing?",
        ),
    ),
)  # fmt: skip

_DEFEATS = Batch(
    table="mart_defeat_reasons",
    keys=("month_start_date", "store_id", "reason"),
    query="select * replace (cast(month_start_date as varchar) as month_start_date) from {mart_defeat_reasons}",
    rules=(
        at_least("defeats", "avoidable", rule="avoidable_are_defeats", says="avoidable within defeats"),
        *(
            at_least("avoidable", cause, rule=f"causes_are_avoidable:{cause}", says=f"{cause} within avoidable")
            for cause in ("few_attempts", "few_attempt_days", "never_connected", "overdue")
        ),
        at_least(
            "claimed_no_reminder", "contradicted_no_reminder", rule="contradicted_were_claimed",
            says="who is contradicted has claimed",
        ),
        at_least(
            "defeats", "later_ordered_in_group", rule="later_orders_have_a_defeat",
            says="who ordered later was defeated",
        ),
    ),
)  # fmt: skip

_PIPELINE = Batch(
    table="mart_lead_pipeline",
    keys=("week_start_date", "store_id", "level", "age_band", "owner_state"),
    query="""
        select * replace (cast(week_start_date as varchar) as week_start_date),
          case when sum(open_leads) over (partition by week_start_date) >= 200 then
            sum(case when level = 'N' then open_leads else 0 end) over (partition by week_start_date)
            / sum(open_leads) over (partition by week_start_date)
          end as unjudged_share
        from {mart_lead_pipeline}
    """,
    rules=(
        at_least("open_leads", "overdue", rule="overdue_leads_are_open", says="overdue within open leads"),
        at_least("open_leads", "orphaned", rule="orphaned_leads_are_open", says="orphaned within open leads"),
        at_least("open_leads", "reassigned", rule="reassigned_leads_are_open", says="reassigned within open leads"),
        between(
            "unjudged_share", 0, 0.9, severity="warning", rule="levels_arrive",
            says="at most 90% of a week's open leads are not judged (assumed): do levels arrive?",
        ),
    ),
)  # fmt: skip

_TIMING = Batch(
    table="mart_contact_timing",
    keys=("quarter_start_date", "weekday", "hour", "level"),
    query="""
        select * replace (cast(quarter_start_date as varchar) as quarter_start_date),
          case when sum(attempts) over () >= 200 then sum(connected) over () / sum(attempts) over () end
            as reached_share
        from {mart_contact_timing}
    """,
    rules=(
        at_least("attempts", "connected", rule="connected_calls_were_attempts", says="connected within attempts"),
        at_least("connect_rate", "low", rule="rates_lie_in_their_interval:low", says="a rate is over its lower end"),
        at_least("high", "connect_rate", rule="rates_lie_in_their_interval:high", says="and under its upper end"),
        between(
            "reached_share", 0.02, 0.98, severity="warning", rule="some_calls_connect_and_some_do_not",
            says="2 to 98% of calls connect (assumed): is a call's talk time read?",
        ),
    ),
)  # fmt: skip

_CARE = Batch(
    table="mart_customer_care",
    keys=("week_start_date", "store_id"),
    query="select * replace (cast(week_start_date as varchar) as week_start_date) from {mart_customer_care}",
    rules=(
        at_least(
            "deliveries_surveyed", "oem_scores", rule="scores_have_a_survey", says="scores within deliveries surveyed"
        ),
        between("mean_oem_score", 0, 100, rule="scores_are_of_100", says="a mean score lies within 0 and 100"),
    ),
)

_CUSTOMERS = Batch(
    table="fct_leads",
    keys=("leads_of_one_customer", "customers"),
    query="""
        select leads_of_one_customer, count(*) as customers
        from (
          select count(*) as leads_of_one_customer
          from {fct_leads}
          where customer_id <> 'unknown'
          group by customer_id
        )
        group by leads_of_one_customer
    """,
    rules=(
        between(
            "leads_of_one_customer", 1, 50, severity="warning", rule="customers_are_persons",
            says="one customer has at most 50 leads (assumed): does a shared number or a wrong merge join people?",
        ),
    ),
)  # fmt: skip

CARE = (_FOLLOWUPS, _DEFEATS, _PIPELINE, _TIMING, _CARE, _CUSTOMERS)
