with events as (
  {{ raw_events('screentime.day') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'employee_id') }} as employee_id,
    {{ json_text('data', 'day') }} as day_text,
    {{ json_text('data', 'app') }} as app,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  employee_id,
  app,
  {{ json_text('data', 'category') }} as category,
  try_cast({{ json_text('data', 'minutes') }} as {{ t('int') }}) as minutes,
  try_cast(day_text as date) as date_day,
  updated_at,
  {{ staged("account || ':' || employee_id || ':' || day_text || ':' || app", 'updated_at') }}
from typed
