{{ config(materialized='view') }}
{# How many consultants of a store are left on shift with no customer and in no meeting, while its people sit in one. #}
with days as (
  select
    meeting_id,
    store_id,
    started_at,
    ended_at,
    {{ each_day(local_day('started_at'), local_day('ended_at')) }} as date_day
  from {{ ref('int_meeting_windows') }}
),

-- Distinct as it is: said so that engines do not join stretches to meetings of the day in any store.
consultants as (
  select distinct w.meeting_id, w.store_id, w.started_at, w.ended_at, d.employee_id, d.date_day
  from days w
  inner join {{ ref('int_person_days') }} d on d.store_id = w.store_id and d.date_day = w.date_day
  inner join {{ ref('consultant_roles') }} r on r.role = d.role and r.valid_from <= d.date_day
),

on_shift as (
  select
    c.meeting_id,
    c.store_id,
    greatest(s.started_at, c.started_at) as started_at,
    least(s.ended_at, c.ended_at) as ended_at,
    case when s.is_customer_facing or s.is_meeting or s.is_training then 0 else 1 end as is_free
  from consultants c
  inner join {{ ref('int_person_segments') }} s
    on
      s.employee_id = c.employee_id
      and s.date_day = c.date_day
      and s.started_at < c.ended_at
      and s.ended_at > c.started_at
  where s.is_shift
),

edges as (
  select meeting_id, store_id, started_at as edge_at, 1 as on_shift_step, is_free as free_step from on_shift
  union all
  select meeting_id, store_id, ended_at as edge_at, -1 as on_shift_step, -is_free as free_step from on_shift
),

steps as (
  select meeting_id, store_id, edge_at, sum(on_shift_step) as on_shift_step, sum(free_step) as free_step
  from edges
  group by meeting_id, store_id, edge_at
  having sum(on_shift_step) <> 0 or sum(free_step) <> 0
),

stretches as (
  select
    meeting_id,
    store_id,
    sum(on_shift_step) over in_order as on_shift,
    sum(free_step) over in_order as free
  from steps
  window in_order as (partition by meeting_id, store_id order by edge_at)
)

select meeting_id, store_id, cast(min(free) as {{ t('int') }}) as free
from stretches
where on_shift > 0
group by meeting_id, store_id
