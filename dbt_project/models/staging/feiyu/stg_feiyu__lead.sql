with events as (
  {{ raw_events('feiyu.lead') }}
),

typed as (
  select *, data.clue_id as clue_id
  from events
)

select
  clue_id,
  data.advertiser_id as advertiser_id,
  {{ given('data.store.store_id') }} as shop_id,
  {{ given('data.series_id') }} as series_id,
  {{ given('data.room_id') }} as room_id,
  data.app_name as app_name,
  data.follow_state_name as follow_state_name,
  {{ phone_columns('telephone', 'customer_phone') }},
  {{ name_columns('name') }},
  try_cast(data.clue_type as {{ t('int') }}) as clue_type,
  try_cast(data.clue_source as {{ t('int') }}) as clue_source,
  try_cast(data.clue_state as {{ t('int') }}) as clue_state,
  {{ local_text_to_utc('data.create_time_detail') }} as submitted_at,
  {{ staged("account || ':' || clue_id") }}
from typed
