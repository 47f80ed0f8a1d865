with events as (
  {{ raw_events('wecom.checkin') }}
),

typed as (
  select
    *,
    {{ token('data', 'userid') }} as user_token,
    {{ json_text('data', 'checkin_type') }} as checkin_type,
    {{ json_text('data', 'checkin_time') }} as checkin_epoch,
    {{ epoch_s_at(json_text('data', 'checkin_time')) }} as checked_at,
    {{ epoch_s_at(json_text('data', 'sch_checkin_time')) }} as scheduled_at,
    {{ json_text('data', 'exception_type') }} as exception_type,
    {{ token('data', 'deviceid') }} as device_token,
    try_cast({{ json_text('data', 'lat') }} as {{ t('double') }}) / 1e6 as latitude,
    try_cast({{ json_text('data', 'lng') }} as {{ t('double') }}) / 1e6 as longitude
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
