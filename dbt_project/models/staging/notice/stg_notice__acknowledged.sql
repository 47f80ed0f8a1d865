with events as (
  {{ raw_events('notice.acknowledged') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'notice_id') }} as notice_id,
    coalesce({{ json_text('data', 'app') }}, 'wecom') as app,
    {{ token('data', 'userid') }} as user_token,
    {{ json_text('data', 'acknowledged_at') }} as acknowledged_epoch
  from events
)

select
  notice_id,
  app,
  user_token,
  {{ epoch_ms_at('acknowledged_epoch') }} as acknowledged_at,
  {{ staged("account || ':' || app || ':' || notice_id || ':' || coalesce(user_token, '~') || ':' || acknowledged_epoch") }}
from typed
