with reported as (
  select * from {{ ref('int_screen_days') }}
),

days as (
  select * from reported where date_day is not null and minutes is not null
),

stores as (
  {{ store_of_day('days', 'record_key') }}
)

select
  s.employee_id,
  s.consultant_key,
  s.store_id,
  d.date_day,
  d.app,
  max(d.category) as category,
  cast(sum(d.minutes) as {{ t('int') }}) as minutes
from days d
inner join stores s on s.record_key = d.record_key
group by s.employee_id, s.consultant_key, s.store_id, d.date_day, d.app
