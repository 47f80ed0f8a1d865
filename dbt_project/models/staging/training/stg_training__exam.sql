with events as (
  {{ raw_events('training.exam') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'exam_id') }} as exam_id
  from events
)

select
  exam_id,
  {{ token('data', 'login') }} as login_token,
  {{ json_text('data', 'course_id') }} as course_id,
  {{ json_text('data', 'organiser') }} as organiser,
  try_cast({{ json_text('data', 'score') }} as {{ t('double') }}) as score,
  try_cast({{ json_text('data', 'score_max') }} as {{ t('double') }}) as score_max,
  {{ json_text('data', 'passed') }} = 'true' as passed,
  {{ local_text_to_utc(json_text('data', 'started_at')) }} as started_at,
  {{ local_text_to_utc(json_text('data', 'finished_at')) }} as finished_at,
  {{ staged("account || ':' || exam_id") }}
from typed
