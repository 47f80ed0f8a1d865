with events as (
  {{ raw_events('douyin.local_lead') }}
),

typed as (
  select
    *,
    {{ json_text('data', 'clue_id') }} as clue_id,
    {{ local_text_to_utc(json_text('data', 'modify_time')) }} as updated_at
  from events
)

select
  clue_id,
  {{ json_text('data', 'local_account_id') }} as local_account_id,
  {{ json_text('data', 'series_id') }} as series_id,
  {{ json_text('data', 'room_id') }} as room_id,
  {{ json_text('data', 'flow_type') }} as flow_type,
  {{ json_text('data', 'action_type') }} as action_type,
  {{ json_text('data', 'follow_state_name') }} as follow_state_name,
  {{ phone_columns('telephone', 'customer_phone') }},
  {{ name_columns('name') }},
  try_cast({{ json_text('data', 'effective_state') }} as {{ t('int') }}) as effective_state,
  {{ local_text_to_utc(json_text('data', 'create_time_detail')) }} as submitted_at,
  updated_at,
  {{ staged("account || ':' || clue_id", 'updated_at') }}
from typed
