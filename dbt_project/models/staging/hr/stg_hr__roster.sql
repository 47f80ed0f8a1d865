with events as (
  {{ raw_events('hr.roster') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'employee_id') }} as employee_id,
    {{ json_text('data', 'day') }} as day_text,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  employee_id,
  {{ json_text('data', 'store_id') }} as store_id,
  {{ json_text('data', 'shift_start') }} as shift_start_local,
  {{ json_text('data', 'shift_end') }} as shift_end_local,
  {{ json_text('data', 'is_rest_day') }} = 'true' as is_rest_day,
  try_cast(day_text as date) as date_day,
  updated_at,
  {{ staged("employee_id || ':' || day_text", 'updated_at') }}
from typed
