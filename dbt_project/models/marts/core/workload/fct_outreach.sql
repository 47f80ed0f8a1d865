with outings as (
  select *, {{ local_day('occurred_at') }} as outreach_day
  from {{ ref('int_outings') }}
)

select
  o.outing_id as outreach_id,
  o.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  o.occurred_at as started_at,
  o.outreach_day,
  cast(round(o.latitude, 1) as {{ t('text') }}) || ',' || cast(round(o.longitude, 1) as {{ t('text') }}) as area,
  coalesce(m.minutes, 0) as estimated_minutes
from outings o
left join {{ ref('dim_consultant') }} c
  on c.employee_id = o.employee_id and o.occurred_at >= c.valid_from_at and o.occurred_at < c.valid_to_at
left join {{ ref('int_action_minutes') }} m
  on m.action = 'outreach_sign_in' and o.outreach_day >= m.valid_from and o.outreach_day < m.valid_to
