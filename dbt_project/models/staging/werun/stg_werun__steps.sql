with events as (
  {{ raw_events('werun.steps') }}
),

typed as (
  select
    *,
    data.openid.token as openid_token,
    data.timestamp as day_epoch,
    {{ epoch_s_at('data.timestamp') }} as day_at
  from events
)

select
  openid_token,
  {{ local_day('day_at') }} as date_day,
  day_at,
  try_cast(data.step as {{ t('int') }}) as steps,
  {{ staged("coalesce(openid_token, '~') || ':' || day_epoch") }}
from typed
