{{ config(materialized='view') }}
{# All that moves a lead's next follow-up, in order: it opens (again), its level changes, an attempt, an order or its
   cancellation, it closes. A lead begins, again too, as not judged (N); an ordered one waits (O), and waits on when another
   of its orders stands. #}
{%- set in_order %}partition by lead_id order by happened_at, rank, change_key{% endset %}
{%- set so_far %}{{ in_order }} rows between unbounded preceding and current row{% endset %}
with touches as (
  select * from {{ ref('fct_touches') }} where is_attempt and lead_id is not null
),

orders as (
  select * from {{ ref('fct_orders') }} where lead_id is not null
),

changes as (
  select lead_id, happened_at, 'open' as kind, 0 as rank, record_key as change_key, 'N' as level
  from {{ ref('int_lead_steps') }}
  where is_first or is_reopening
  union all
  select lead_id, set_at, 'level', rank, record_key, level
  from {{ ref('int_level_statements') }}
  where lead_id is not null
  union all
  select lead_id, started_at, 'attempt', 3, touch_id, null from touches
  union all
  select lead_id, ordered_at, 'order', 4, order_id, 'O' from orders
  union all
  select o.lead_id, o.cancelled_at, 'cancel', 5, o.order_id, 'N'
  from orders o
  where o.cancelled_at is not null
    and not exists (
      select 1
      from orders other
      where other.lead_id = o.lead_id and other.ordered_at <= o.cancelled_at
        and (other.cancelled_at is null or other.cancelled_at > o.cancelled_at)
    )
  union all
  select lead_id, happened_at, 'close', 6, record_key, null
  from {{ ref('int_lead_steps') }}
  where is_closing
),

placed as (
  select
    *,
    row_number() over ({{ in_order }}) as place,
    count(case when kind = 'open' then 1 end) over ({{ so_far }}) as stretch_no,
    count(case when kind = 'close' then 1 end) over ({{ so_far }}) as closed,
    {{ last_known('level') }} over ({{ so_far }}) as level_then,
    {{ last_known('level') }} over ({{ in_order }} rows between unbounded preceding and 1 preceding) as level_before
  from changes
)

select lead_id, happened_at, kind, change_key, place, stretch_no, level_then, stretch_no - closed = 1 as is_open
from placed
where (stretch_no - closed = 1 or kind = 'close') and not (kind = 'level' and level_then = level_before)
