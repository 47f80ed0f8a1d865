with events as (
  {{ raw_events('douyin.live_room') }}
),

typed as (
  select *, data.room_id as room_id
  from events
)

select
  room_id,
  data.account_id as account_id,
  data.anchor_open_id.token as anchor_token,
  data.room_status as room_status,
  try_cast(data.total_live_watch_cnt as {{ t('int') }}) as viewers,
  try_cast(data.total_live_follow_cnt as {{ t('int') }}) as new_followers,
  try_cast(data.total_live_comment_cnt as {{ t('int') }}) as comments,
  try_cast(data.total_live_like_cnt as {{ t('int') }}) as likes,
  try_cast(data.live_form_submit_count as {{ t('int') }}) as form_submits,
  try_cast(data.online_user_count as {{ t('int') }}) as concurrent,
  try_cast(data.stat_cost as {{ t('money') }}) as cost,
  {{ epoch_s_at('data.live_start_time') }} as started_at,
  {{ epoch_s_at('data.live_end_time') }} as ended_at,
  {{ staged("account || ':' || room_id") }}
from typed
