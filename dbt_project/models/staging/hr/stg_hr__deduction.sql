with events as (
  {{ raw_events('hr.deduction') }}
),

typed as (
  select
    *,
    data.deduction_id as deduction_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  deduction_id,
  data.employee_id as employee_id,
  data.kpi as kpi_text,
  {{ day_of_text('data.month') }} as month_day,
  try_cast(data.amount as {{ t('money') }}) as amount,
  updated_at,
  {{ staged("account || ':' || deduction_id", 'updated_at') }}
from typed
