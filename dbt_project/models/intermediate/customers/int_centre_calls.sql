{# Calls as the call platforms record them, every platform in one shape. #}
with volcengine as (
  {{ newest_version(ref('stg_volcengine__call')) }}
),

aliyun as (
  {{ newest_version(ref('stg_aliyun__call')) }}
),

callke as (
  {{ newest_version(ref('stg_callke__call')) }}
)

select
  'volcengine:' || record_key as call_key,
  'volcengine' as system,
  call_id,
  crm_lead_id,
  intent,
  cast(null as {{ t('text') }}) as suggested_level,
  caller_token, caller_class, caller_masked,
  callee_token, callee_class, callee_masked,
  talk_seconds,
  is_robot,
  began_at,
  rang_at,
  answered_at,
  ended_at,
  cast(null as {{ t('instant') }}) as next_reminder_at
from volcengine
union all
select
  'aliyun:' || record_key, 'aliyun', call_id, crm_lead_id, null, null,
  caller_token, caller_class, caller_masked, callee_token, callee_class, callee_masked,
  {{ seconds_of('answered_at', 'ended_at') }}, is_robot, began_at, rang_at, answered_at, ended_at, null
from aliyun
union all
select
  'callke:' || record_key, 'callke', call_id, crm_lead_id, intent, suggested_level,
  caller_token, caller_class, caller_masked, callee_token, callee_class, callee_masked,
  {{ seconds_of('answered_at', 'ended_at') }}, is_robot, began_at, rang_at, answered_at, ended_at, next_reminder_at
from callke
