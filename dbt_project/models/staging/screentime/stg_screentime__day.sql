with events as (
  {{ raw_events('screentime.day') }}
),

typed as (
  select
    *,
    data.employee_id as employee_id,
    data.day as day_text,
    data.app as app,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  employee_id,
  app,
  data.category as category,
  try_cast(data.minutes as {{ t('int') }}) as minutes,
  try_cast(day_text as date) as date_day,
  updated_at,
  {{ staged("account || ':' || employee_id || ':' || day_text || ':' || app", 'updated_at') }}
from typed
