with events as (
  {{ raw_events('dingtalk.signin') }}
),

typed as (
  select
    *,
    {{ token('data', 'userid') }} as user_token,
    {{ json_text('data', 'checkin_time') }} as signed_epoch
  from events
)

select
  user_token,
  try_cast({{ json_text('data', 'latitude') }} as {{ t('double') }}) as latitude,
  try_cast({{ json_text('data', 'longitude') }} as {{ t('double') }}) as longitude,
  {{ token('data', 'visit_user') }} as visited_token,
  {{ epoch_ms_at('signed_epoch') }} as signed_at,
  {{ staged("account || ':' || coalesce(user_token, '~') || ':' || signed_epoch") }}
from typed
