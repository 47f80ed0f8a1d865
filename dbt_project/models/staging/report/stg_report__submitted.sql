with events as (
  {{ raw_events('report.submitted') }}
),

typed as (
  select
    *,
    data.report_id as report_id
  from events
)

select
  report_id,
  data.author.token as author_token,
  data.period as period,
  data.surface as surface,
  try_cast(data.characters as {{ t('int') }}) as characters,
  {{ local_text_to_utc('data.submitted_at') }} as submitted_at,
  {{ staged("account || ':' || report_id") }}
from typed
