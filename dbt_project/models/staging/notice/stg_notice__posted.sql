with events as (
  {{ raw_events('notice.posted') }}
),

typed as (
  select
    *,
    data.notice_id as notice_id,
    coalesce(data.app, 'wecom') as app
  from events
)

select
  notice_id,
  app,
  data.recipients,
  data.sender.token as sender_token,
  {{ epoch_ms_at('data.posted_at') }} as posted_at,
  {{ staged("account || ':' || app || ':' || notice_id") }}
from typed
