with events as (
  {{ raw_events('channels.live') }}
),

typed as (
  select
    *,
    data.export_id as export_id,
    {{ epoch_s_at('data.live_start_time') }} as started_at,
    try_cast(data.live_duration_in_seconds as {{ t('int') }}) as duration_seconds
  from events
)

select
  export_id,
  try_cast(data.total_audience_count as {{ t('int') }}) as viewers,
  try_cast(data.max_online_count as {{ t('int') }}) as peak_concurrent,
  try_cast(data.new_follow_count as {{ t('int') }}) as new_followers,
  try_cast(data.total_cheer_count as {{ t('int') }}) as likes,
  try_cast(data.total_comment_count as {{ t('int') }}) as comments,
  duration_seconds,
  started_at,
  {{ add_seconds('started_at', 'duration_seconds') }} as ended_at,
  {{ staged("account || ':' || export_id") }}
from typed
