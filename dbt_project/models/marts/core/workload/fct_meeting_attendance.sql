with intervals as (
  select * from {{ ref('int_attended_intervals') }}
),

attended as (
  select
    meeting_id,
    employee_id,
    min(started_at) as joined_at,
    max(ended_at) as left_at,
    cast(sum({{ epoch_us('ended_at') }} - {{ epoch_us('started_at') }}) as {{ t('double') }}) / 3.6e9 as attended_hours
  from intervals
  group by meeting_id, employee_id
),

split as (
  {{ shift_split('intervals', 'meeting_id') }}
)

select
  a.meeting_id,
  a.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  {{ local_day('a.joined_at') }} as joined_day,
  a.joined_at,
  a.left_at,
  a.attended_hours,
  coalesce(s.after_hours_hours, 0) as after_hours_hours,
  coalesce(s.rest_day_hours, 0) as rest_day_hours,
  coalesce(s.conflict_hours, 0) as conflict_hours
from attended a
left join split s on s.meeting_id = a.meeting_id and s.employee_id = a.employee_id
left join {{ ref('dim_consultant') }} c
  on c.employee_id = a.employee_id and a.joined_at >= c.valid_from_at and a.joined_at < c.valid_to_at
