with first_days as (
  select min(date_day) as first_day from {{ ref('int_rosters') }}
  union all
  select min(work_day) as first_day from {{ ref('int_attendance') }}
  union all
  select {{ local_day('min(due_at)') }} as first_day from {{ ref('int_checkin_tasks') }}
  union all
  select {{ local_day('min(operated_at)') }} as first_day from {{ ref('int_meeting_events') }} where event = 'joined'
),

active as (
  select
    {{ local_day('min(started_at)') }} as first_day,
    {{ local_day(ts_from_epoch_us(epoch_us('max(ended_at)') ~ ' - 1')) }} as last_day
  from {{ ref('fct_activity_intervals') }}
),

last_days as (
  select last_day from active
  union all
  select {{ local_day('as_of') }} as last_day from {{ ref('int_as_of') }}
),

days as (
  select date_day, week_start_date, weekday
  from {{ ref('dim_date') }}
  where
    date_day >= (select coalesce(min(f.first_day), min(a.first_day)) from first_days f cross join active a)
    and date_day <= (select min(last_day) from last_days)
)

select
  c.employee_id,
  c.consultant_key,
  c.store_id,
  c.role,
  d.date_day,
  d.week_start_date,
  d.weekday,
  {{ local_midnight('d.date_day') }} as day_start_at,
  {{ local_midnight(add_days('d.date_day', 1)) }} as day_end_at
from {{ ref('dim_consultant') }} c
inner join days d on d.date_day >= c.valid_from and d.date_day < coalesce(c.valid_to, {{ last_day() }})
where c.employee_id not in ('unassigned', 'unmatched')
