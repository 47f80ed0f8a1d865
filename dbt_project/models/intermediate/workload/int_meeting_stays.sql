{# Media that hand over whole stays: each is a device of its own, so that its join meets its own leave. Who writes WeChat calls
   down numbers them: each account its own. #}
with conferences as (
  {{ newest_version(ref('stg_dingtalk__meeting')) }}
),

members as (
  select record_key, conference_id, {{ json_items('members') }} as item
  from conferences
),

calls as (
  {{ newest_version(ref('stg_wechat__group_voice')) }}
),

appointments as (
  select * from {{ ref('int_in_person_meetings') }}
),

guests as (
  select
    record_key,
    vendor_meeting_id,
    started_at,
    ended_at,
    {{ json_items('attendees') }} as item
  from appointments
),

stays as (
  select
    'dingtalk' as medium,
    conference_id as vendor_meeting_id,
    {{ token('item', 'userId') }} as user_token,
    {{ epoch_ms_at(json_text('item', 'joinTime')) }} as joined_at,
    {{ epoch_ms_at(json_text('item', 'leaveTime')) }} as left_at,
    record_key || ':' || md5(cast(item as {{ t('text') }})) as record_key
  from members
  union all
  select
    'wechat' as medium,
    account || ':' || call_id as vendor_meeting_id,
    member_token as user_token,
    joined_at,
    left_at,
    record_key
  from calls
  union all
  select
    'in_person' as medium,
    vendor_meeting_id,
    {{ token('item', 'account') }} as user_token,
    started_at as joined_at,
    ended_at as left_at,
    record_key || ':' || coalesce({{ token('item', 'account') }}, '~') as record_key
  from guests
  where {{ json_text('item', 'status') }} = 'ACCEPTED'
  union all
  select
    'in_person' as medium,
    vendor_meeting_id,
    organiser_token as user_token,
    started_at as joined_at,
    ended_at as left_at,
    record_key || ':' || organiser_token as record_key
  from appointments
  where organiser_token is not null
)

select distinct
  medium,
  vendor_meeting_id,
  user_token,
  user_token as participant_token,
  joined_at,
  left_at,
  record_key
from stays
where joined_at is not null
