with events as (
  {{ raw_events('callke.call') }}
),

typed as (
  select
    *,
    data.call_id as call_id,
    {{ local_text_to_utc('data.updated_at') }} as updated_at
  from events
)

select
  call_id,
  {{ given('data.out_id') }} as crm_lead_id,
  data.intent as intent,
  data.suggested_level as suggested_level,
  {{ phone_columns('caller') }},
  {{ phone_columns('callee') }},
  coalesce(data.caller_kind = 'robot', false) as is_robot,
  {{ local_text_to_utc('data.began_at') }} as began_at,
  {{ local_text_to_utc('data.rang_at') }} as rang_at,
  {{ local_text_to_utc('data.answered_at') }} as answered_at,
  {{ local_text_to_utc('data.ended_at') }} as ended_at,
  {{ local_text_to_utc('data.next_reminder_at') }} as next_reminder_at,
  updated_at,
  {{ staged("account || ':' || call_id", 'updated_at') }}
from typed
