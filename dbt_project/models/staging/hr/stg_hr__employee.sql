with events as (
  {{ raw_events('hr.employee') }}
),

typed as (
  select
    *,
    data.employee_id as employee_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  employee_id,
  data.accounts,
  data.work_phones,
  data.employments,
  data.shifts,
  updated_at,
  {{ staged('employee_id', 'updated_at') }}
from typed
