with events as (
  {{ raw_events('screentime.day') }}
),

typed as (
  select
    *,
    data.employee_id as employee_id,
    {{ day_of_text('data.day') }} as date_day,
    data.app as app,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  employee_id,
  app,
  data.category as category,
  try_cast(data.minutes as {{ t('int') }}) as minutes,
  date_day,
  updated_at,
  {{ staged("employee_id || ':' || " ~ key_of_day('date_day', 'data.day') ~ " || ':' || app", 'updated_at') }}
from typed
