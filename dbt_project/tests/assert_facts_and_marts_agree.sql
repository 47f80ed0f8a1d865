-- Nothing is lost between the facts and the marts.
{%- set pairs = {
  'funnel leads': ["(select sum(leads) from " ~ ref('mart_conversion_funnel') ~ ")", "(select count(*) from " ~ ref('fct_leads') ~ ")"],
  'funnel submissions': ["(select sum(submissions) from " ~ ref('mart_conversion_funnel') ~ ")", "(select count(*) from " ~ ref('fct_lead_submissions') ~ ")"],
  'submissions': ["(select count(*) from " ~ ref('fct_lead_submissions') ~ ")", "(select count(*) from " ~ ref('int_submissions') ~ ")"],
  'valid leads': ["(select sum(valid_leads) from " ~ ref('mart_response_sla') ~ ")", "(select count(*) from " ~ ref('fct_leads') ~ " where is_valid)"],
  'days of activity': ["(select sum(leads_received) from " ~ ref('mart_activity_daily') ~ ")", "(select count(*) from " ~ ref('fct_leads') ~ ")"],
  'live sessions': ["(select sum(leads) from " ~ ref('mart_live_conversion') ~ ")", "(select sum(leads) from " ~ ref('fct_live_sessions') ~ ")"]
} %}
{%- for name, pair in pairs.items() %}
select '{{ name }}' as what, coalesce({{ pair[0] }}, 0) as in_mart, coalesce({{ pair[1] }}, 0) as in_fact
where coalesce({{ pair[0] }}, 0) <> coalesce({{ pair[1] }}, 0)
{% if not loop.last %}union all{% endif %}
{%- endfor %}
