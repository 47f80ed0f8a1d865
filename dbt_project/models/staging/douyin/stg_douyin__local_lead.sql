with events as (
  {{ raw_events('douyin.local_lead') }}
),

typed as (
  select
    *,
    data.clue_id as clue_id,
    {{ local_text_to_utc('data.modify_time') }} as updated_at
  from events
)

select
  clue_id,
  data.local_account_id as local_account_id,
  {{ given('data.series_id') }} as series_id,
  {{ given('data.room_id') }} as room_id,
  data.flow_type as flow_type,
  data.action_type as action_type,
  data.follow_state_name as follow_state_name,
  {{ phone_columns('telephone', 'customer_phone') }},
  {{ name_columns('name') }},
  try_cast(data.effective_state as {{ t('int') }}) as effective_state,
  {{ local_text_to_utc('data.create_time_detail') }} as submitted_at,
  updated_at,
  {{ staged("account || ':' || clue_id", 'updated_at') }}
from typed
