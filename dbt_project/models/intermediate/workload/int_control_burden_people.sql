with people as (
  select distinct week_start_date, store_id, brand, employee_id
  from {{ ref('int_workload_week_people') }}
),

actions as (
  select
    d.week_start_date,
    d.store_id,
    d.employee_id,
    a.kind as tool,
    count(*) as actions,
    {{ sum_minutes('a.minutes') }} / 60.0e0 as hours
  from {{ ref('int_control_actions') }} a
  inner join {{ ref('int_person_days') }} d on d.employee_id = a.employee_id and d.date_day = a.date_day
  group by d.week_start_date, d.store_id, d.employee_id, a.kind
),

tools as (
  select distinct week_start_date, store_id, tool from actions
)

select
  p.week_start_date,
  p.store_id,
  p.brand,
  t.tool,
  p.employee_id,
  coalesce(a.actions, 0) as actions,
  coalesce(a.hours, 0) as hours
from people p
inner join tools t on t.week_start_date = p.week_start_date and t.store_id = p.store_id
left join actions a
  on
    a.week_start_date = p.week_start_date
    and a.store_id = p.store_id
    and a.employee_id = p.employee_id
    and a.tool = t.tool
