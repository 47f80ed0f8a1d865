with events as (
  {{ raw_events('calendar.event') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'occurrence') }} as meeting_id,
    cast({{ json_text('data', 'modified_at') }} as {{ t('instant') }}) as modified_at
  from events
)

select
  account || ':' || meeting_id as meeting_key,
  meeting_id,
  {{ json_text('data', 'uid') }} as series_id,
  {{ json_text('data', 'summary') }} as subject,
  {{ json_text('data', 'location') }} as location,
  {{ json_text('data', 'categories[0]') }} as category,
  {{ token('data', 'organiser.account') }} as organiser_token,
  coalesce(try_cast({{ json_text('data', 'sequence') }} as {{ t('int') }}), 0) as sequence_no,
  coalesce({{ json_text('data', 'is_all_day') }} = 'true', false) as is_all_day,
  coalesce({{ json_text('data', 'status') }} = 'CANCELLED', false) as is_cancelled,
  modified_at,
  cast({{ json_text('data', 'started_at') }} as {{ t('instant') }}) as started_at,
  cast({{ json_text('data', 'ended_at') }} as {{ t('instant') }}) as ended_at,
  data,
  {{ staged("account || ':' || meeting_id", 'modified_at') }}
from typed
