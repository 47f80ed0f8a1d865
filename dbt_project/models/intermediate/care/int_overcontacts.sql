{{ config(materialized='view') }}
{# The fourth of four outbound touches (call, SMS, message, a robot's too) to one person within 72 hours without an
   answer (talk of 10 s or more, with a robot or in a call-back too), an inbound message or call, or a visit between; one row for
   each store that touched. #}
with touches as (
  select customer_id, store_id, touch_id, started_at, direction = 'outbound' and channel <> 'callback' as is_outbound,
    connected or talk_seconds >= 10 or direction = 'inbound' as is_answer
  from {{ ref('fct_touches') }}
  where customer_id <> 'unknown' and channel in ('call', 'sms', 'message', 'callback')
),

contacts as (
  select * from touches
  union all
  select customer_id, store_id, 'visit:' || visit_id, arrived_at, false, true
  from {{ ref('fct_visits') }}
  where customer_id <> 'unknown' and arrived_at is not null
),

silences as (
  select
    *,
    coalesce(sum(case when is_answer then 1 else 0 end) over (
      partition by customer_id order by started_at, touch_id rows between unbounded preceding and 1 preceding
    ), 0) as silence_no
  from contacts
),

counted as (
  select
    *,
    lag(started_at, 3) over (partition by customer_id, silence_no order by started_at, touch_id) as third_before_at
  from silences
  where is_outbound
),

fourths as (
  select * from counted
  where {{ epoch_us('started_at') }} - {{ epoch_us('third_before_at') }} <= 72 * cast(3600000000 as bigint)
)

select distinct
  f.customer_id,
  c.store_id,
  f.touch_id,
  f.started_at as overcontacted_at,
  {{ local_day('f.started_at') }} as overcontacted_day
from fourths f
join counted c
  on c.customer_id = f.customer_id and c.silence_no = f.silence_no
  and c.started_at >= f.third_before_at and c.started_at <= f.started_at
