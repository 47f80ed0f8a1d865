{{ config(materialized='view') }}
{# Each delivery the manufacturer asked about, at its first survey since that day, with the contacts the store made before
   that. #}
with asked as (
  select s.*, o.delivered_at
  from {{ ref('fct_surveys') }} s
  join {{ ref('fct_orders') }} o on o.order_id = s.order_id
  where s.asked_by = 'oem' and {{ local_day('s.asked_at') }} >= {{ local_day('o.delivered_at') }}
  qualify row_number() over (partition by s.order_id order by s.asked_at, s.survey_id) = 1
),

rounds as (
  select a.order_id, count(*) as callback_rounds
  from asked a
  join {{ ref('fct_surveys') }} s
    on s.order_id = a.order_id and s.asked_by = 'store'
    and s.asked_at >= a.delivered_at and s.asked_at < a.asked_at
  group by a.order_id
)

select
  a.order_id,
  a.store_id,
  a.asked_at,
  {{ local_day('a.asked_at') }} as asked_day,
  coalesce(r.callback_rounds, 0) as callback_rounds,
  case
    when a.score between 0 and a.score_max and a.score_max > 0 and a.score_max < cast('infinity' as {{ t('double') }})
      then a.score * 100 / a.score_max
  end as score_of_100
from asked a
left join rounds r on r.order_id = a.order_id
