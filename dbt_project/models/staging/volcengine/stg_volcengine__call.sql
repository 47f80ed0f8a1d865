with events as (
  {{ raw_events('volcengine.call') }}
),

typed as (
  select *, {{ json_text('data', 'callId') }} as call_id
  from events
)

select
  call_id,
  {{ json_text('data', 'userData') }} as crm_lead_id,
  {{ json_text('data', 'intent') }} as intent,
  {{ json_text('data', 'grade') }} as grade,
  {{ phone_columns('caller') }},
  {{ phone_columns('callee') }},
  coalesce(try_cast({{ json_text('data', 'callDuration') }} as {{ t('double') }}), 0) as talk_seconds,
  coalesce({{ json_text('data', 'callType') }} = '1', false) as is_robot,
  {{ epoch_ms_at(json_text('data', 'beginCallTime')) }} as began_at,
  {{ epoch_ms_at(json_text('data', 'ringTime')) }} as rang_at,
  {{ epoch_ms_at(json_text('data', 'startTime')) }} as answered_at,
  {{ epoch_ms_at(json_text('data', 'endTime')) }} as ended_at,
  {{ staged("account || ':' || call_id") }}
from typed
