with events as (
  {{ raw_events('hr.payslip') }}
),

typed as (
  select
    *,
    data.employee_id as employee_id,
    {{ day_of_text('data.month') }} as month_day,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  employee_id,
  month_day,
  try_cast(data.gross as {{ t('money') }}) as gross,
  try_cast(data.deductions as {{ t('money') }}) as deductions,
  try_cast(data.net as {{ t('money') }}) as net,
  updated_at,
  {{ staged("employee_id || ':' || " ~ key_of_day(month_start('month_day'), 'data.month'), 'updated_at') }}
from typed
