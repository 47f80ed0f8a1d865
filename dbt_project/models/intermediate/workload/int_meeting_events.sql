with events as (
  select
    record_key,
    'tencent_meeting:' || meeting_id || coalesce('/' || sub_meeting_id, '') as meeting_id,
    event,
    operator_token,
    participant_token,
    coalesce(instance_id, '~') as device,
    operated_at
  from {{ ref('stg_tencent_meeting__webhook') }}
  where event in ('meeting.started', 'meeting.end', 'meeting.participant-joined', 'meeting.participant-left')
)

{{ held_by('events', 'record_key', "'tencent_meeting'", 'operator_token', 'operated_at') }}
