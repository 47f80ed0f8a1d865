{{ config(materialized='view') }}
{# Surveys, and satisfaction call-backs, which are a survey by the store; with the delivery they ask about: the order
   they name, else the customer's last delivery at the store before. One of the very day of the delivery, by a system that
   tells the day alone, is asked when that was. #}
with surveys as (
  {{ newest_version(ref('stg_survey__result')) }}
),

asked as (
  select
    'survey:' || record_key as survey_id,
    'survey:' || record_key as record_key,
    employee_id,
    'crm:' || store_id || ':' || order_id as named_order_id,
    asked_by,
    asked_at,
    answered_at,
    score,
    score_max
  from surveys
  where asked_at is not null
  union all
  select
    touch_key, record_key, employee_id, null, 'store', began_at,
    case when is_connected then began_at end, null, null
  from {{ ref('int_care_touches') }}
  where channel = 'callback' and direction = 'outbound'
),

-- A day alone asks of what was handed over until its last second.
bounded as (
  select *, {{ told_until('asked_at') }} as asked_until_at
  from asked
),

orders as (
  select
    order_id,
    customer_id,
    store_id,
    delivered_at,
    {{ local_midnight(local_day('delivered_at')) }} as delivered_day_at
  from {{ ref('fct_orders') }}
)

select
  a.survey_id,
  coalesce(named.customer_id, c.customer_id) as customer_id,
  coalesce(named.order_id, found.order_id) as order_id,
  c.store_id,
  a.employee_id,
  a.asked_by,
  case
    when a.asked_at = coalesce(named.delivered_day_at, found.delivered_day_at)
      then coalesce(named.delivered_at, found.delivered_at)
    else a.asked_at
  end as asked_at,
  a.answered_at,
  a.score,
  a.score_max
from bounded a
join {{ ref('int_record_customers') }} c on c.record_key = a.record_key
left join orders named on named.order_id = a.named_order_id
left join orders found
  on found.customer_id = case when named.order_id is null then nullif(c.customer_id, 'unknown') end
  and found.store_id = c.store_id
  and found.delivered_at <= a.asked_until_at
qualify row_number() over (partition by a.survey_id order by found.delivered_at desc nulls last, found.order_id) = 1
