with events as (
  {{ raw_events('report.submitted') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'report_id') }} as report_id
  from events
)

select
  report_id,
  {{ token('data', 'author') }} as author_token,
  {{ json_text('data', 'period') }} as period,
  {{ json_text('data', 'surface') }} as surface,
  try_cast({{ json_text('data', 'characters') }} as {{ t('int') }}) as characters,
  {{ local_text_to_utc(json_text('data', 'submitted_at')) }} as submitted_at,
  {{ staged("account || ':' || report_id") }}
from typed
