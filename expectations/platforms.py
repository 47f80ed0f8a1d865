"""What must hold of the platforms' marts: standings within their scales, counts that fit, differences that are few.

Limits are assumed where a sentence says so.
"""

from __future__ import annotations

from expectations.rules import Batch, at_least, between

_SCORES = Batch(
    table="fct_platform_scores",
    keys=("platform", "store_id", "date_day"),
    query="select * replace (cast(date_day as varchar) as date_day) from {fct_platform_scores}",
    rules=(
        at_least("score_max", "response_score", rule="scores_fit_their_scale", says="a score is within its scale"),
        at_least("rank_of", "response_rank", rule="ranks_fit_their_universe", says="a rank is within its universe"),
        between("response_rank", 1, None, rule="ranks_begin_at_one", says="the best rank is 1"),
    ),
)

_SCORECARD = Batch(
    table="mart_platform_scorecard",
    keys=("week_start_date", "store_id", "platform"),
    query="""
        select
          * replace (cast(week_start_date as varchar) as week_start_date),
          hotline_calls - hotline_answered - hotline_missed as calls_unaccounted
        from {mart_platform_scorecard}
    """,
    rules=(
        between(
            "calls_unaccounted", 0, 0, rule="calls_are_answered_or_missed", says="a hotline call is answered or missed"
        ),
        at_least("hotline_missed", "hotline_called_back_30m", rule="call_backs_fit", says="called back within missed"),
        at_least(
            "submissions", "hotline_calls", rule="calls_are_submissions", says="each hotline call is a submission"
        ),
        *(
            at_least("valid_leads", step, rule=f"scorecard_steps_fit:{step}", says=f"{step} within valid_leads")
            for step in ("invited_leads", "showed_leads", "net_orders", "deliveries")
        ),
        between(
            "cost", 0, None, severity="warning", rule="costs_are_not_negative", says="a week's cost is not negative"
        ),
    ),
)

_RECONCILIATION = Batch(
    table="mart_reconciliation",
    keys=("vendor", "measure", "theirs", "unexplained"),
    query="""
        select
          vendor, measure, sum(theirs) as theirs, sum(abs(unexplained)) as unexplained,
          case when sum(theirs) >= 50 then sum(abs(unexplained)) / sum(theirs) end as unexplained_share
        from {mart_reconciliation}
        group by all
    """,
    rules=(
        between(
            "unexplained_share",
            0,
            0.1,
            severity="warning",
            rule="vendors_counts_are_explained",
            says="known causes explain all but 10% of what a vendor counts (assumed)",
        ),
    ),
)

PLATFORMS = (_SCORES, _SCORECARD, _RECONCILIATION)
