with events as (
  {{ raw_events('checkin_app.task') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'task_id') }} as task_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  task_id,
  {{ token('data', 'login') }} as login_token,
  {{ json_text('data', 'kind') }} as kind,
  {{ json_text('data', 'status') }} as status,
  {{ json_text('data', 'surface') }} as surface,
  {{ token('data', 'device') }} as device_token,
  {{ local_text_to_utc(json_text('data', 'due_at')) }} as due_at,
  {{ local_text_to_utc(json_text('data', 'done_at')) }} as done_at,
  updated_at,
  {{ staged("account || ':' || task_id", 'updated_at') }}
from typed
