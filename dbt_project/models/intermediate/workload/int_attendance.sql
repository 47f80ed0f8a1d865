with wecom as (
  {{ newest_version(ref('stg_wecom__checkin')) }}
),

dingtalk as (
  {{ newest_version(ref('stg_dingtalk__attendance')) }}
),

wecom_actions as (
  select
    'wecom' as system,
    record_key,
    user_token,
    device_token,
    case checkin_type
      when '上班打卡' then 'on'
      when '下班打卡' then 'off'
      when '外出打卡' then 'outing'
      else 'other'
    end as duty,
    case
      when exception_type like '%时间异常%' then case checkin_type when '下班打卡' then 'early' else 'late' end
      when exception_type like '%地点异常%' then 'outside'
      when exception_type like '%wifi异常%' then 'wifi'
      when exception_type like '%非常用设备%' then 'device'
      when coalesce(exception_type, '') = '' then 'normal'
      else 'other'
    end as result,
    'phone' as surface,
    {{ local_day(add_seconds('coalesce(scheduled_at, checked_at)', '-18000e0')) }} as work_day,
    latitude,
    longitude,
    checked_at as occurred_at
  from wecom
  where coalesce(exception_type, '') not like '%未打卡%'
),

dingtalk_actions as (
  select
    'dingtalk' as system,
    record_key,
    user_token,
    device_token,
    case check_type when 'OnDuty' then 'on' when 'OffDuty' then 'off' else 'other' end as duty,
    case
      when time_result = 'SeriousLate' then 'late'
      when time_result in ('Late', 'Early') then lower(time_result)
      when location_result = 'Outside' then 'outside'
      when time_result = 'Normal' then 'normal'
      else 'other'
    end as result,
    case when source_type in ('ATM', 'DING_ATM', 'BEACON') then 'terminal' else 'phone' end as surface,
    work_day,
    cast(null as {{ t('double') }}) as latitude,
    cast(null as {{ t('double') }}) as longitude,
    checked_at as occurred_at
  from dingtalk
  where checked_at is not null and coalesce(time_result, '') not in ('NotSigned', 'Absenteeism')
),

actions as (
  select * from wecom_actions
  union all
  select * from dingtalk_actions
),

held as (
  {{ held_by('actions', 'r.system', 'user_token', 'occurred_at') }}
)

select
  system,
  record_key,
  employee_id,
  duty,
  result,
  surface,
  device_token,
  work_day,
  latitude,
  longitude,
  occurred_at
from held
