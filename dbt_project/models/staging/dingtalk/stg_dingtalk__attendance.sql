with events as (
  {{ raw_events('dingtalk.attendance') }}
),

typed as (
  select
    *,
    data.id as attendance_id,
    data.userId.token as user_token,
    data.checkType as check_type,
    data.timeResult as time_result,
    data.locationResult as location_result,
    data.sourceType as source_type,
    data.deviceId.token as device_token,
    {{ epoch_ms_at('data.workDate') }} as work_date_at,
    {{ epoch_ms_at('data.userCheckTime') }} as checked_at,
    {{ epoch_ms_at('data.planCheckTime') }} as scheduled_at,
    {{ epoch_ms_at('data.gmtModified') }} as modified_at
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
