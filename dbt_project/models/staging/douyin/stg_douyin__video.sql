with events as (
  {{ raw_events('douyin.video') }}
),

typed as (
  select
    *,
    data.item_id as item_id,
    data.date as day_text
  from events
)

select
  item_id,
  data.account_id as account_id,
  try_cast(data.play_count as {{ t('int') }}) as views,
  try_cast(data.new_follow_count as {{ t('int') }}) as new_followers,
  {{ epoch_s_at('data.create_time') }} as published_at,
  {{ day_of_text('day_text') }} as date_day,
  {{ staged("account || ':' || item_id || ':' || day_text") }}
from typed
