with events as (
  {{ raw_events('hr.deduction') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'deduction_id') }} as deduction_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  deduction_id,
  {{ json_text('data', 'employee_id') }} as employee_id,
  {{ json_text('data', 'kpi') }} as kpi_text,
  try_cast({{ json_text('data', 'month') }} as date) as month_day,
  try_cast({{ json_text('data', 'amount') }} as {{ t('money') }}) as amount,
  updated_at,
  {{ staged("account || ':' || deduction_id", 'updated_at') }}
from typed
