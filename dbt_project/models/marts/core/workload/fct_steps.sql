with counted as (
  select * from {{ ref('int_step_counts') }}
),

held as (
  {{ held_by('counted', "'werun'", 'openid_token', 'day_at') }}
),

stores as (
  {{ store_of_day('held', 'record_key') }}
)

select
  s.employee_id,
  s.consultant_key,
  s.store_id,
  h.date_day,
  max(h.steps) as steps
from held h
inner join stores s on s.record_key = h.record_key
where s.employee_id <> 'unmatched'
group by s.employee_id, s.consultant_key, s.store_id, h.date_day
