with events as (
  {{ raw_events('feiyu.lead') }}
),

typed as (
  select *, {{ json_text('data', 'clue_id') }} as clue_id
  from events
)

select
  clue_id,
  {{ json_text('data', 'advertiser_id') }} as advertiser_id,
  {{ json_text('data', 'series_id') }} as series_id,
  {{ json_text('data', 'room_id') }} as room_id,
  {{ json_text('data', 'app_name') }} as app_name,
  {{ json_text('data', 'follow_state_name') }} as follow_state_name,
  {{ phone_columns('telephone', 'customer_phone') }},
  {{ name_columns('name') }},
  try_cast({{ json_text('data', 'clue_type') }} as {{ t('int') }}) as clue_type,
  try_cast({{ json_text('data', 'clue_source') }} as {{ t('int') }}) as clue_source,
  try_cast({{ json_text('data', 'clue_state') }} as {{ t('int') }}) as clue_state,
  {{ local_text_to_utc(json_text('data', 'create_time_detail')) }} as submitted_at,
  {{ staged("account || ':' || clue_id") }}
from typed
