with events as (
  {{ raw_events('douyin.video') }}
),

typed as (
  select
    *,
    data.item_id as item_id,
    {{ day_of_text('data.date') }} as date_day
  from events
)

select
  item_id,
  data.account_id as account_id,
  try_cast(data.play_count as {{ t('int') }}) as views,
  try_cast(data.new_follow_count as {{ t('int') }}) as new_followers,
  {{ epoch_s_at('data.create_time') }} as published_at,
  date_day,
  {{ staged("account || ':' || item_id || ':' || " ~ key_of_day('date_day', 'data.date')) }}
from typed
