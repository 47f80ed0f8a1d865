with events as (
  {{ raw_events('volcengine.call') }}
),

typed as (
  select *, data.callId as call_id
  from events
)

select
  call_id,
  {{ given('data.userData') }} as crm_lead_id,
  data.intent as intent,
  data.grade as grade,
  {{ phone_columns('caller') }},
  {{ phone_columns('callee') }},
  coalesce(try_cast(data.callDuration as {{ t('double') }}), 0) as talk_seconds,
  coalesce(data.subServiceType in ('102', '104'), false) as is_robot,
  {{ epoch_ms_at('data.beginCallTime') }} as began_at,
  {{ epoch_ms_at('data.ringTime') }} as rang_at,
  {{ epoch_ms_at('data.startTime') }} as answered_at,
  {{ epoch_ms_at('data.endTime') }} as ended_at,
  {{ staged("account || ':' || call_id") }}
from typed
