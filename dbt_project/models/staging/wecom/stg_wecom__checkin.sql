with events as (
  {{ raw_events('wecom.checkin') }}
),

typed as (
  select
    *,
    data.userid.token as user_token,
    data.checkin_type as checkin_type,
    data.checkin_time as checkin_epoch,
    {{ epoch_s_at('data.checkin_time') }} as checked_at,
    {{ epoch_s_at('data.sch_checkin_time') }} as scheduled_at,
    data.exception_type as exception_type,
    data.deviceid.token as device_token,
    try_cast(data.lat as {{ t('double') }}) / 1e6 as latitude,
    try_cast(data.lng as {{ t('double') }}) / 1e6 as longitude
  from events
)

select
  user_token,
  checkin_type,
  exception_type,
  device_token,
  latitude,
  longitude,
  checked_at,
  scheduled_at,
  {{ staged("account || ':' || coalesce(user_token, '~') || ':' || checkin_epoch || ':' || checkin_type") }}
from typed
