with slips as (
  select * from {{ ref('int_payslips') }}
),

dated as (
  select *, {{ month_start('month_day') }} as month_start_date
  from slips
  where month_day is not null and gross is not null and net is not null
),

stores as (
  {{ store_of_month('dated', 'record_key') }}
)

select
  'payslip:' || d.record_key as payslip_id,
  s.employee_id,
  s.consultant_key,
  s.store_id,
  d.month_start_date,
  d.gross,
  cast(coalesce(d.deductions, d.gross - d.net) as {{ t('money') }}) as deductions,
  d.net
from dated d
inner join stores s on s.record_key = d.record_key
