with events as (
  {{ raw_events('checkin_app.task') }}
),

typed as (
  select
    *,
    data.task_id as task_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  task_id,
  data.login.token as login_token,
  data.kind as kind,
  data.status as status,
  data.surface as surface,
  data.device.token as device_token,
  {{ local_text_to_utc('data.due_at') }} as due_at,
  {{ local_text_to_utc('data.done_at') }} as done_at,
  updated_at,
  {{ staged("account || ':' || task_id", 'updated_at') }}
from typed
