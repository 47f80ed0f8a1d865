with events as (
  {{ raw_events('training.course') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'sitting_id') }} as sitting_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  sitting_id,
  {{ token('data', 'login') }} as login_token,
  {{ json_text('data', 'course_id') }} as course_id,
  {{ json_text('data', 'course_name') }} as course_name,
  {{ json_text('data', 'organiser') }} as organiser,
  try_cast({{ json_text('data', 'studied_minutes') }} as {{ t('double') }}) as studied_minutes,
  {{ local_text_to_utc(json_text('data', 'started_at')) }} as started_at,
  {{ local_text_to_utc(json_text('data', 'ended_at')) }} as ended_at,
  updated_at,
  {{ staged("account || ':' || sitting_id", 'updated_at') }}
from typed
