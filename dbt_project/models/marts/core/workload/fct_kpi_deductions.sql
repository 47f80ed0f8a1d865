with lines as (
  select * from {{ ref('int_deductions') }}
),

dated as (
  select *, {{ month_start('month_day') }} as month_start_date
  from lines
  where month_day is not null and amount is not null
),

known as (
  {{ spellings('kpi') }}
),

stores as (
  {{ store_of_month('dated', 'record_key') }}
)

select
  'deduction:' || d.record_key as deduction_id,
  s.employee_id,
  s.consultant_key,
  s.store_id,
  d.month_start_date,
  coalesce(k.code, 'other') as kpi,
  d.amount
from dated d
inner join stores s on s.record_key = d.record_key
left join known k on k.spelling = d.kpi_text
