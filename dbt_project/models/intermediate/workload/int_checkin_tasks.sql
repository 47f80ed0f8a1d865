with tasks as (
  {{ newest_version(ref('stg_checkin_app__task')) }}
),

done as (
  select record_key, login_token, kind, surface, device_token, due_at, done_at
  from tasks
  where status = 'done' and done_at is not null
),

held as (
  {{ held_by('done', "'checkin_app'", 'login_token', 'done_at') }}
)

select record_key, employee_id, kind, surface, device_token, due_at, done_at
from held
