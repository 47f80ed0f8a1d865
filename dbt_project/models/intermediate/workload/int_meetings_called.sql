{# What was last said of each meeting: its subject, its schedule, who called it. #}
with tencent as (
  select
    'tencent_meeting' as medium,
    vendor_meeting_id,
    subject,
    creator_token,
    scheduled_start_at,
    scheduled_end_at,
    operated_at,
    version_at as said_at,
    record_key
  from {{ ref('int_tencent_meetings') }}
),

zoom as (
  select
    'zoom' as medium,
    meeting_uuid as vendor_meeting_id,
    subject,
    host_token as creator_token,
    coalesce(scheduled_start_at, event_at) as scheduled_start_at,
    coalesce(scheduled_end_at, scheduled_start_at, event_at) as scheduled_end_at,
    event_at as operated_at,
    version_at as said_at,
    record_key
  from {{ ref('stg_zoom__webhook') }}
),

conferences as (
  {{ newest_version(ref('stg_dingtalk__meeting')) }}
),

calls as (
  {{ newest_version(ref('stg_wechat__group_voice')) }}
),

said as (
  select * from tencent
  union all
  select * from zoom
  union all
  select
    'dingtalk' as medium,
    conference_id as vendor_meeting_id,
    title as subject,
    creator_token,
    started_at as scheduled_start_at,
    ended_at as scheduled_end_at,
    started_at as operated_at,
    newest_at as said_at,
    record_key
  from conferences
  union all
  select
    'wechat' as medium,
    account || ':' || call_id as vendor_meeting_id,
    subject,
    organiser_token as creator_token,
    started_at as scheduled_start_at,
    ended_at as scheduled_end_at,
    started_at as operated_at,
    newest_at as said_at,
    record_key
  from calls
  union all
  select
    'in_person' as medium,
    vendor_meeting_id,
    subject,
    organiser_token as creator_token,
    started_at as scheduled_start_at,
    ended_at as scheduled_end_at,
    started_at as operated_at,
    started_at as said_at,
    record_key
  from {{ ref('int_in_person_meetings') }}
),

newest as (
  select
    medium || ':' || vendor_meeting_id as meeting_id,
    medium,
    subject,
    creator_token,
    scheduled_start_at,
    scheduled_end_at,
    operated_at
  from said
  qualify row_number() over (
    partition by medium, vendor_meeting_id order by operated_at desc, said_at desc, record_key desc
  ) = 1
)

{{ held_by('newest', "case r.medium when 'in_person' then 'calendar' else r.medium end", 'creator_token', 'operated_at') }}
