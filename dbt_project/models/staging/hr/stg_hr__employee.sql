with events as (
  {{ raw_events('hr.employee') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'employee_id') }} as employee_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  employee_id,
  data,
  updated_at,
  {{ staged('employee_id', 'updated_at') }}
from typed
