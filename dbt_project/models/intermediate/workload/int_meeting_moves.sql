{{ config(materialized='view') }}
{# Each medium's own words for what happens in a meeting, in ours: started, joined, left, ended. #}
with tencent as (
  select
    record_key,
    'tencent_meeting' as medium,
    vendor_meeting_id,
    event,
    operator_token as user_token,
    participant_token,
    coalesce(instance_id, '~') as device,
    operated_at
  from {{ ref('int_tencent_meetings') }}
),

zoom as (
  select
    record_key,
    'zoom' as medium,
    meeting_uuid as vendor_meeting_id,
    case event
      when 'meeting.started' then 'started'
      when 'meeting.ended' then 'ended'
      when 'meeting.participant_joined' then 'joined'
      when 'meeting.participant_left' then 'left'
    end as event,
    user_token,
    participant_token,
    coalesce(session_id, '~') as device,
    operated_at
  from {{ ref('stg_zoom__webhook') }}
),

stays as (
  select * from {{ ref('int_meeting_stays') }}
),

joins as (
  select
    record_key || ':joined' as record_key,
    medium,
    vendor_meeting_id,
    'joined' as event,
    user_token,
    participant_token,
    record_key as device,
    joined_at as operated_at
  from stays
),

leaves as (
  select
    record_key || ':left' as record_key,
    medium,
    vendor_meeting_id,
    'left' as event,
    user_token,
    participant_token,
    record_key as device,
    left_at as operated_at
  from stays
  where left_at is not null
)

select *
from (
  select * from tencent
  union all
  select * from zoom
  union all
  select * from joins
  union all
  select * from leaves
) moves
where event is not null and operated_at is not null
