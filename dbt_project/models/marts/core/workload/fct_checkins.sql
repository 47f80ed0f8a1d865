with checkins as (
  select *, {{ local_day('occurred_at') }} as checkin_day
  from {{ ref('int_checkins') }}
)

select
  a.checkin_id,
  a.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  a.kind,
  a.tool,
  a.duty,
  a.occurred_at,
  a.checkin_day,
  a.result,
  a.surface,
  m.minutes as estimated_minutes,
  a.device_token as device_key
from checkins a
left join {{ ref('dim_consultant') }} c
  on c.employee_id = a.employee_id and a.occurred_at >= c.valid_from_at and a.occurred_at < c.valid_to_at
left join {{ ref('int_action_minutes') }} m
  on m.action = a.kind and a.checkin_day >= m.valid_from and a.checkin_day < m.valid_to
