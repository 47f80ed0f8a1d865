{# How many consultants of a store are on shift at a time, and how many of them with no customer and in no meeting. #}
with segments as (
  select
    d.store_id,
    s.started_at,
    s.ended_at,
    case when s.is_customer_facing or s.is_meeting or s.is_training then 0 else 1 end as is_free
  from {{ ref('int_person_segments') }} s
  inner join {{ ref('int_person_days') }} d on d.employee_id = s.employee_id and d.date_day = s.date_day
  inner join {{ ref('consultant_roles') }} r on r.role = d.role
  where s.is_shift
),

edges as (
  select store_id, started_at as edge_at, 1 as on_shift_step, is_free as free_step from segments
  union all
  select store_id, ended_at as edge_at, -1 as on_shift_step, -is_free as free_step from segments
),

steps as (
  select store_id, edge_at, sum(on_shift_step) as on_shift_step, sum(free_step) as free_step
  from edges
  group by store_id, edge_at
)

select
  store_id,
  edge_at as started_at,
  lead(edge_at) over (partition by store_id order by edge_at) as ended_at,
  sum(on_shift_step) over (
    partition by store_id order by edge_at rows between unbounded preceding and current row
  ) as on_shift,
  sum(free_step) over (
    partition by store_id order by edge_at rows between unbounded preceding and current row
  ) as free
from steps
