with events as (
  {{ raw_events('notice.posted') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'notice_id') }} as notice_id,
    coalesce({{ json_text('data', 'app') }}, 'wecom') as app
  from events
)

select
  notice_id,
  app,
  data,
  {{ token('data', 'sender') }} as sender_token,
  {{ epoch_ms_at(json_text('data', 'posted_at')) }} as posted_at,
  {{ staged("account || ':' || app || ':' || notice_id") }}
from typed
