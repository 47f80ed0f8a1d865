with events as (
  {{ raw_events('training.course') }}
),

typed as (
  select
    *,
    data.sitting_id as sitting_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  sitting_id,
  data.login.token as login_token,
  data.course_id as course_id,
  data.course_name as course_name,
  data.organiser as organiser,
  try_cast(data.studied_minutes as {{ t('double') }}) as studied_minutes,
  {{ local_text_to_utc('data.started_at') }} as started_at,
  {{ local_text_to_utc('data.ended_at') }} as ended_at,
  updated_at,
  {{ staged("account || ':' || sitting_id", 'updated_at') }}
from typed
