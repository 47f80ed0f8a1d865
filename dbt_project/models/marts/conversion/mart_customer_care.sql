{%- set int = t('int') -%}
with measures as (
  select {{ week_start('touch_day') }} as week_start_date, store_id, customer_id, 'contacted' as measure
  from {{ ref('fct_touches') }}
  where direction = 'outbound' and channel in ('call', 'sms', 'message') and customer_id <> 'unknown'
  union all
  select {{ week_start('overcontacted_day') }}, store_id, customer_id, 'overcontacted'
  from {{ ref('int_overcontacts') }}
  union all
  select {{ week_start('blocked_day') }}, store_id, customer_id, 'blocked'
  from {{ ref('int_blocks') }}
  where blocked_at is not null
),

customers as (
  select
    week_start_date,
    store_id,
    {%- for measure in ['contacted', 'overcontacted', 'blocked'] %}
    count(distinct case when measure = '{{ measure }}' then customer_id end) as {{ measure }}_customers
    {{- ',' if not loop.last }}
    {%- endfor %}
  from measures
  group by week_start_date, store_id
),

surveyed as (
  select
    {{ week_start('asked_day') }} as week_start_date,
    store_id,
    count(*) as deliveries_surveyed,
    sum(callback_rounds) as callback_rounds,
    count(score_of_100) as scores,
    sum(cast(score_of_100 as decimal(18,6))) as score_sum
  from {{ ref('int_surveyed_deliveries') }}
  group by {{ week_start('asked_day') }}, store_id
),

cells as (
  select week_start_date, store_id from customers
  union
  select week_start_date, store_id from surveyed
)

select
  x.week_start_date,
  x.store_id,
  cast(coalesce(c.contacted_customers, 0) as {{ int }}) as contacted_customers,
  cast(coalesce(c.overcontacted_customers, 0) as {{ int }}) as overcontacted_customers,
  cast(coalesce(c.blocked_customers, 0) as {{ int }}) as blocked_customers,
  cast(coalesce(s.deliveries_surveyed, 0) as {{ int }}) as deliveries_surveyed,
  cast(coalesce(s.callback_rounds, 0) as {{ int }}) as callback_rounds,
  cast(coalesce(s.scores, 0) as {{ int }}) as oem_scores,
  case when s.scores >= 5 then cast(s.score_sum as double) / s.scores end as mean_oem_score
from cells x
left join customers c on c.week_start_date = x.week_start_date and c.store_id = x.store_id
left join surveyed s on s.week_start_date = x.week_start_date and s.store_id = x.store_id
