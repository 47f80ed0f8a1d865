with events as (
  {{ raw_events('hr.roster') }}
),

typed as (
  select
    *,
    data.employee_id as employee_id,
    {{ day_of_text('data.day') }} as date_day,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  employee_id,
  data.store_id as store_id,
  data.shift_start as shift_start_local,
  data.shift_end as shift_end_local,
  data.is_rest_day = 'true' as is_rest_day,
  date_day,
  updated_at,
  {{ staged("employee_id || ':' || " ~ key_of_day('date_day', 'data.day'), 'updated_at') }}
from typed
