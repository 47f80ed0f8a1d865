{# All that moves a lead's next follow-up, in order: it opens (again), its level changes, an attempt, an order or its
   cancellation, it closes. A lead begins, again too, as not judged (N); an ordered one waits (O). #}
with touches as (
  select * from {{ ref('fct_touches') }} where is_attempt and lead_id is not null
),

orders as (
  select * from {{ ref('fct_orders') }} where lead_id is not null
),

changes as (
  select lead_id, happened_at, 'open' as kind, 0 as rank, record_key as change_key, 'N' as level, 1 as step
  from {{ ref('int_lead_steps') }}
  where is_first or is_reopening
  union all
  select lead_id, set_at, 'level', rank, record_key, level, 0
  from {{ ref('int_level_statements') }}
  where lead_id is not null
  union all
  select lead_id, started_at, 'attempt', 3, touch_id, null, 0 from touches
  union all
  select lead_id, ordered_at, 'order', 4, order_id, 'O', 0 from orders
  union all
  select lead_id, cancelled_at, 'cancel', 5, order_id, 'N', 0 from orders where cancelled_at is not null
  union all
  select lead_id, happened_at, 'close', 6, record_key, null, -1
  from {{ ref('int_lead_steps') }}
  where is_closing
),

placed as (
  select
    *,
    sum(step) over in_order as open_now,
    count(case when kind = 'open' then 1 end) over in_order as stretch_no,
    count(level) over in_order as level_no
  from changes
  window in_order as (
    partition by lead_id order by happened_at, rank, change_key rows between unbounded preceding and current row
  )
),

levelled as (
  select
    lead_id, happened_at, kind, rank, change_key, open_now, stretch_no,
    max(level) over (partition by lead_id, level_no) as level_then,
    level
  from placed
),

compared as (
  select
    *,
    lag(level_then) over (partition by lead_id order by happened_at, rank, change_key) as level_before
  from levelled
)

select lead_id, happened_at, kind, rank, change_key, stretch_no, level_then, open_now = 1 as is_open
from compared
where (open_now = 1 or kind = 'close') and not (kind = 'level' and level_then = level_before)
