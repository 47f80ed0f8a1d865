with candidates as (
  select * from {{ ref('int_activity_candidates') }}
),

united as (
  {{ union_intervals('candidates', ['employee_id', 'category'], also={
    'is_estimated': 'max(case when is_estimated then 1 else 0 end) = 1',
    'source': "case when min(source) = max(source) then min(source) else 'several' end"
  }) }}
)

select
  u.employee_id,
  coalesce(c.consultant_key, 'unmatched') as consultant_key,
  coalesce(c.store_id, 'unknown') as store_id,
  u.category,
  u.started_at,
  u.ended_at,
  u.is_estimated,
  u.source
from united u
left join {{ ref('dim_consultant') }} c
  on c.employee_id = u.employee_id and u.started_at >= c.valid_from_at and u.started_at < c.valid_to_at
