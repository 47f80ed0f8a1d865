with attendance as (
  select *, {{ local_day('occurred_at') }} as checkin_day
  from {{ ref('int_attendance') }}
  where duty <> 'outing'
)

select
  a.checkin_id,
  a.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  'attendance' as kind,
  a.system as tool,
  a.duty,
  a.occurred_at,
  a.checkin_day,
  a.result,
  a.surface,
  m.minutes as estimated_minutes,
  a.device_token as device_key
from attendance a
left join {{ ref('dim_consultant') }} c
  on c.employee_id = a.employee_id and a.occurred_at >= c.valid_from_at and a.occurred_at < c.valid_to_at
left join {{ ref('int_action_minutes') }} m
  on m.action = 'attendance' and a.checkin_day >= m.valid_from and a.checkin_day < m.valid_to
