with wecom as (
  {{ newest_version(ref('stg_wecom__checkin')) }}
),

dingtalk as (
  {{ newest_version(ref('stg_dingtalk__attendance')) }}
),

-- A manager, an approval or the system may fill in a time at which the person did nothing.
dingtalk_own as (
  select
    record_key,
    checked_at,
    max(case when source_type in ('ATM', 'DING_ATM', 'BEACON') then 'terminal' else 'phone' end) as surface
  from {{ ref('stg_dingtalk__attendance') }}
  where
    coalesce(source_type, '') not in ('BOSS', 'APPROVE', 'SYSTEM')
    and coalesce(time_result, '') not in ('NotSigned', 'Absenteeism')
  group by record_key, checked_at
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
    {{ working_day('coalesce(scheduled_at, checked_at)') }} as work_day,
    latitude,
    longitude,
    checked_at as occurred_at
  from wecom
  where coalesce(exception_type, '') not like '%未打卡%'
),

dingtalk_actions as (
  select
    'dingtalk' as system,
    d.record_key,
    d.user_token,
    d.device_token,
    case d.check_type when 'OnDuty' then 'on' when 'OffDuty' then 'off' else 'other' end as duty,
    case
      when d.time_result = 'SeriousLate' then 'late'
      when d.time_result in ('Late', 'Early') then lower(d.time_result)
      when d.location_result = 'Outside' then 'outside'
      when d.time_result = 'Normal' then 'normal'
      else 'other'
    end as result,
    o.surface,
    d.work_day,
    cast(null as {{ t('double') }}) as latitude,
    cast(null as {{ t('double') }}) as longitude,
    d.checked_at as occurred_at
  from dingtalk d
  inner join dingtalk_own o on o.record_key = d.record_key and o.checked_at = d.checked_at
  where coalesce(d.time_result, '') not in ('NotSigned', 'Absenteeism')
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
