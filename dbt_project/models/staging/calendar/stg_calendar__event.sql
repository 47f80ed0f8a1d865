with events as (
  {{ raw_events('calendar.event') }}
),

typed as (
  select
    *,
    data.occurrence as meeting_id,
    try_cast(data.modified_at as {{ t('instant') }}) as modified_at
  from events
)

select
  meeting_id,
  data.uid as series_id,
  data.summary as subject,
  data.location as location,
  {{ json_text('data.categories', '[0]') }} as category,
  data.organiser.account.token as organiser_token,
  coalesce(try_cast(data.sequence as {{ t('int') }}), 0) as sequence_no,
  try_cast(data.series_sequence as {{ t('int') }}) as series_sequence_no,
  coalesce(data.is_all_day = 'true', false) as is_all_day,
  coalesce(data.status = 'CANCELLED', false) as is_cancelled,
  modified_at,
  try_cast(data.series_modified_at as {{ t('instant') }}) as series_modified_at,
  coalesce(pulled_at, landed_at) as told_at,
  try_cast(data.recurrence_id as {{ t('instant') }}) as recurs_at,
  try_cast(data.started_at as {{ t('instant') }}) as started_at,
  try_cast(data.ended_at as {{ t('instant') }}) as ended_at,
  data.attendees,
  {{ staged("account || ':' || meeting_id", 'modified_at') }}
from typed
