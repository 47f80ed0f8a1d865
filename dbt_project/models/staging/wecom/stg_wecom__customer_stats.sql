with events as (
  {{ raw_events('wecom.customer_stats') }}
),

typed as (
  select
    *,
    data.userid.token as user_token,
    data.stat_time as stat_epoch,
    {{ epoch_s_at('data.stat_time') }} as stat_at
  from events
)

select
  user_token,
  {{ local_day('stat_at') }} as date_day,
  stat_at,
  try_cast(data.chat_cnt as {{ t('int') }}) as chats,
  try_cast(data.message_cnt as {{ t('int') }}) as messages,
  try_cast(data.avg_reply_time as {{ t('double') }}) as reply_minutes,
  try_cast(data.negative_feedback_cnt as {{ t('int') }}) as customers_lost,
  try_cast(data.new_contact_cnt as {{ t('int') }}) as new_contacts,
  {{ staged("coalesce(user_token, '~') || ':' || stat_epoch") }}
from typed
