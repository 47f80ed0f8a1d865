with events as (
  {{ raw_events('training.exam') }}
),

typed as (
  select
    *,
    data.exam_id as exam_id
  from events
)

select
  exam_id,
  data.login.token as login_token,
  data.course_id as course_id,
  data.organiser as organiser,
  try_cast(data.score as {{ t('double') }}) as score,
  try_cast(data.score_max as {{ t('double') }}) as score_max,
  data.passed = 'true' as passed,
  {{ local_text_to_utc('data.started_at') }} as started_at,
  {{ local_text_to_utc('data.finished_at') }} as finished_at,
  {{ staged("account || ':' || exam_id") }}
from typed
