with events as (
  {{ raw_events('dingtalk.attendance') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'id') }} as attendance_id,
    {{ token('data', 'userId') }} as user_token,
    {{ json_text('data', 'checkType') }} as check_type,
    {{ json_text('data', 'timeResult') }} as time_result,
    {{ json_text('data', 'locationResult') }} as location_result,
    {{ json_text('data', 'sourceType') }} as source_type,
    {{ token('data', 'deviceId') }} as device_token,
    {{ epoch_ms_at(json_text('data', 'workDate')) }} as work_date_at,
    {{ epoch_ms_at(json_text('data', 'userCheckTime')) }} as checked_at,
    {{ epoch_ms_at(json_text('data', 'planCheckTime')) }} as scheduled_at,
    {{ epoch_ms_at(json_text('data', 'gmtModified')) }} as modified_at
  from events
)

select
  attendance_id,
  user_token,
  check_type,
  time_result,
  location_result,
  source_type,
  device_token,
  {{ local_day('work_date_at') }} as work_day,
  checked_at,
  scheduled_at,
  modified_at,
  {{ staged("account || ':' || attendance_id", clock='modified_at') }}
from typed
