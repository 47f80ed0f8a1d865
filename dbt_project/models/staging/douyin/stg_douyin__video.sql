with events as (
  {{ raw_events('douyin.video') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'item_id') }} as item_id,
    {{ json_text('data', 'date') }} as day_text
  from events
)

select
  item_id,
  {{ json_text('data', 'account_id') }} as account_id,
  try_cast({{ json_text('data', 'play_count') }} as {{ t('int') }}) as views,
  try_cast({{ json_text('data', 'new_follow_count') }} as {{ t('int') }}) as new_followers,
  {{ epoch_s_at(json_text('data', 'create_time')) }} as published_at,
  try_cast(day_text as date) as date_day,
  {{ staged("account || ':' || item_id || ':' || day_text") }}
from typed
