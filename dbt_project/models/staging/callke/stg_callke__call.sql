with events as (
  {{ raw_events('callke.call') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'call_id') }} as call_id,
    {{ local_text_to_utc(json_text('data', 'updated_at')) }} as updated_at
  from events
)

select
  call_id,
  {{ json_text('data', 'out_id') }} as crm_lead_id,
  {{ json_text('data', 'intent') }} as intent,
  {{ json_text('data', 'suggested_level') }} as suggested_level,
  {{ phone_columns('caller') }},
  {{ phone_columns('callee') }},
  coalesce({{ json_text('data', 'caller_kind') }} = 'robot', false) as is_robot,
  {{ local_text_to_utc(json_text('data', 'began_at')) }} as began_at,
  {{ local_text_to_utc(json_text('data', 'rang_at')) }} as rang_at,
  {{ local_text_to_utc(json_text('data', 'answered_at')) }} as answered_at,
  {{ local_text_to_utc(json_text('data', 'ended_at')) }} as ended_at,
  {{ local_text_to_utc(json_text('data', 'next_reminder_at')) }} as next_reminder_at,
  updated_at,
  {{ staged("account || ':' || call_id", 'updated_at') }}
from typed
