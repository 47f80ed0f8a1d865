with tasks as (
  {{ newest_version(ref('stg_checkin_app__task')) }}
),

done as (
  select * from tasks where status = 'done' and done_at is not null
)

{{ held_by('done', 'record_key', "'checkin_app'", 'login_token', 'done_at') }}
