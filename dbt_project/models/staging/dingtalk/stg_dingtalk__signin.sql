with events as (
  {{ raw_events('dingtalk.signin') }}
),

typed as (
  select
    *,
    data.userid.token as user_token,
    data.checkin_time as signed_epoch
  from events
)

select
  user_token,
  try_cast(data.latitude as {{ t('double') }}) as latitude,
  try_cast(data.longitude as {{ t('double') }}) as longitude,
  data.visit_user.token as visited_token,
  {{ epoch_ms_at('signed_epoch') }} as signed_at,
  {{ staged("account || ':' || coalesce(user_token, '~') || ':' || signed_epoch") }}
from typed
