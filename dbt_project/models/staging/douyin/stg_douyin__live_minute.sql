with events as (
  {{ raw_events('douyin.live_minute') }}
),

typed as (
  select
    *,
    data.room_id as room_id,
    data.stat_time as stat_time
  from events
)

select
  room_id,
  data.account_id as account_id,
  try_cast(data.online_user_count as {{ t('int') }}) as concurrent,
  try_cast(data.total_live_watch_cnt as {{ t('int') }}) as viewers,
  try_cast(data.total_live_follow_cnt as {{ t('int') }}) as new_followers,
  try_cast(data.total_live_comment_cnt as {{ t('int') }}) as comments,
  try_cast(data.total_live_like_cnt as {{ t('int') }}) as likes,
  try_cast(data.live_form_submit_count as {{ t('int') }}) as form_submits,
  {{ local_text_to_utc('stat_time') }} as minute_at,
  {{ staged("account || ':' || room_id || ':' || stat_time") }}
from typed
