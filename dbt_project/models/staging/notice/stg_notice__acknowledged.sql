with events as (
  {{ raw_events('notice.acknowledged') }}
),

typed as (
  select
    *,
    data.notice_id as notice_id,
    coalesce(data.app, 'wecom') as app,
    data.userid.token as user_token,
    data.acknowledged_at as acknowledged_epoch
  from events
)

select
  notice_id,
  app,
  user_token,
  {{ epoch_ms_at('acknowledged_epoch') }} as acknowledged_at,
  {{ staged("account || ':' || app || ':' || notice_id || ':' || coalesce(user_token, '~') || ':' || acknowledged_epoch") }}
from typed
