with events as (
  {{ raw_events('dingtalk.signin') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'userid.token') }} as user_token,
    {{ json_text('data', 'checkin_time') }} as signed_epoch
  from events
)

select
  user_token,
  try_cast({{ json_text('data', 'latitude') }} as {{ t('double') }}) as latitude,
  try_cast({{ json_text('data', 'longitude') }} as {{ t('double') }}) as longitude,
  {{ json_text('data', 'visit_user.token') }} as visited_token,
  {{ epoch_ms_at('signed_epoch') }} as signed_at,
  {{ staged("account || ':' || coalesce(user_token, '~') || ':' || signed_epoch") }}
from typed
