with known_days as (
  select min(date_day) as first_day, cast(null as date) as last_day from {{ ref('int_rosters') }}
  union all
  select min(work_day) as first_day, max(work_day) as last_day from {{ ref('int_attendance') }}
  union all
  select {{ local_day('min(due_at)') }} as first_day, {{ local_day('max(due_at)') }} as last_day
  from {{ ref('int_checkin_tasks') }}
  union all
  select {{ local_day('min(operated_at)') }} as first_day, {{ local_day('max(operated_at)') }} as last_day
  from {{ ref('int_meeting_events') }}
  where event = 'joined'
  union all
  select cast(null as date) as first_day, {{ local_day('max(arrived_at)') }} as last_day from {{ ref('fct_visits') }}
  union all
  select cast(null as date) as first_day, {{ local_day('max(started_at)') }} as last_day from {{ ref('fct_touches') }}
),

period as (
  select
    min(k.first_day) as first_day,
    least(max(k.last_day), {{ local_day('max(a.as_of)') }}) as last_day
  from known_days k
  cross join {{ ref('int_as_of') }} a
),

days as (
  select d.date_day, d.week_start_date, d.weekday
  from {{ ref('dim_date') }} d
  inner join period p on d.date_day between p.first_day and p.last_day
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
